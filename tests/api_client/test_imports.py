"""The client stands on httpx, pydantic, msgspec and the standard library alone."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import api_client

ALLOWED = {"api_client", "httpx", "msgspec", "pydantic"} | set(sys.stdlib_module_names)


def test_the_client_imports_nothing_else() -> None:
    files = list(Path(api_client.__file__).parent.rglob("*.py"))
    assert len(files) > 20
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert {name.partition(".")[0] for name in names} <= ALLOWED, file.name
