"""Which stack is it: ``dev`` is an environment, ``dev.orders-api`` one service in it."""

import re
from dataclasses import dataclass
from typing import Self

from service_catalog import naming


class StackNameError(ValueError):
    """A stack whose name says neither environment nor service."""


@dataclass(frozen=True)
class StackName:
    environment: str
    service: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises StackNameError."""
        words = text.split(".")
        if len(words) > 2 or not all(re.fullmatch(naming.NAME_PATTERN, word) for word in words):
            raise StackNameError(
                f"stack {text!r} is neither an environment nor a service in one; "
                "name it like 'dev' or 'dev.orders-api' (lower-case letters, digits and hyphens)"
            )
        return cls(*words)
