"""Writes aws_schema.json: what the AWS provider takes, for the resources in deploy/terraform.

The facts come from the npm package ``@cdktf/provider-aws``, which was made from the provider's own schema.
Run it where npm has a registry, after a resource or a block was added to deploy/terraform, or for a newer
provider:

    python tests/deploy/make_schema.py

The package does not say which optional arguments are computed as well, nor how many blocks of a kind there
may be beyond "one" and "many". Blocks that the module does not have are left out.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

__all__ = ["main"]

PACKAGE: Final = "@cdktf/provider-aws@21.22.1"
HERE: Final = Path(__file__).parent
MODULE: Final = HERE.parents[1] / "deploy" / "terraform"
SCHEMA: Final = HERE / "aws_schema.json"

_TYPES: Final = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "stringList": "string",
    "stringMap": "string",
    "numberList": "number",
    "booleanMap": "bool",
}
_GETTER: Final = re.compile(
    r"return this\.get(String|Number|Boolean|List|StringMap|NumberMap)Attribute\('(\w+)'\)"
)
_GOT: Final[dict[str, Any]] = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": ["list", "string"],
    "StringMap": ["map", "string"],
    "NumberMap": ["map", "number"],
}
_PROPERTY: Final = re.compile(
    r"^ +(\w+): \{\n\s+value: .*(?:struct\.|this\._)(\w+).*\n\s+isBlock: (true|false),\n\s+type: \"(\w+)\",\n"
    r"\s+storageClassType: \"(\w+)\",\n\s+\}",
    re.MULTILINE,
)


class Typings:
    """The files of one resource or data source."""

    def __init__(self, folder: Path) -> None:
        self._code = (folder / "index.js").read_text("utf-8")
        text = (folder / "index.d.ts").read_text("utf-8")
        self._interfaces = dict(
            re.findall(r"^export interface (\w+) .*?\{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
        )
        [self._class] = re.findall(
            r"^class (\w+) extends cdktf\.Terraform(?:Resource|DataSource) ", self._code, re.MULTILINE
        )

    def block(self) -> dict[str, Any]:
        """Return what the resource takes and has."""
        code = self._code[self._code.index(f"class {self._class} extends") :]
        block = self._block(f"{self._class}Config", code[code.index("synthesizeHclAttributes()") :])
        for kind, name in _GETTER.findall(code):
            if name not in block["blocks"]:
                block["attributes"].setdefault(name, [_GOT[kind], "computed"])
        for name in {"id", "region", "tags_all"} & set(block["attributes"]):
            block["attributes"][name][1] = "both"
        return block

    def _block(self, interface: str, code: str) -> dict[str, Any]:
        typings = self._interfaces[interface]
        attributes: dict[str, Any] = {}
        blocks: dict[str, Any] = {}
        for name, alias, is_block, kind, storage in _PROPERTY.findall(
            code[: code.index("// remove undefined")]
        ):
            [(optional, typescript)] = re.findall(rf"readonly {alias}(\??): (.*?)[;{{]", typings)
            if is_block == "false":
                plain = _TYPES[storage]
                kind_of = plain if kind == "simple" else [kind, plain]
                attributes[name] = [kind_of, "optional" if optional else "required"]
            else:
                inner = re.sub("List$", "", storage) if f"{storage}" not in self._interfaces else storage
                many = "[]" in typescript
                blocks[name] = {
                    "mode": "single" if kind == "struct" else kind,
                    "least": 0 if optional else 1,
                    "most": 0 if many else 1,
                    **self._block(
                        inner, self._code[self._code.index(f"function {_lower(inner)}ToHclTerraform(") :]
                    ),
                }
        return {"attributes": attributes, "blocks": blocks}


def main() -> None:
    """Fetch the package, and write the cut."""
    sources = "\n".join(path.read_text("utf-8") for path in sorted(MODULE.glob("*.tf")))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)  # noqa: S603, S607
        [archive] = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        library = Path(folder, "package", "lib")
        schema = {
            kind: {name: Typings(library / _folder(prefix + name)).block() for name in _used(kind, sources)}
            for kind, prefix in (("resource", ""), ("data", "data-"))
        }
    SCHEMA.write_text(
        json.dumps(_cut(schema, sources), sort_keys=True, separators=(",", ":")) + "\n", "utf-8"
    )


def _used(kind: str, sources: str) -> list[str]:
    return sorted(set(re.findall(rf'^{kind} "(aws_\w+)"', sources, re.MULTILINE)))


def _folder(name: str) -> str:
    is_data = name.startswith("data-")
    return name.replace("_", "-") if is_data else name.removeprefix("aws_").replace("_", "-")


def _cut(schema: dict[str, Any], sources: str) -> dict[str, Any]:
    """Leave out what is inside of blocks that the module never has."""
    used = set(re.findall(r'^\s+(?:dynamic ")?(\w+)"? \{\}?$', sources, re.MULTILINE))

    def cut(block: dict[str, Any]) -> dict[str, Any]:
        return block | {"blocks": {name: cut(b) for name, b in block["blocks"].items() if name in used}}

    return {kind: {name: cut(block) for name, block in blocks.items()} for kind, blocks in schema.items()}


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


if __name__ == "__main__":
    main()
