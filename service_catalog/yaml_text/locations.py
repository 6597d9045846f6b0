"""Line numbers of YAML fields, computed only for files with errors."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

Path = tuple[str | int, ...]
"""``("exposure", "paths", 0)``"""


@dataclass(frozen=True)
class Location:
    line: int
    written: str | None
    """An unquoted value as it stands in the file (``1.10``, which is read as 1.1)"""


class Locations:
    def __init__(self, text: str):
        """``text`` must be what ``reading.read_mapping`` takes: no anchors, not deep."""
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        self._locations = dict(_walk(root, ())) if root else {}

    def locate(self, path: Path, environment: str | None = None) -> tuple[Path, Location]:
        """The field's own path, in the environment's override if it stands there, and the nearest line there is."""
        if environment:
            overridden: Path = ("environments", environment, *path)
            if overridden in self._locations:
                return overridden, self._locations[overridden]
        for length in range(len(path), 0, -1):
            if path[:length] in self._locations:
                mark = self._locations[path[:length]]
                return path, mark if length == len(path) else Location(mark.line, None)
        return path, Location(1, None)


def _walk(node: yaml.Node, path: Path) -> Iterator[tuple[Path, Location]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value)
            yield inner, Location(key.start_mark.line + 1, _written(value))
            yield from _walk(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*path, index), Location(value.start_mark.line + 1, _written(value))
            yield from _walk(value, (*path, index))


def _written(node: yaml.Node) -> str | None:
    return node.value if isinstance(node, yaml.ScalarNode) and not node.style else None


def spelled(path: Path) -> str:
    """``exposure.paths[0]``"""
    words = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(words).removeprefix(".")
