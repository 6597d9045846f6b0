"""Regular expressions over lines of logs: the part of the language that Fluent Bit and Python read alike.

Fluent Bit asks Onigmo, with Ruby's syntax; the log router of the local cloud asks Python. ``syntax`` reads a pattern
and refuses what the two understand differently, ``backtracking`` what could keep either of them busy for ever.
"""

from service_catalog.line_patterns.backtracking import check_time
from service_catalog.line_patterns.syntax import NotUnderstood as NotUnderstood
from service_catalog.line_patterns.syntax import parse


def check(pattern: str) -> None:
    """Raises NotUnderstood for a pattern that a log router cannot be given."""
    check_time(parse(pattern))
