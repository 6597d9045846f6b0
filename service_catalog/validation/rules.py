"""When a rule is asked: where an entry says one of the fields that the rule is about.

Defaults are nobody's mistake, and an entry does not pay for the features that it does not use. Nor does it pay twice:
of an entry that another environment overrides, a rule is asked again only where one of the fields that it reads is
another there.
"""

from collections.abc import Callable, Iterable, Iterator, Set
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
    reads: frozenset[str] | None
    """All fields that its answer hangs on; None where it may be any"""

    def __call__(self, *asked: Any) -> Iterator[Fault]:
        return self.check(*asked)


def about(*fields: str, reads: Iterable[str] | None = ()) -> Callable[[Check], Rule]:
    """Makes a rule of a check: ``@about("tasks", "scaling")``.

    ``reads``: further fields that it looks at; None for any.
    """
    every = None if reads is None or not fields else frozenset(fields).union(reads)
    return lambda check: Rule(check, frozenset(fields), every)


def faults_by(rules: tuple[Rule, ...], service: Any, *beside: Any, changed: Set[str] | None = None) -> list[Fault]:
    """``service`` may be a ``PartialModel``: then a check ends where it reads an invalid field.

    ``beside``: what else the rules are asked with. ``changed``: the fields in which it differs from one that is known
    to have no faults.
    """
    checks = _asked_of(rules, frozenset(service.model_fields_set), frozenset(changed) if changed is not None else None)
    asked = (service, *beside)
    if isinstance(service, PartialModel):
        return [fault for check in checks for fault in until_invalid_field(check(*asked))]
    return [fault for check in checks for fault in check(*asked)]


@lru_cache(maxsize=512)
def _asked_of(rules: tuple[Rule, ...], said: frozenset[str], changed: frozenset[str] | None) -> tuple[Check, ...]:
    """Most entries say the same fields."""
    return tuple(
        rule.check
        for rule in rules
        if (not rule.fields or not rule.fields.isdisjoint(said))
        and (changed is None or rule.reads is None or not rule.reads.isdisjoint(changed))
    )
