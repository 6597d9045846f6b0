"""What can be wrong with a catalog, as sentences: where, what, what to do. Always all of it at once."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN_MAX = 60
"""Longer values are cut: a message is one line, and a pasted key should not end up in a log whole."""
LISTED_MAX = 10
"""Of names that there are; more would bury the sentence."""


@dataclass(frozen=True)
class Problem:
    """``services/orders-api.yaml:7: port: must be a whole number, got '80'; write 80``"""

    file: str
    path: str
    message: str
    hint: str = ""
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        what = ": ".join(part for part in (where, self.path, self.message) if part)
        return f"{what}; {self.hint}" if self.hint else what


class CatalogError(Exception):
    """A catalog, or a part of it, that cannot be used. ``problems`` holds every reason."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class NoSuchService(CatalogError):
    def __init__(self, name: str, known: Iterable[str], environment: str | None = None):
        message = f"there is no service {shown(name)}" + (f" in {environment}" if environment else "")
        super().__init__([Problem("services", "", message, _instead(name, known))])


class NoSuchEnvironment(CatalogError):
    def __init__(self, name: str, known: Iterable[str]):
        message = f"there is no environment {shown(name)}"
        super().__init__([Problem("environments", "", message, _instead(name, known))])


def _instead(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return did_you_mean(word, names) or _listed(names)


def _listed(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - LISTED_MAX} more" if len(names) > LISTED_MAX else ""
    return f"there {'is' if len(names) == 1 else 'are'} {', '.join(names[:LISTED_MAX])}{more}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Empty when nothing is near. A word that is only in the wrong place is never its own remedy."""
    names = [name for name in known if name != word]
    near = difflib.get_close_matches(word, names, n=1) or [name for name in names if word and name.startswith(word)]
    return f"did you mean '{near[0]}'?" if near else ""


def shown(value: Any) -> str:
    """A value as a message may print it: as YAML spells it, and never long."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    quote, text = ("'", value) if isinstance(value, str) else ("", str(value))
    cut = text if len(text) <= SHOWN_MAX else f"{text[: SHOWN_MAX - 1]}…"
    return f"{quote}{cut}{quote}"
