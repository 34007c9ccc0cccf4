"""Runs a handler as AWS Lambda does: under AWS's own runtime client, in a process of its own, over JSON.

The Lambda service is played by the Runtime API that the client talks to. Limits of time, memory and payload
are Lambda's, and are not enforced here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_API = "/2018-06-01/runtime"
_ARN = "arn:aws:lambda:eu-west-1:111122223333:function:trailguard"


@dataclass(frozen=True)
class Answer:
    """What the handler returned."""

    payload: Any


@dataclass(frozen=True)
class Failure:
    """What the handler raised, or its module: ``phase`` is ``invocation`` or ``init``."""

    phase: str
    error_type: str
    message: str
    stack: tuple[str, ...]


class _Service(ThreadingHTTPServer):
    """Hands out events one after the other, and keeps what became of each."""

    daemon_threads = False  # so that closing waits for them, and nothing outlives the test

    def __init__(self, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.seconds = seconds
        self.events: SimpleQueue[bytes | None] = SimpleQueue()
        self.outcomes: SimpleQueue[Answer | Failure] = SimpleQueue()
        self.request_id = ""

    def handle_error(self, *client: Any) -> None:
        """Say what went wrong, but not that a client was stopped in the midst of something."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*client)


class _Api(BaseHTTPRequestHandler):
    server: _Service
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # with the next line: an answer leaves at once, and as one packet
    wbufsize = -1

    def do_GET(self) -> None:
        if self.path != f"{_API}/invocation/next":
            self._reply(404)
            return
        event = self.server.events.get()
        if event is None:  # the test is over
            self.close_connection = True
            return
        self.server.request_id = str(uuid.uuid4())
        deadline = time.time() + self.server.seconds
        self._reply(
            200,
            event,
            {
                "Lambda-Runtime-Aws-Request-Id": self.server.request_id,
                "Lambda-Runtime-Deadline-Ms": f"{deadline * 1000:.0f}",
                "Lambda-Runtime-Invoked-Function-Arn": _ARN,
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
            },
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        invocation = f"{_API}/invocation/{self.server.request_id}"
        if self.path == f"{invocation}/response":
            self.server.outcomes.put(Answer(body))
        elif self.path in (f"{invocation}/error", f"{_API}/init/error"):
            phase = "init" if self.path.endswith("/init/error") else "invocation"
            failure = Failure(phase, body["errorType"], body["errorMessage"], tuple(body["stackTrace"]))
            self.server.outcomes.put(failure)
        else:
            self._reply(400)
            return
        self._reply(202)

    def _reply(self, status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        described = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in (described | dict(headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet: what goes wrong ends the client, and then its log is shown."""


@dataclass(frozen=True)
class Function:
    """A function that is up, or failed to come up: its first invocation tells."""

    _service: _Service
    _process: subprocess.Popen[bytes]
    _log: Path

    @property
    def log(self) -> str:
        """What it wrote to standard output and standard error, which Lambda puts into one log."""
        return self._log.read_text("utf-8")

    def invoke(self, event: Any) -> Answer | Failure:
        """Hand an event over as JSON; wait for what becomes of it.

        Raises:
            TimeoutError: when nothing does in time.
            ChildProcessError: when the process ends without saying why.
        """
        self._service.events.put(json.dumps(event).encode())
        deadline = time.monotonic() + self._service.seconds
        while True:
            ended, late = self._process.poll(), time.monotonic() > deadline
            try:
                return self._service.outcomes.get(timeout=0.05)
            except Empty:  # although it was looked for after the process had ended
                if ended is not None:
                    raise ChildProcessError(f"exit status {ended}; the log:\n{self.log}") from None
                if late:
                    message = f"no answer within {self._service.seconds} seconds; the log:\n{self.log}"
                    raise TimeoutError(message) from None


@contextmanager
def lambda_runtime(
    folder: Path, handler: str, environment: Mapping[str, str] | None = None, *, seconds: float = 20
) -> Iterator[Function]:
    """Start a function; stop it in the end, whatever it is doing then.

    Args:
        folder: the unpacked deployment package.
        handler: which function of which module in it, as Lambda is told: ``lambda_function.handler``.
        environment: the function's environment variables.
        seconds: how long an invocation may take.
    """
    with _Service(seconds) as service, NamedTemporaryFile() as log:
        variables = _reserved(folder, handler, service.server_port) | dict(environment or {})
        command = [sys.executable, "-W", "error", "-m", "awslambdaric", handler]
        serving = Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            with subprocess.Popen(  # noqa: S603  # our own command
                command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            ) as process:
                try:
                    yield Function(service, process, Path(log.name))
                finally:
                    process.kill()
        finally:
            service.events.put(None)
            service.shutdown()
            serving.join()


def _reserved(folder: Path, handler: str, port: int) -> dict[str, str]:
    """Return the variables that Lambda sets. A function sees none of those of this machine."""
    name, region = _ARN.rpartition(":")[2], _ARN.split(":")[3]
    return {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": str(folder),
        "LAMBDA_TASK_ROOT": str(folder),
        "_HANDLER": handler,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/03/02/[$LATEST]0123456789abcdef0123456789abcdef",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
