"""Env files as ECS reads them: a format of its own, which looks like dotenv and is not.

``grammar`` says what the container gets, ``lint`` where that is not what a reader would expect (``keys``, ``values``,
``joined_lines``, ``secrets`` and ``signs`` hold its rules; ``agreement`` says which fixes need no asking), ``changes``
and ``merge`` compare texts by key. A text is kept byte for byte;
everything here is a view of it or makes a new one.
"""

from service_catalog.env_file.changes import KeyChange, diff, edited, effective_diff, with_lines
from service_catalog.env_file.grammar import effective, parse, render
from service_catalog.env_file.lint import LINES_MAX, Fixed, apply, apply_fix, apply_safe_fixes, lint
from service_catalog.env_file.merge import KeyConflict, Merge, merge
from service_catalog.env_file.problems import EnvProblem, Fix
from service_catalog.env_file.secrets import suspected_secrets
from service_catalog.env_file.winners import winners

__all__ = [
    "LINES_MAX",
    "EnvProblem",
    "Fix",
    "Fixed",
    "KeyChange",
    "KeyConflict",
    "Merge",
    "apply",
    "apply_fix",
    "apply_safe_fixes",
    "diff",
    "edited",
    "effective",
    "effective_diff",
    "lint",
    "merge",
    "parse",
    "render",
    "suspected_secrets",
    "winners",
    "with_lines",
]
