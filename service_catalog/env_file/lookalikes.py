"""Characters that look like others, or like nothing: an input method left on makes those, copying makes these."""

import re
import unicodedata

BLANKS = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no environment variable can hold, or no file in UTF-8"""
HIDDEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
"""Joiners are not among them: emoji and some scripts need those"""
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")


def has_full_width(text: str) -> bool:
    return _FULL_WIDTH.search(text) is not None


def is_full_width(text: str) -> bool:
    """Nothing but ASCII once it is half-width: a number or a word, and no Japanese sentence that means its signs."""
    return has_full_width(text) and _FULL_WIDTH.sub("", text).isascii()


def half_width(text: str) -> str:
    return _FULL_WIDTH.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), text)
