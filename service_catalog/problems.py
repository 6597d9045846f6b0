"""What can be wrong with a catalog, as sentences: where, what, what to do. Always all of it at once."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from service_catalog.messages import say

_VALUE_MAX = 60
"""Longer values are cut: a message is one line, and a pasted key should not end up in a log whole."""
LISTED_MAX = 10
"""Of names that there are; more would bury the sentence."""


@dataclass(frozen=True)
class Problem:
    """``services/orders-api.yaml:7: port: must be a whole number, got '80'; write 80``

    ``message`` says something of the field at ``path``, whose label may stand before it; both it and ``hint`` are
    messages, which the portal says in other languages.
    """

    file: str
    path: str
    message: str
    hint: str = ""
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        what = ": ".join(part for part in (where, self.path, self.message) if part)
        return f"{what}; {_within(self.hint)}" if self.hint else what


def _within(sentence: str) -> str:
    """As it reads in the middle of another; ``AWS`` and ``CPU`` keep their capitals."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence


class CatalogError(Exception):
    """A catalog, or a part of it, that cannot be used. ``problems`` holds every reason."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class NoSuchService(CatalogError):
    def __init__(self, name: str, known: Iterable[str], environment: str | None = None):
        message = say("there is no service %(name)s", name=for_message(name))
        if environment:
            message = say(
                "there is no service %(name)s in %(environment)s", name=for_message(name), environment=environment
            )
        super().__init__([Problem("services", "", message, instead(name, known))])


class NoSuchEnvironment(CatalogError):
    def __init__(self, name: str, known: Iterable[str]):
        message = say("there is no environment %(name)s", name=for_message(name))
        super().__init__([Problem("environments", "", message, instead(name, known))])


class EntryChanged(CatalogError):
    """Somebody else changed an entry since somebody began to."""

    def __init__(self, name: str, text: str):
        self.text = text
        """As it reads now"""
        message = say("was changed by somebody else meanwhile")
        super().__init__([Problem(f"services/{name}.yaml", "", message, say("look at both, and send it again"))])


def instead(word: str, known: Iterable[str]) -> str:
    """What was meant, or else what there is."""
    names = sorted(known)
    return did_you_mean(word, names) or _listed(names)


def _listed(names: Sequence[str]) -> str:
    if not names:
        return ""
    listed = ", ".join(names[:LISTED_MAX])
    if len(names) > LISTED_MAX:
        return say("there are %(names)s and %(more)s more", names=listed, more=len(names) - LISTED_MAX)
    if len(names) > 1:
        return say("there are %(names)s", names=listed)
    return say("there is %(name)s", name=listed)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Empty when nothing is near. A word that is only in the wrong place is never its own remedy."""
    names = [name for name in known if name != word]
    near = difflib.get_close_matches(word, names, n=1) or [name for name in names if word and name.startswith(word)]
    return say("did you mean '%(word)s'?", word=near[0]) if near else ""


def for_message(value: Any) -> str:
    """A value as a message may print it: as YAML spells it, and never long."""
    if value is None:
        return say("nothing")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return say("a mapping")
    if isinstance(value, list | tuple):
        return say("a list")
    quote, text = ("'", value) if isinstance(value, str) else ("", str(value))
    cut = text if len(text) <= _VALUE_MAX else f"{text[: _VALUE_MAX - 1]}…"
    return f"{quote}{cut if cut.isprintable() else _escaped(cut)}{quote}"


def _escaped(text: str) -> str:
    """Signs that a terminal would obey, or that nobody sees, as YAML spells them."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
