"""Rules about the part after the first ``=``."""

import re

from service_catalog.env_file.grammar import Line
from service_catalog.env_file.problems import EnvProblem, delete, rewrite, shortened, warning
from service_catalog.env_file.signs import BLANKS, HIDDEN, half_width, is_full_width
from service_catalog.saying import say

_INLINE_COMMENT = re.compile(f"[{BLANKS}]#")
_QUOTES = "\"'"


def _empty(line: Line) -> EnvProblem | None:
    if line.value or not line.key:
        return None
    return warning(line, "empty", "Empty: the key is missing on Fargate", delete(line))


def _inline_comment(line: Line) -> EnvProblem | None:
    found = _INLINE_COMMENT.search(line.value)
    if not found or _is_quoted(line.value):
        return None
    value, comment = line.value[: found.start()].rstrip(BLANKS), line.value[found.start() + 1 :]
    message = say("“%(words)s” becomes part of the value", words=shortened(comment))
    fix = rewrite(line, "Move it above", comment, f"{line.key}={value}")
    return warning(line, "inline-comment", message, fix)


def _quoted(line: Line) -> EnvProblem | None:
    bare = line.value
    while _is_quoted(bare):
        bare = bare[1:-1]
    if bare == line.value:
        return None
    fix = rewrite(line, "Remove quotes", f"{line.key}={bare}")
    return warning(line, "quotes", "The quotes become part of the value", fix)


def _is_quoted(value: str) -> bool:
    return len(value) > 1 and value[0] in _QUOTES and value[0] == value[-1]


def _open_quote(line: Line) -> EnvProblem | None:
    if line.value[:1] not in _QUOTES or line.value.count(line.value[:1]) % 2 == 0:
        return None
    return warning(line, "open-quote", "The quote stays open: a value ends with its line")


def _space(line: Line) -> EnvProblem | None:
    bare = line.value.strip(BLANKS)
    if bare == line.value:
        return None
    where = say("start") if line.value != line.value.lstrip(BLANKS) else say("end")
    fix = rewrite(line, "Remove the space", f"{line.key}={bare}")
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


def _reference(line: Line) -> EnvProblem | None:
    found = re.search(r"\$\{[A-Za-z_][^}]{0,100}\}", line.value)
    if not found:
        return None
    return warning(line, "reference", say("%(words)s is not replaced by ECS", words=shortened(found[0])))


RULES = (
    _empty,
    _inline_comment,
    _quoted,
    _open_quote,
    _space,
    _hidden,
    _full_width,
    _escape,
    _reference,
)
