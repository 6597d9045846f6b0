"""Numbers of versions and releases, as people type them into an address or a form."""

import re

from portal.text.language import _
from service_catalog.problems import for_message

_NUMBER = re.compile(r"[0-9]{1,9}")
"""Longer ones are no number that anything here will ever reach."""


def number(typed: str) -> int | None:
    """None for what is no number: to leave it out would offer something that nobody asked for."""
    return int(typed) if _NUMBER.fullmatch(typed) else None


def no_version(typed: str, file: str) -> str:
    return _("%(typed)s is no version of %(file)s; choose one on its page.", typed=for_message(typed), file=file)
