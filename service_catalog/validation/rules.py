"""When a rule is asked: where an entry says one of the fields that the rule is about.

Defaults are nobody's mistake, and an entry does not pay for the features that it does not use. Nor does it pay twice:
of an entry that another environment overrides, a rule is asked again only where one of the fields that it reads is
another there.
"""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from service_catalog.model import Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.partial_model import PartialModel, until_invalid_field

Check = Callable[..., Iterator[Fault]]


@dataclass(frozen=True, eq=False)
class Rule:
    check: Check
    fields: frozenset[str]
    """By their paths. A rule without any is asked of every entry."""
    reads: frozenset[str] | None
    """All fields of the entry's first level that its answer hangs on; None where it may be any"""

    def __call__(self, *asked: Any) -> Iterator[Fault]:
        return self.check(*asked)


def about(*fields: str, reads: Iterable[str] | None = ()) -> Callable[[Check], Rule]:
    """Makes a rule of a check: ``@about("tasks", "exposure.sticky")``.

    ``reads``: further fields of the first level that it looks at; None for any.
    """
    every = None if reads is None or not fields else frozenset(map(_first, fields)).union(reads)
    return lambda check: Rule(check, frozenset(fields), every)


def faults_by(rules: tuple[Rule, ...], service: Any, *beside: Any, changed: Set[str] | None = None) -> list[Fault]:
    """``service`` may be a ``PartialModel``: then a check ends where it reads an invalid field.

    ``beside``: what else the rules are asked with. ``changed``: the fields in which it differs from one that is known
    to have no faults.
    """
    candidates = _candidates(
        rules, frozenset(service.model_fields_set), frozenset(changed) if changed is not None else None
    )
    asked = (service, *beside)
    if isinstance(service, PartialModel):
        return [fault for rule in candidates.rules for fault in until_invalid_field(rule.check(*asked))]
    return [fault for check in candidates.asked_of(service) for fault in check(*asked)]


@dataclass(frozen=True, eq=False)
class _Candidates:
    """The rules about fields that an entry says on its first level."""

    said: frozenset[str]
    rules: tuple[Rule, ...]

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """What they say themselves decides which of the rules are asked."""
        return tuple({_first(it) for rule in self.rules for it in rule.fields if "." in it} & self.said)

    def asked_of(self, service: Service) -> tuple[Check, ...]:
        groups = [getattr(service, name) for name in self.groups]
        return _asked(self, tuple([frozenset(it.model_fields_set) if it is not None else _NOTHING for it in groups]))


_NOTHING = frozenset[str]()


@lru_cache(maxsize=512)
def _candidates(rules: tuple[Rule, ...], said: frozenset[str], changed: frozenset[str] | None) -> _Candidates:
    """Most entries say the same fields."""
    return _Candidates(
        said,
        tuple(
            rule
            for rule in rules
            if (not rule.fields or not said.isdisjoint(map(_first, rule.fields)))
            and (changed is None or rule.reads is None or not rule.reads.isdisjoint(changed))
        ),
    )


@lru_cache(maxsize=4096)
def _asked(candidates: _Candidates, of_groups: tuple[frozenset[str], ...]) -> tuple[Check, ...]:
    """``of_groups``: the fields that each of the groups says."""
    below = {f"{group}.{field}" for group, fields in zip(candidates.groups, of_groups, strict=True) for field in fields}
    said = candidates.said | below
    return tuple(rule.check for rule in candidates.rules if not rule.fields or not rule.fields.isdisjoint(said))


def _first(field: str) -> str:
    """``exposure`` of ``exposure.sticky``"""
    return field.partition(".")[0]
