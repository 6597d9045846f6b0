"""What changed between two versions of a catalog entry, field by field, in the words of the catalog.

Entries here are resolved (overrides merged in) and plain JSON data, as the model dumps them; what is left out has the
model's default. So an entry that an earlier model wrote can still be compared. Values of variables are not shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from service_catalog.fields import Field, tree
from service_catalog.messages import say
from service_catalog.model import Service

_NAMED = ("environment", "secrets")
"""Fields whose entries are variables: shown by name, and their values never"""
_SET, _RETIRED, _UNDER_ANOTHER_KEY = "set", "retired", "under another key"


class EntryChange(NamedTuple):
    field: str
    """Where the catalog says it: ``compute.cpu``, ``secrets.STRIPE_KEY``, ``permissions``"""
    old: str
    """Empty for what is new"""
    new: str
    """Empty for what is gone"""

    @property
    def sentence(self) -> str:
        group, _, name = self.field.partition(".")
        if group in _NAMED and name:
            return _of_a_variable(group, name, self)
        if not self.old:
            return say("%(field)s: %(new)s added", field=self.field, new=self.new)
        if not self.new:
            return say("%(field)s: %(old)s removed", field=self.field, old=self.old)
        return say("%(field)s: %(old)s → %(new)s", field=self.field, old=self.old, new=self.new)

    def __str__(self) -> str:
        return self.sentence


def entry_data(service: Service) -> dict[str, Any]:
    """The entry as it is compared, and as it is kept with what was provisioned."""
    return service.model_dump(mode="json", exclude_defaults=True)


def entry_of(data: Mapping[str, Any] | None) -> Service | None:
    """The other way. None where there is no entry, or where an older model wrote it."""
    try:
        return Service.model_validate(data) if data else None
    except ValidationError:
        return None


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[EntryChange]:
    before, after = dict(_facts(old)), dict(_facts(new))
    return [
        change
        for field in sorted({*before, *after}, key=_place)
        if before.get(field) != after.get(field)
        for change in _changes(field, before.get(field), after.get(field))
    ]


def _of_a_variable(group: str, name: str, change: EntryChange) -> str:
    if group == "secrets":
        if not change.old:
            return say("secret %(name)s is new", name=name)
        if not change.new:
            return say("secret %(name)s is dropped", name=name)
        if change.new == _RETIRED:
            return say("secret %(name)s is retired", name=name)
        if change.new == _UNDER_ANOTHER_KEY:
            return say("secret %(name)s has another KMS key", name=name)
        return say("secret %(name)s comes from elsewhere", name=name)
    if not change.old:
        return say("variable %(name)s is new", name=name)
    if not change.new:
        return say("variable %(name)s is dropped", name=name)
    return say("variable %(name)s has another value", name=name)


def _changes(field: str, old: Any, new: Any) -> Iterator[EntryChange]:
    if field.partition(".")[0] in _NAMED:
        is_another_key = bool(old and new) and _without_key(old) == _without_key(new)
        yield EntryChange(field, _hidden(old), _UNDER_ANOTHER_KEY if is_another_key else _hidden(new))
    elif _holds_mappings(old) or _holds_mappings(new):
        before, after = [_shown(it) for it in old or []], [_shown(it) for it in new or []]
        yield from (EntryChange(field, it, "") for it in before if it not in after)
        yield from (EntryChange(field, "", it) for it in after if it not in before)
    else:
        yield EntryChange(field, _shown(old), _shown(new))


def _facts(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entry as flat facts, defaults filled in. Nothing and empty are the same."""
    is_daemon = (entry.get("tasks") or {}).get("daemon")
    for field, value in _flat("", entry, tree(Service)):
        if value not in (None, "", [], {}) and not (is_daemon and field == "tasks.min"):
            yield field, value


def _flat(path: str, said: Mapping[str, Any], group: Field | None) -> Iterator[tuple[str, Any]]:
    known = group.fields if group else {}
    for name in {**known, **said}:
        field, below = known.get(name), f"{path}{name}"
        value = said.get(name, field.default if field else None)
        if below in _NAMED:
            yield from ((f"{below}.{variable}", it) for variable, it in (value or {}).items())
        elif isinstance(value, Mapping):
            yield from _flat(f"{below}.", value, field)
        else:
            yield below, value


def _hidden(value: Any) -> str:
    if value is None:
        return ""
    return _RETIRED if isinstance(value, Mapping) and value.get("retired") else _SET


def _without_key(secret: Any) -> Any:
    """Where it comes from. A variable's value is not a mapping, and differs anyway."""
    return {name: it for name, it in secret.items() if name != "key_arn"} if isinstance(secret, Mapping) else secret


def _holds_mappings(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(it, Mapping) for it in value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return " ".join(f"{name} {_shown(it)}" for name, it in value.items() if it is not None)
    if isinstance(value, list | tuple):
        return ", ".join(_shown(it) for it in value)
    return str(value)


def _place(field: str) -> tuple[int, str]:
    """As the model puts its fields; what it no longer knows comes last."""
    top = field.partition(".")[0]
    order = list(tree(Service).fields)
    return (order.index(top) if top in order else len(order), field)
