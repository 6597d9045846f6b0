"""Rules about the part after the first ``=``."""

import re

from service_catalog.env_file.grammar import Line
from service_catalog.env_file.problems import EnvProblem, delete, rewrite, shortened, warning
from service_catalog.env_file.signs import BLANKS, HIDDEN, half_width, is_full_width

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
    message = f"“{shortened(comment)}” becomes part of the value"
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
    where = "start" if line.value != line.value.lstrip(BLANKS) else "end"
    fix = rewrite(line, "Remove the space", f"{line.key}={bare}")
    return warning(line, "value-space", f"A space at the {where} is part of the value", fix)


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
    return warning(line, "escape", f"{found[0]} stays two characters, as written") if found else None


def _reference(line: Line) -> EnvProblem | None:
    found = re.search(r"\$\{[A-Za-z_][^}]{0,100}\}", line.value)
    return warning(line, "reference", f"{shortened(found[0])} is not replaced by ECS") if found else None


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
