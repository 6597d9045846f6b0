"""Which sources of the Pulumi program shape a stack, and a digest of what they do.

A stack's sources are those that its entry point imports, however indirectly. What only reads an entry or says what is
wrong with it is left out: what it finds is in the fingerprint itself. Comments and docstrings shape nothing.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
_FOLLOWED = ("infra", "service_catalog")
READERS = (
    "service_catalog/catalog.py",
    "service_catalog/fingerprint.py",
    "service_catalog/listener_rules/load_balancers.py",
    "service_catalog/listener_rules/lock.py",
    "service_catalog/model/",
    "service_catalog/problems.py",
    "service_catalog/records/provisioned.py",
    "service_catalog/records/record.py",
)
"""Not followed. The model's values are in the fingerprint, defaults and derived names included."""


@dataclass(frozen=True)
class ProgramSources:
    """Read once: a program does not change while it runs."""

    root: Path

    def of(self, entry_point: str) -> frozenset[str]:
        """Paths below the root: ``infra/service_stack.py`` and all that it imports of the program."""
        return _closure(self.root, entry_point)

    def digest(self, paths: Iterable[str]) -> str:
        """Order, place and content count; where the root is, when files were touched and by whom does not."""
        return _digest(self.root, frozenset(paths))


@cache
def _closure(root: Path, entry_point: str) -> frozenset[str]:
    found: set[str] = set()
    todo = [entry_point]
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += _source(root, path).imported
    return frozenset(found)


@cache
def _digest(root: Path, paths: frozenset[str]) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        code = _source(root, path).code
        found.update(f"{path} {len(code)}\n{code}".encode())
    return found.hexdigest()


@dataclass(frozen=True)
class _Source:
    imported: frozenset[str]
    code: str


@cache
def _source(root: Path, path: str) -> _Source:
    """Parsed once, though both entry points ask for most files, and for both."""
    text = (root / path).read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    return _Source(frozenset(_imported(root, nodes)), _code(text, nodes))


def _imported(root: Path, nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in _FOLLOWED:
            package = node.module.replace(".", "/")
            for name in (f"{package}.py", *(f"{package}/{alias.name}.py" for alias in node.names)):
                if not name.startswith(READERS) and (root / name).is_file():
                    yield name


def _code(text: str, nodes: Iterable[ast.AST]) -> str:
    """Without comment lines, docstrings and empty lines. By their places only, so that any Python sees the same."""
    silent, within_text = set[int](), set[int]()
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            silent.update(range(node.lineno, (node.end_lineno or 0) + 1))
        elif isinstance(node, ast.Constant | ast.JoinedStr):
            within_text.update(range(node.lineno + 1, (node.end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), 1)
    return "\n".join(
        line
        for number, line in lines
        if number not in silent and (number in within_text or not re.fullmatch(r"\s*(#.*)?", line))
    )
