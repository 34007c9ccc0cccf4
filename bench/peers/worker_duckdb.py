"""The blocked actions by DuckDB, on one thread: ``python worker_duckdb.py "CreateVpc DeleteVpc" FILE...``.

Of all that was tried with DuckDB 2.0 this took least time. Without ``records``, which its documentation says
is found out by itself, the same query takes twenty times as long. ``newline_delimited`` is right because
CloudTrail writes a file as one line.
"""

from __future__ import annotations

import sys

import duckdb
from worker import serve

__all__ = ["query"]

_LARGEST_FILE = 100_000_000


def query() -> str:
    """Return the rule in SQL. Its parameters are the files and the names of the actions."""
    fields = "eventSource VARCHAR, eventName VARCHAR, errorCode VARCHAR, eventID VARCHAR"
    return f"""
        SELECT record.eventID
        FROM (
            SELECT unnest(Records) AS record
            FROM read_json(
                $files, columns = {{Records: 'STRUCT({fields})[]'}}, format = 'newline_delimited',
                records = true, compression = 'gzip', maximum_object_size = {_LARGEST_FILE}
            )
        )
        WHERE record.eventSource = 'ec2.amazonaws.com'
            AND record.eventName IN (SELECT unnest($names))
            AND coalesce(record.errorCode, '') = ''
    """  # noqa: S608  # nothing of it comes from elsewhere


def main(names: str, *files: str) -> None:
    """Answer whoever started it."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    given = {"files": list(files), "names": names.split()}
    name = f"DuckDB {duckdb.__version__}, one thread"
    serve(name, lambda: [event_id for (event_id,) in connection.execute(query(), given).fetchall()])


if __name__ == "__main__":
    main(*sys.argv[1:])
