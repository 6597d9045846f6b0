"""When a rule is asked: where an entry says one of the fields that the rule is about.

Defaults are nobody's mistake, and an entry does not pay for the features that it does not use.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from service_catalog.validation.faults import Fault
from service_catalog.validation.partial_model import PartialModel, until_invalid_field

Check = Callable[..., Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    check: Check
    fields: frozenset[str]
    """Of the entry's first level. A rule without any is asked of every entry."""

    def __call__(self, *asked: Any) -> Iterator[Fault]:
        return self.check(*asked)


def about(*fields: str) -> Callable[[Check], Rule]:
    """Makes a rule of a check: ``@about("tasks", "scaling")``."""
    return lambda check: Rule(check, frozenset(fields))


def faults_by(rules: Iterable[Rule], service: Any, *beside: Any) -> list[Fault]:
    """``service`` may be a ``PartialModel``: then a check ends where it reads an invalid field.

    ``beside``: what else the rules are asked with.
    """
    said = service.model_fields_set
    checks = [rule.check for rule in rules if not rule.fields or not rule.fields.isdisjoint(said)]
    if isinstance(service, PartialModel):
        return [fault for check in checks for fault in until_invalid_field(check(service, *beside))]
    return [fault for check in checks for fault in check(service, *beside)]
