"""What rooms below the portal say, in the language of whoever asks.

Lint and diagnosis hand over finished English sentences, and an outcome in S3 keeps them. Each is found again by its
template, which a catalogue of translations holds in a context of its own. A text that fits none stays as it is.
"""

import re
from functools import cache

from portal.language import LANGUAGES, current

_BLANK = re.compile(r"%\((\w+)\)s")
_WORDS = {"cause", "did", "keys", "where", "wins"}
"""Blanks that may hold words of ours. The others hold what somebody typed, which is never translated."""


def said(text: str) -> str:
    """Values come back as they were: whoever prints the sentence escapes it."""
    for pattern, translation in _translations(current().code):
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            return translation % {blank: said(it) if blank in _WORDS else it for blank, it in values.items()}
    return text


@cache
def _translations(code: str) -> list[tuple[re.Pattern[str], str]]:
    """The one with most words of its own comes first: where two fit a sentence, it was made from that."""
    sayings = LANGUAGES[code].sayings
    return [(_pattern(it), sayings[it]) for it in sorted(sayings, key=lambda it: -len(_BLANK.sub("", it)))]


def _pattern(template: str) -> re.Pattern[str]:
    words_and_blanks = enumerate(_BLANK.split(template))
    parts = [f"(?P<{it}>.+?)" if at % 2 else re.escape(it) for at, it in words_and_blanks]
    return re.compile("".join(parts), re.DOTALL)
