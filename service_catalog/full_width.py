"""Signs that Japanese keyboards type where YAML wants its own: they look right, and mean nothing to it."""

import re

_SIGNS = {
    "：": ("holds a full-width '：'", "type it half-width: ':'"),
    "\u3000": ("holds a full-width space", "type it half-width"),
}
_BEFORE_A_VALUE = re.compile(r"[ -]*(?:[A-Za-z0-9_.-]+ *:?)?([：\u3000])")
"""In a line's indentation, or around the sign that ends its key. Within text, full-width signs are what they are."""


def told_of_line(line: str) -> tuple[str, str] | None:
    """Message and hint, if the line holds such a sign where a key should end or begin."""
    found = _BEFORE_A_VALUE.match(line)
    return _SIGNS[found[1]] if found else None


def told_of_key(key: str) -> tuple[str, str] | None:
    if key.isascii():
        return None
    return next((_SIGNS[sign] for sign in key if sign in _SIGNS), None)


def hint(value: object) -> str:
    """For whoever is told that fields were expected where a colon was only meant."""
    return "type its '：' half-width: ':'" if isinstance(value, str) and "：" in value else ""
