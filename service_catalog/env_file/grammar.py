"""What ECS makes of a line. It does not read dotenv: nothing is trimmed, unquoted, expanded or continued.

As ECS's agent reads: lines end at a newline, with one carriage return before it dropped; a line that begins with ``#``
is a comment; the first ``=`` splits; a line without key or without value is passed over (on Fargate a key without value
is missing); the last line wins in one file, the first file among several.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """A tuple, as the two of a problem: texts of thousands of lines are read while somebody waits."""

    number: int
    body: str
    """Without its newline, and without the one carriage return that is dropped"""
    ending: str = ""
    """That carriage return, if there was one"""

    @property
    def is_comment(self) -> bool:
        return self.body.startswith("#")

    @property
    def key(self) -> str:
        return self.body.partition("=")[0]

    @property
    def value(self) -> str:
        return self.body.partition("=")[2]

    @property
    def is_setting(self) -> bool:
        """Whether the container gets anything from it."""
        at = self.body.find("=")
        return 0 < at < len(self.body) - 1 and self.body[0] != "#"


def lines(text: str) -> Iterator[Line]:
    """A text that ends in a newline has an empty last line: joined again, the lines are the text."""
    for number, whole in enumerate(text.split("\n"), start=1):
        yield Line(number, whole[:-1], "\r") if whole.endswith("\r") else Line(number, whole)


def joined(parts: Iterable[Line]) -> str:
    return "\n".join(line.body + line.ending for line in parts)


def parse(text: str) -> dict[str, str]:
    """Exactly what ECS gives the container."""
    return {line.key: line.value for line in lines(text) if line.is_setting}


def effective(texts: Sequence[str]) -> dict[str, str]:
    """What several files give it together, in the order of ``env_files``."""
    found: dict[str, str] = {}
    for text in texts:
        found = parse(text) | found
    return found


def render(settings: Mapping[str, str]) -> str:
    """A line each. Raises ValueError for what no line can say, without saying the value."""
    written = {key: joined([setting(key, value), Line(0, "")]) for key, value in settings.items()}
    unsayable = [key for key, text in written.items() if parse(text) != {key: settings[key]}]
    if unsayable:
        raise ValueError(f"an env file cannot say the value, or the name, of {', '.join(map(repr, unsayable))}")
    return "".join(written.values())


def setting(key: str, value: str, ending: str = "") -> Line:
    """A value that ends in a carriage return needs another, to be dropped in its place."""
    return Line(0, f"{key}={value}", "\r" if value.endswith("\r") else ending)
