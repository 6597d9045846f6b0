"""Rules about the part before the first ``=``."""

import re

from service_catalog.env_file.agreement import agreed
from service_catalog.env_file.grammar import Line
from service_catalog.env_file.lookalikes import BLANKS, HIDDEN, half_width, has_full_width
from service_catalog.env_file.problems import EnvProblem, delete, error, rewrite, warning

SET_BY_ECS = frozenset(
    {
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_EXECUTION_ENV",
        "ECS_AGENT_URI",
        "ECS_CONTAINER_METADATA_URI",
        "ECS_CONTAINER_METADATA_URI_V4",
    }
)
"""What ECS gives every container itself. AWS_REGION and AWS_DEFAULT_REGION are not among them: a file's value wins"""
STATIC_CREDENTIALS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
"""An SDK that finds these asks for no others, so the task role is of no use"""
_EXPORT = re.compile(rf"[{BLANKS}]*(?:export[{BLANKS}]+)+")


def meant(key: str) -> str:
    """With every fix of these rules made."""
    if key.isascii() and key.isidentifier():
        return key
    exported = _EXPORT.match(key)
    return HIDDEN.sub("", half_width(key[exported.end() :] if exported else key)).strip(BLANKS)


def _missing(line: Line) -> EnvProblem | None:
    if line.key.strip(BLANKS):
        return None
    fix = rewrite(line, "Make it a comment", f"# {line.body}", is_safe=True)
    return error(line, "no-key", "No key: ECS ignores the line", fix)


def _export(line: Line) -> EnvProblem | None:
    found = _EXPORT.match(line.key)
    if not found:
        return None
    fix = rewrite(line, "Remove export", line.body[found.end() :], is_safe=_is_agreed(line))
    return error(line, "export", "“export ” becomes part of the key", fix)


def _space(line: Line) -> EnvProblem | None:
    if line.key == line.key.strip(BLANKS):
        return None
    # Who writes a space before the sign means the one after it as little.
    value = line.value.lstrip(BLANKS) if line.key != line.key.rstrip(BLANKS) else line.value
    fix = rewrite(line, "Remove the space", f"{line.key.strip(BLANKS)}={value}", is_safe=_is_agreed(line))
    return error(line, "key-space", "A space becomes part of the key", fix)


def _full_width(line: Line) -> EnvProblem | None:
    if not has_full_width(line.key):
        return None
    fix = rewrite(line, "Make it half-width", f"{half_width(line.key)}={line.value}", is_safe=_is_agreed(line))
    return error(line, "full-width-key", "Full-width characters in the key", fix)


def _hidden(line: Line) -> EnvProblem | None:
    if not HIDDEN.search(line.key):
        return None
    fix = rewrite(line, "Remove it", f"{HIDDEN.sub('', line.key)}={line.value}", is_safe=_is_agreed(line))
    return error(line, "hidden-key", "A hidden character is in the key", fix)


def _odd(line: Line) -> EnvProblem | None:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", line.key):
        return None
    if re.fullmatch(r"[A-Za-z0-9_.-]+", line.key):
        return warning(line, "odd-key", "Shells cannot read this key: A-Z, 0-9 and _")
    return error(line, "bad-key", "A key is letters, digits and _")


def _set_by_ecs(line: Line) -> EnvProblem | None:
    if line.key not in SET_BY_ECS:
        return None
    return error(line, "reserved", "ECS sets this key itself", delete(line))


def _credentials(line: Line) -> EnvProblem | None:
    if line.key not in STATIC_CREDENTIALS:
        return None
    return warning(line, "credentials", "AWS keys win over the task role: leave them out", delete(line))


def _is_agreed(line: Line) -> bool:
    """Whether what follows the key is read alike by everybody, so that it may be given to another key."""
    return agreed(line.value) is not None


RULES = (_missing, _export, _space, _full_width, _hidden, _odd, _set_by_ecs, _credentials)
