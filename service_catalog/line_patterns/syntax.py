"""Reads a regular expression into a tree, or says what in it Onigmo and Python do not read alike.

``^`` and ``$`` stand at the ends of each line of a text, as in Ruby: a joined message has several.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from service_catalog.messages import Message, say
from service_catalog.problems import for_message

IGNORE_CASE = "(?i)"
REPEATED_AT_MOST = 100


@dataclass(frozen=True)
class Sign:
    """One character out of some: ``a``, ``.``, ``\\d``, ``[a-z]``."""

    source: str


@dataclass(frozen=True)
class Place:
    """Where something is, without taking a character: ``^``, ``\\b``, a look ahead."""

    look: "Node | None" = None
    """What a look ahead looks for"""


@dataclass(frozen=True)
class Sequence:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Choice:
    options: tuple["Node", ...]


@dataclass(frozen=True)
class Repeat:
    body: "Node"
    low: int
    high: int | None
    """None without an end"""


Node = Sign | Place | Sequence | Choice | Repeat


class NotUnderstood(Exception):
    """``problem`` is a sentence about the pattern, ``hint`` what to write instead."""

    def __init__(self, problem: Message, hint: str = ""):
        super().__init__(problem)
        self.problem, self.hint = problem, hint


def parse(pattern: str) -> Node:
    """Raises NotUnderstood."""
    body = pattern.removeprefix(IGNORE_CASE)
    if body != pattern and not body.isascii():
        raise NotUnderstood(say("ignores case, which Onigmo and Python do differently for letters beyond ASCII"))
    reader = _Reader(body)
    tree = reader.choice()
    if reader.peek():
        raise NotUnderstood(say("closes a group that was never opened"), say("write \\) for the character"))
    return tree


_GROUPS = {"(?:": None, "(?=": Place, "(?!": Place}
_SHORTHANDS = frozenset("dDwWsS")
_PLACES = frozenset("bA")
_CONTROLS = frozenset("tnr")
_ESCAPABLE = frozenset(string.punctuation + " ")
_REPEATED = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_BOUNDS = re.compile(r"\{(\d*)(,?)(\d*)\}")


class _Reader:
    def __init__(self, text: str):
        self._text, self._at = text, 0

    def peek(self, length: int = 1) -> str:
        return self._text[self._at : self._at + length]

    def take(self, length: int = 1) -> str:
        taken = self.peek(length)
        self._at += length
        return taken

    def choice(self) -> Node:
        options = [self._sequence()]
        while self.peek() == "|":
            self.take()
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._one()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _one(self) -> Node:
        sign = self.take()
        if sign in "^$":
            return Place()
        if sign == "(":
            return self._group()
        if sign == "[":
            return Sign(self._set())
        if sign == "\\":
            return self._escaped(_PLACES)
        if sign in "*+?{}":
            raise _stray(sign)
        return Sign(sign if sign == "." else re.escape(sign))

    def _group(self) -> Node:
        kind = self._kind_of_group()
        body = self.choice()
        if self.take() != ")":
            raise NotUnderstood(say("opens a group that is never closed"), say("write \\( for the character"))
        return kind(body) if kind else body

    def _kind_of_group(self) -> type[Place] | None:
        if self.peek() != "?":
            return None
        opening = f"({self.take(2)}"
        if opening not in _GROUPS:
            message = say("holds %(what)s, which Onigmo and Python do not read alike", what=for_message(opening))
            raise NotUnderstood(message, say("groups are (…), (?:…), (?=…) and (?!…); (?i) stands at the very start"))
        return _GROUPS[opening]

    def _repeated(self, body: Node) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return body
        low, high, is_exact = bounds
        if isinstance(body, Place):
            raise NotUnderstood(say("repeats a place in the text, which takes no characters"))
        if self.peek() == "?" and not is_exact:
            self.take()  # as few as possible: whether there is a match is the same
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            message = say("repeats a repetition with %(sign)s", sign=for_message(self.peek()))
            raise NotUnderstood(message, say("put what is repeated into (?:…)"))
        return Repeat(body, low, high)

    def _bounds(self) -> tuple[int, int | None, bool] | None:
        if self.peek() in _REPEATED and self.peek():
            return (*_REPEATED[self.take()], False)
        if self.peek() != "{":
            return None
        found = _BOUNDS.match(self._text, self._at)
        if found is None or not (found[1] or found[3]):
            raise _stray("{")
        self.take(len(found[0]))
        low = int(found[1] or 0)
        high = int(found[3]) if found[3] else None if found[2] else low
        if high is not None and high < low:
            raise NotUnderstood(say("repeats at least %(low)s times and at most %(high)s", low=low, high=high))
        if max(low, high or 0) > REPEATED_AT_MOST:
            raise NotUnderstood(say("repeats more than %(max)s times", max=REPEATED_AT_MOST))
        return low, high, not found[2]

    def _escaped(self, places: frozenset[str]) -> Node:
        sign = self.take()
        if sign in places and sign:
            return Place()
        if sign in _SHORTHANDS | _CONTROLS | _ESCAPABLE and sign:
            return Sign(f"\\{sign}")
        if not sign:
            raise NotUnderstood(say("ends in a backslash"), say("write \\\\ for the character"))
        message = say("holds %(what)s, which Onigmo and Python do not read alike", what=for_message(f"\\{sign}"))
        known = " ".join(f"\\{it}" for it in "dDwWsSbAtnr")
        raise NotUnderstood(message, say("escapes are %(known)s and those of punctuation", known=known))

    def _set(self) -> str:
        """What stands between ``[`` and ``]``, checked, as Python reads it."""
        negated = self.take() if self.peek() == "^" else ""
        members = "".join(self._members())
        if not members:
            raise NotUnderstood(say("holds an empty set"), say("write \\[ and \\] for the characters"))
        return f"[{negated}{members}]"

    def _members(self) -> Iterator[str]:
        while self.peek() != "]" or not self.peek():
            low = self._member()
            if self.peek() != "-" or self.peek(2) == "-]":
                yield low
                continue
            self.take()
            high = self._member()
            if _code(low) is None or _code(high) is None or (_code(low) or 0) > (_code(high) or 0):
                raise NotUnderstood(say("holds a range that goes from %(low)s to %(high)s", low=low, high=high))
            yield f"{low}-{high}"
        self.take()

    def _member(self) -> str:
        sign = self.take()
        if not sign:
            raise NotUnderstood(say("opens a set that is never closed"), say("write \\[ for the character"))
        if sign == "[" or sign + self.peek() == "&&":
            message = say("holds %(what)s inside of a set, which Onigmo and Python do not read alike", what=sign)
            raise NotUnderstood(message, say("escape it with a backslash"))
        if sign == "\\":
            member = self._escaped(frozenset())
            assert isinstance(member, Sign)
            return member.source
        return re.escape(sign)


def _stray(sign: str) -> NotUnderstood:
    message = say("has %(sign)s with nothing before it to repeat", sign=for_message(sign))
    if sign in "{}":
        message = say("has %(sign)s that is no repetition", sign=for_message(sign))
    return NotUnderstood(message, say("write \\%(sign)s for the character", sign=sign))


def _code(member: str) -> int | None:
    """Of one character; none of a set such as ``\\d``."""
    if len(member) == 2 and member[1] in _SHORTHANDS:
        return None
    return ord({"\\t": "\t", "\\n": "\n", "\\r": "\r"}.get(member, member[-1]))


@cache
def signs_of(source: str, alphabet: frozenset[str]) -> frozenset[str]:
    """Which characters of ``alphabet`` a ``Sign`` takes."""
    takes = re.compile(source, re.ASCII).fullmatch
    return frozenset(sign for sign in alphabet if takes(sign))
