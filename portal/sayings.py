"""What rooms below the portal say, in the language of whoever asks.

They hand over messages: a template, found in a catalogue of translations in a context of its own, and its values.
Outcomes that were written before messages were kept as data hold the finished English sentence; it is found again by
the words of its template. A text that fits none stays as it is.
"""

import re
from dataclasses import replace
from functools import cache

from portal.language import LANGUAGES, current
from service_catalog.problems import Problem
from service_catalog.saying import Message

_BLANK = re.compile(r"%\((\w+)\)s")
_WORDS = {"cause", "did", "keys"}
"""Blanks of a finished sentence that may hold words of ours. The others hold what somebody typed."""
_TELLING = 5
"""Letters of its own that a template needs: `%(doing)s: %(error)s` would be found in any sentence."""


def said(text: str) -> str:
    """Values come back as they were: whoever prints the sentence escapes it."""
    if isinstance(text, Message):
        values = {name: said(it) if isinstance(it, Message) else it for name, it in text.values.items()}
        # What the model says of a field stands among the portal's own words, since the form shows it.
        return Message(current().sayings.get(text.template) or current().gettext(text.template), values)
    return _found_again(text)


def of_problem(problem: Problem) -> str:
    """Where, what and what to do, as a line."""
    return str(replace(problem, message=said(problem.message), hint=said(problem.hint)))


def _found_again(text: str) -> str:
    for pattern, translation in _translations(current().code):
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            return translation % {blank: said(it) if blank in _WORDS else it for blank, it in values.items()}
    return text


@cache
def _translations(code: str) -> list[tuple[re.Pattern[str], str]]:
    """The one with most words of its own comes first: where two fit a sentence, it was made from that."""
    sayings = LANGUAGES[code].sayings
    telling = [it for it in sayings if len(_own_words(it)) >= _TELLING and (it[0] != "%" or it.startswith("%(keys)s"))]
    return [(_pattern(it), sayings[it]) for it in sorted(telling, key=lambda it: -len(_own_words(it)))]


def _own_words(template: str) -> str:
    return _BLANK.sub("", template)


def _pattern(template: str) -> re.Pattern[str]:
    words_and_blanks, known = _BLANK.split(template), set[str]()
    parts = []
    for at, it in enumerate(words_and_blanks):
        is_blank = at % 2
        parts.append((f"(?P={it})" if it in known else f"(?P<{it}>.+?)") if is_blank else re.escape(it))
        known |= {it} if is_blank else set()
    return re.compile("".join(parts), re.DOTALL)
