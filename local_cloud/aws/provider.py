"""``AwsProvider``: the engine's questions, answered from the rows."""

import json
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from local_cloud.aws import invokes
from local_cloud.aws.cloud import Access, Cloud
from local_cloud.aws.kind import DEFAULTED, Kind, Named
from local_cloud.aws.kinds import KINDS
from local_cloud.aws.lifecycle import Lifecycle
from local_cloud.aws.same import is_same
from local_cloud.engine.provider import UNKNOWN, Change, Found, Made, Properties, ProviderError, Refused

RANDOM_DIGITS = 7


class AwsProvider:
    """Thread-safe. ``sleep`` is what waits between attempts to delete something that is still in use."""

    def __init__(self, access: Access, sleep: Callable[[float], None] = time.sleep):
        self._access = access
        self._sleep = sleep
        self._clouds: dict[str, Cloud] = {}
        self._allowed: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def check(
        self, type: str, name: str, old: Properties | None, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        kind = _kind(type)
        self._cloud(settings)
        unknown = sorted(prop for prop in new if not kind.knows(prop))
        if unknown:
            raise Refused([f"{name} ({type}): the local cloud has no {prop}; leave it out" for prop in unknown])
        checked = {prop: value for prop, value in new.items() if value is not None and prop != DEFAULTED}
        if kind.is_taggable:
            checked = _with_default_tags(checked, settings)
        return _with_name(kind.named, name, old or {}, checked) if kind.named else checked

    def diff(self, type: str, id: str, old: Properties, new: Properties, settings: Properties) -> Change:
        kind = _kind(type)
        props = {*old, *new} - {DEFAULTED}
        changed = frozenset(prop for prop in props if not is_same(old.get(prop), new.get(prop)))
        replace = frozenset(prop for prop in changed if kind.is_fixed(prop))
        return Change(changed, replace, delete_first=bool(replace) and _has_the_same_name(kind, old, new))

    def create(self, type: str, inputs: Properties, settings: Properties) -> Made:
        return self._lifecycle(type, settings).create(inputs)

    def find(self, type: str, inputs: Properties, settings: Properties) -> Found | None:
        return self._lifecycle(type, settings).find(inputs)

    def read(self, type: str, id: str, inputs: Properties, settings: Properties) -> Found | None:
        return self._lifecycle(type, settings).read(id, inputs)

    def update(
        self, type: str, id: str, old_inputs: Properties, old_outputs: Properties, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        return self._lifecycle(type, settings).update(id, old_inputs, old_outputs, new)

    def delete(self, type: str, id: str, inputs: Properties, outputs: Properties, settings: Properties) -> None:
        self._lifecycle(type, settings).delete(id, inputs, outputs)

    def invoke(self, token: str, arguments: Properties, settings: Properties) -> dict[str, Any]:
        return invokes.answer(self._cloud(settings), token, arguments)

    def _lifecycle(self, type: str, settings: Properties) -> Lifecycle:
        return Lifecycle(_kind(type), self._cloud(settings), self._sleep)

    def _cloud(self, settings: Properties) -> Cloud:
        region = str(settings.get("region") or self._access.region)
        with self._lock:
            cloud = self._clouds.setdefault(region, Cloud(self._access, region))
            self._refuse_other_accounts(cloud, settings.get("allowedAccountIds"))
        return cloud

    def _refuse_other_accounts(self, cloud: Cloud, allowed: Any) -> None:
        if not allowed or allowed == UNKNOWN or (cloud.region, str(allowed)) in self._allowed:
            return
        accounts = json.loads(allowed) if isinstance(allowed, str) else list(allowed)
        if cloud.account not in accounts:
            raise ProviderError(
                f"the credentials belong to AWS account {cloud.account}, but this stack is only allowed in "
                f"{', '.join(accounts)}; nothing was changed"
            )
        self._allowed.add((cloud.region, str(allowed)))


def _kind(type: str) -> Kind:
    if type not in KINDS:
        raise ProviderError(f"the local cloud has no adapter for {type}; add a row for it in local_cloud/aws")
    return KINDS[type]


def _with_default_tags(inputs: dict[str, Any], settings: Properties) -> dict[str, Any]:
    """As the real provider does, the default tags become the resource's own."""
    default = settings.get("defaultTags") or {}
    default = json.loads(default) if isinstance(default, str) and default != UNKNOWN else default
    if inputs.get("tags") == UNKNOWN or default == UNKNOWN:
        return inputs
    merged = {**(default.get("tags") or {}), **(inputs.get("tags") or {})}
    return {**inputs, "tags": merged} if merged else {prop: inputs[prop] for prop in inputs if prop != "tags"}


def _with_name(named: Named, logical: str, old: Properties, inputs: dict[str, Any]) -> dict[str, Any]:
    """An automatic name is kept for as long as the resource lives, and noted as the provider's own."""
    if inputs.get(named.prop):
        return inputs
    kept = old.get(named.prop) if named.prop in old.get(DEFAULTED, ()) else None
    made = kept or _automatic_name(named, inputs.pop("namePrefix", None) or f"{logical}-")
    return {**inputs, named.prop: made, DEFAULTED: [named.prop]}


def _automatic_name(named: Named, prefix: str) -> str:
    digits = secrets.token_hex(RANDOM_DIGITS)[:RANDOM_DIGITS]
    room = named.longest - RANDOM_DIGITS - len(named.form.format(""))
    name = named.form.format(prefix[:room] + digits)
    return name.lower() if named.lower else name


def _has_the_same_name(kind: Kind, old: Properties, new: Properties) -> bool:
    """Two of one name cannot stand beside each other; those of automatic names can."""
    unique = kind.unique.split()
    if kind.named and kind.named.prop not in new.get(DEFAULTED, ()):
        unique.append(kind.named.prop)
    return bool(unique) and all(is_same(old.get(prop), new.get(prop)) for prop in unique)
