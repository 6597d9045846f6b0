"""Signs that look right where YAML wants its own, and mean nothing to it: what Japanese keyboards type, what is copied
from web pages, and a colon without the space that makes it one."""

import re

from service_catalog.messages import Message, say

_COLON, _SPACE = "：", "\u3000"
_OTHER_SPACES = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060"
_BEFORE_A_VALUE = re.compile(rf"[ -]*(?:[A-Za-z0-9_.-]+ *:?)? *([{_COLON}{_SPACE}{_OTHER_SPACES}])")
"""In a line's indentation, or around the sign that ends its key. Within text, such signs are what they are."""
_TIGHT = re.compile(r"[ -]*(?P<key>[A-Za-z_][A-Za-z0-9_.-]*):(?P<value>[^\s/:][^:]*)")
_IN_A_KEY = re.compile(f"[{_COLON}{_SPACE}{_OTHER_SPACES}]")

Told = tuple[Message, Message]
"""Message and hint"""


def told_of_line(line: str) -> Told | None:
    """If the line holds such a sign where a key should end or begin, or a colon that ends none."""
    if found := _BEFORE_A_VALUE.match(line):
        return _told(found[1])
    return told_of_tight_colon(line.rstrip())


def told_of_key(key: str) -> Told | None:
    found = _IN_A_KEY.search(key)
    return _told(found[0]) if found else None


def told_of_tight_colon(word: str) -> Told | None:
    """``port:8080``"""
    found = _TIGHT.fullmatch(word)
    if not found:
        return None
    key, value = found["key"], found["value"]
    return say("has no space after %(key)s", key=f"'{key}:'"), say("write %(meant)s", meant=f"{key}: {value}")


def _told(sign: str) -> Told:
    if sign == _COLON:
        return say("holds a full-width '：'"), say("type it half-width: ':'")
    if sign == _SPACE:
        return say("holds a full-width space"), say("type it half-width")
    if sign == "\u00a0":
        return say("holds a no-break space"), say("type an ordinary space")
    code = f"U+{ord(sign):04X}"
    return say("holds a space of another kind (%(code)s)", code=code), say("type an ordinary space")


def hint(value: object) -> str:
    """A hint for a text where fields were expected: it may hold a colon that YAML does not take for one."""
    if not isinstance(value, str):
        return ""
    if _COLON in value:
        return say("type its '：' half-width: ':'")
    told = told_of_tight_colon(value)
    return told[1] if told else ""
