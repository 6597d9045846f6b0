"""Rules about the part after the first ``=``."""

import re

from service_catalog.env_file.agreement import agreed
from service_catalog.env_file.grammar import Line
from service_catalog.env_file.lookalikes import BLANKS, HIDDEN, half_width, is_full_width
from service_catalog.env_file.problems import EnvProblem, delete, rewrite, shortened, warning
from service_catalog.messages import say

_QUOTES = ("'", '"')
_QUOTES_STAY = say("The quotes become part of the value")
_INLINE_COMMENT = re.compile(f"[{BLANKS}]#")
_IN_QUOTES = re.compile(r"([\"'])(?P<inner>(?:(?!\1).)*)\1")
_QUOTED_AND_COMMENTED = re.compile(rf"(\"[^\"]*\"|'[^']*')[{BLANKS}]+(#.*)")
_IN_CURLY_QUOTES = re.compile("[“”„‟](?P<double>[^“”„‟]*)[“”„‟]|[‘’‚‛](?P<single>[^‘’‚‛]*)[‘’‚‛]")


def _empty(line: Line) -> EnvProblem | None:
    if line.value or not line.key:
        return None
    return warning(line, "empty", "Empty: the key is missing on Fargate", delete(line))


def _inline_comment(line: Line) -> EnvProblem | None:
    value, comment = _without_comment(line.value)
    if not comment:
        return None
    message = say("“%(words)s” becomes part of the value", words=shortened(comment))
    fix = rewrite(line, "Move it above", comment, f"{line.key}={value}", is_safe=_is_agreed(line))
    return warning(line, "inline-comment", message, fix)


def _without_comment(value: str) -> tuple[str, str]:
    """What a `` #`` parts. A quoted value may hold one, and may be followed by one."""
    if value.strip(BLANKS)[:1] in _QUOTES:
        found = _QUOTED_AND_COMMENTED.fullmatch(value.strip(BLANKS))
        return (found[1], found[2]) if found else (value, "")
    at = _INLINE_COMMENT.search(value)
    return (value[: at.start()].rstrip(BLANKS), value[at.start() + 1 :]) if at else (value, "")


def _quoted(line: Line) -> EnvProblem | None:
    if len(line.value) < 2 or line.value[0] not in _QUOTES or line.value[0] != line.value[-1]:
        return None
    whole = _IN_QUOTES.fullmatch(line.value)
    # Inside, more of them: two values in a row, or quotes within quotes. What was meant, only its writer knows.
    if whole is None or whole["inner"][:1] in ("'", '"'):
        return warning(line, "quotes", _QUOTES_STAY)
    fix = rewrite(line, "Remove quotes", f"{line.key}={whole['inner']}", is_safe=_is_agreed(line))
    return warning(line, "quotes", _QUOTES_STAY, fix)


def _curly_quotes(line: Line) -> EnvProblem | None:
    found = _IN_CURLY_QUOTES.fullmatch(line.value.strip(BLANKS))
    if not found:
        return None
    bare = found["double"] if found["single"] is None else found["single"]
    fix = (
        None if _IN_CURLY_QUOTES.fullmatch(bare.strip(BLANKS)) else rewrite(line, "Remove quotes", f"{line.key}={bare}")
    )
    return warning(line, "curly-quotes", _QUOTES_STAY, fix)


def _open_quote(line: Line) -> EnvProblem | None:
    if line.value[:1] not in _QUOTES or line.value.count(line.value[:1]) % 2 == 0:
        return None
    return warning(line, "open-quote", "The quote stays open: a value ends with its line")


def _space(line: Line) -> EnvProblem | None:
    bare = line.value.strip(BLANKS)
    if bare == line.value:
        return None
    where = say("start") if line.value != line.value.lstrip(BLANKS) else say("end")
    fix = rewrite(line, "Remove the space", f"{line.key}={bare}", is_safe=_is_agreed(line))
    return warning(line, "value-space", say("A space at the %(where)s is part of the value", where=where), fix)


def _hidden(line: Line) -> EnvProblem | None:
    if not HIDDEN.search(line.value):
        return None
    fix = rewrite(line, "Remove it", f"{line.key}={HIDDEN.sub('', line.value)}")
    return warning(line, "hidden-value", "A hidden character is in the value", fix)


def _full_width(line: Line) -> EnvProblem | None:
    if not is_full_width(line.value):
        return None
    fix = rewrite(line, "Make it half-width", f"{line.key}={half_width(line.value)}")
    return warning(line, "full-width-value", "Full-width characters in the value", fix)


def _escape(line: Line) -> EnvProblem | None:
    found = re.search(r"\\[nrt]", line.value)
    if not found:
        return None
    return warning(line, "escape", say("%(sign)s stays two characters, as written", sign=found[0]))


_REFERENCE = re.compile(r"\$(?:\{[A-Za-z_][^}]{0,100}\}|[A-Z_][A-Z0-9_]+(?![A-Za-z0-9_]))")
"""Without braces in capitals only: a hash of a password is full of ``$2b$`` and the like"""


def _reference(line: Line) -> EnvProblem | None:
    found = _REFERENCE.search(line.value)
    if not found:
        return None
    return warning(line, "reference", say("%(words)s is not replaced by ECS", words=shortened(found[0])))


def _is_agreed(line: Line) -> bool:
    return agreed(line.value) is not None


RULES = (
    _empty,
    _inline_comment,
    _quoted,
    _curly_quotes,
    _open_quote,
    _space,
    _hidden,
    _full_width,
    _escape,
    _reference,
)
