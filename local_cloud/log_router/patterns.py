"""Regular expressions as Onigmo reads them, with Ruby's syntax, made into Python's.

Where the two differ: ``^`` and ``$`` stand at the ends of every line, but not after a last break; ``\\d``, ``\\w`` and
``\\s`` are ASCII, and no folding of case reaches into them. What is none of the constructs below is refused.
"""

import re
from dataclasses import dataclass

from local_cloud.log_router.configuration import NotKnown

_SHORTHANDS = {
    "d": "0-9",
    "w": "a-zA-Z0-9_",
    "s": r" \t\n\r\f\v",
    "D": r"\x00-/:-\U0010ffff",
    "W": r"\x00-/:-@\[-^`{-\U0010ffff",
    "S": r"\x00-\x08\x0e-\x1f!-\U0010ffff",
}
_KEPT_ESCAPES = frozenset("bAtnr")
_LINE_BEGINS = r"(?:\A|(?<=\n)(?!\Z))"
_GROUPS = ("(?:", "(?=", "(?!")
_IGNORES_CASE = "(?i)"


def compiled(pattern: str) -> re.Pattern[str]:
    """Raises NotKnown."""
    if len(pattern) > 1 and pattern[0] == pattern[-1] == "/":
        raise NotKnown(f"{pattern}: slashes around a pattern")
    body = pattern.removeprefix(_IGNORES_CASE)
    flags = re.MULTILINE | (re.IGNORECASE if body != pattern else 0)
    try:
        return re.compile(_Translation(body).text(), flags)
    except re.error as error:
        raise NotKnown(f"{pattern}: {error}") from error


@dataclass
class _Translation:
    source: str
    at: int = 0

    def text(self) -> str:
        parts = []
        while self.at < len(self.source):
            parts.append(self._one())
        return "".join(parts)

    def _take(self) -> str:
        if self.at >= len(self.source):
            raise NotKnown(f"{self.source}: ends too early")
        self.at += 1
        return self.source[self.at - 1]

    def _one(self) -> str:
        sign = self._take()
        if sign == "^":
            return _LINE_BEGINS
        if sign == "[":
            return self._set()
        if sign == "\\":
            kind, text = self._escaped()
            return f"(?-i:[{text}])" if kind == "set" else text
        if sign == "(" and self.source[self.at : self.at + 1] == "?":
            opening = self.source[self.at - 1 : self.at + 2]
            if opening not in _GROUPS:
                raise NotKnown(f"{self.source}: {opening}")
            self.at += 2
            return opening
        return sign

    def _escaped(self) -> tuple[str, str]:
        """A set's members, or one character or place."""
        sign = self._take()
        if sign in _SHORTHANDS:
            return "set", _SHORTHANDS[sign]
        if sign == "x" and re.match("[0-7][0-9a-f]", self.source[self.at :]):
            self.at += 2
            return "one", f"\\x{self.source[self.at - 2 : self.at]}"
        if sign in _KEPT_ESCAPES or not sign.isalnum():
            return "one", f"\\{sign}"
        raise NotKnown(f"{self.source}: \\{sign}")

    def _set(self) -> str:
        is_negated = self.source[self.at : self.at + 1] == "^"
        self.at += is_negated
        members, sets = "", []
        while (sign := self._take()) != "]":
            if sign == "[" or self.source[self.at - 1 : self.at + 1] == "&&":
                raise NotKnown(f"{self.source}: {sign} inside of a set")
            if sign == "\\":
                kind, text = self._escaped()
                sets += [f"(?-i:[{text}])"] if kind == "set" else []
                members += text if kind == "one" else ""
            else:
                members += f"\\{sign}" if sign == "^" else sign
        either = "|".join([*sets, *([f"[{members}]"] if members else [])])
        return f"(?:(?!{either})[\\s\\S])" if is_negated else f"(?:{either})"
