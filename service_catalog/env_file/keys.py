"""Rules about the part before the first ``=``."""

import re

from service_catalog.env_file.grammar import Line
from service_catalog.env_file.problems import EnvProblem, delete, error, rewrite, warning
from service_catalog.env_file.signs import BLANKS, HIDDEN, half_width, has_full_width
from service_catalog.saying import say

RESERVED = ("AWS_", "ECS_")
_EXPORT = re.compile(rf"[{BLANKS}]*(?:export[{BLANKS}]+)+")


def _missing(line: Line) -> EnvProblem | None:
    if line.key.strip(BLANKS):
        return None
    fix = rewrite(line, "Make it a comment", f"# {line.body}")
    return error(line, "no-key", "No key: ECS ignores the line", fix)


def _export(line: Line) -> EnvProblem | None:
    found = _EXPORT.match(line.key)
    if not found:
        return None
    fix = rewrite(line, "Remove export", line.body[found.end() :])
    return error(line, "export", "“export ” becomes part of the key", fix)


def _space(line: Line) -> EnvProblem | None:
    if line.key == line.key.strip(BLANKS):
        return None
    # Who writes a space before the sign means the one after it as little.
    value = line.value.lstrip(BLANKS) if line.key != line.key.rstrip(BLANKS) else line.value
    fix = rewrite(line, "Remove the space", f"{line.key.strip(BLANKS)}={value}")
    return error(line, "key-space", "A space becomes part of the key", fix)


def _full_width(line: Line) -> EnvProblem | None:
    if not has_full_width(line.key):
        return None
    fix = rewrite(line, "Make it half-width", f"{half_width(line.key)}={line.value}")
    return error(line, "full-width-key", "Full-width characters in the key", fix)


def _hidden(line: Line) -> EnvProblem | None:
    if not HIDDEN.search(line.key):
        return None
    fix = rewrite(line, "Remove it", f"{HIDDEN.sub('', line.key)}={line.value}")
    return error(line, "hidden-key", "A hidden character is in the key", fix)


def _odd(line: Line) -> EnvProblem | None:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", line.key):
        return None
    if re.fullmatch(r"[A-Za-z0-9_.-]+", line.key):
        return warning(line, "odd-key", "Shells cannot read this key: A-Z, 0-9 and _")
    return error(line, "bad-key", "A key is letters, digits and _")


def _reserved(line: Line) -> EnvProblem | None:
    if not line.key.startswith(RESERVED):
        return None
    message = say("%(prefix)s keys belong to the platform", prefix=line.key[:4])
    return error(line, "reserved", message, delete(line, is_safe=False))


RULES = (_missing, _export, _space, _full_width, _hidden, _odd, _reserved)
