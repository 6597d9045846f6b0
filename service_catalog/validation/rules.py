"""When a rule is asked: where an entry says one of the fields that the rule is about.

Defaults are nobody's mistake, and an entry does not pay for the features that it does not use.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from service_catalog.validation.faults import Fault
from service_catalog.validation.partial_model import PartialModel, until_invalid_field

Check = Callable[..., Iterator[Fault]]


@dataclass(frozen=True, eq=False)
class Rule:
    check: Check
    fields: frozenset[str]
    """Of the entry's first level. A rule without any is asked of every entry."""

    def __call__(self, *asked: Any) -> Iterator[Fault]:
        return self.check(*asked)


def about(*fields: str) -> Callable[[Check], Rule]:
    """Makes a rule of a check: ``@about("tasks", "scaling")``."""
    return lambda check: Rule(check, frozenset(fields))


def faults_by(rules: tuple[Rule, ...], service: Any, *beside: Any) -> list[Fault]:
    """``service`` may be a ``PartialModel``: then a check ends where it reads an invalid field.

    ``beside``: what else the rules are asked with.
    """
    checks = _asked_of(rules, frozenset(service.model_fields_set))
    if isinstance(service, PartialModel):
        return [fault for check in checks for fault in until_invalid_field(check(service, *beside))]
    return [fault for check in checks for fault in check(service, *beside)]


@lru_cache(maxsize=512)
def _asked_of(rules: tuple[Rule, ...], said: frozenset[str]) -> tuple[Check, ...]:
    """Most entries say the same fields."""
    return tuple(rule.check for rule in rules if not rule.fields or not rule.fields.isdisjoint(said))
