"""``AwsProvider``: the engine's questions, answered from the rows."""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from local_cloud.aws import invokes
from local_cloud.aws.cloud import Access, Cloud
from local_cloud.aws.kind import DEFAULTED, Kind, Named
from local_cloud.aws.kinds import KINDS
from local_cloud.aws.lifecycle import Lifecycle
from local_cloud.aws.same import is_same
from local_cloud.engine.provider import UNKNOWN, Change, Found, Made, PartlyMade, Properties, ProviderError, Refused

RANDOM_DIGITS = 7
REGION = "region"
AS_PULUMI_AWS = 7
"""The major version of the real provider that ``check`` and ``diff`` follow"""
ALL = "tagsAll"
"""A resource's own tags and the provider's default tags, which is what AWS is told"""


class AwsProvider:
    """Thread-safe. ``sleep`` is what waits between attempts to delete something that is still in use.

    Below it tags are what AWS has of them, and the region is where AWS is asked; so what goes down and what comes up is
    translated.
    """

    copies: Mapping[str, str] = {ALL: "tags"}

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
        if kind.has_default_tags:
            checked = _with_default_tags(checked, settings)
        if kind.is_regional:
            checked = _with_region(checked, settings)
        return _with_name(kind.named, name, old or {}, checked) if kind.named else checked

    def diff(self, type: str, id: str, old: Properties, new: Properties, settings: Properties) -> Change:
        kind = _kind(type)
        old = _but_for_defaults(old, new)
        props = {*old, *new} - {DEFAULTED}
        if REGION not in old:
            props -= {REGION}  # it stands where it was made, whether or not that was written down
        absent = kind.absent
        before, after = ({prop: it.get(prop, absent.get(prop)) for prop in props} for it in (old, new))
        changed = frozenset(prop for prop in props if not is_same(before[prop], after[prop]))
        replace = frozenset(prop for prop in changed if kind.is_fixed(prop))
        return Change(changed, replace, delete_first=bool(replace) and _has_the_same_name(kind, old, new))

    def create(self, type: str, inputs: Properties, settings: Properties) -> Made:
        with _partly(inputs):
            made = self._lifecycle(type, settings, inputs).create(_for_aws(inputs))
        return Made(made.id, _told(made.outputs, inputs))

    def find(self, type: str, inputs: Properties, settings: Properties) -> Found | None:
        return _found(self._lifecycle(type, settings, inputs).find(_for_aws(inputs)), inputs)

    def read(self, type: str, id: str, inputs: Properties, settings: Properties) -> Found | None:
        return _found(self._lifecycle(type, settings, inputs).read(id, _for_aws(inputs)), inputs)

    def update(
        self, type: str, id: str, old_inputs: Properties, old_outputs: Properties, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        with _partly(new):
            old = _for_aws(_but_for_defaults(old_inputs, new))
            updated = self._lifecycle(type, settings, new).update(id, old, old_outputs, _for_aws(new))
        return _told(updated, new)

    def delete(self, type: str, id: str, inputs: Properties, outputs: Properties, settings: Properties) -> None:
        self._lifecycle(type, settings, inputs).delete(id, inputs, outputs)

    def invoke(self, token: str, arguments: Properties, settings: Properties) -> dict[str, Any]:
        return invokes.answer(self._cloud(settings), token, arguments)

    def _lifecycle(self, type: str, settings: Properties, inputs: Properties) -> Lifecycle:
        """In the resource's own region."""
        where = {**settings, REGION: inputs.get(REGION) or settings.get(REGION)}
        return Lifecycle(_kind(type), self._cloud(where), self._sleep)

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
    """As the real provider does since 7.0: the default tags go into ``tagsAll`` alone."""
    default = settings.get("defaultTags") or {}
    default = json.loads(default) if isinstance(default, str) and default != UNKNOWN else default
    if inputs.get("tags") == UNKNOWN or default == UNKNOWN:
        return {**inputs, ALL: UNKNOWN}
    merged = {**(default.get("tags") or {}), **(inputs.get("tags") or {})}
    return {**inputs, ALL: merged} if merged else inputs


def _with_region(inputs: dict[str, Any], settings: Properties) -> dict[str, Any]:
    """As the real provider does since 7.0: the provider's, unless the resource names one of its own."""
    region = inputs.get(REGION) or settings.get(REGION)
    return {**inputs, REGION: region} if region else inputs


def _but_for_defaults(old: Properties, new: Properties) -> dict[str, Any]:
    """What AWS filled in by itself (all that an import found) is no difference where the program says nothing of it."""
    own = old.get(DEFAULTED, ())
    return {prop: value for prop, value in old.items() if prop in new or prop not in own}


def _for_aws(inputs: Properties) -> dict[str, Any]:
    own = {prop: value for prop, value in inputs.items() if prop not in (ALL, REGION)}
    return {**own, "tags": inputs[ALL]} if ALL in inputs else own


def _reached(inputs: Properties, asked: Properties) -> dict[str, Any]:
    """What a resource has by now of the inputs that were asked for."""
    inputs = {**inputs, **({REGION: asked[REGION]} if REGION in asked else {})}
    if ALL not in asked:
        return inputs
    reached = {prop: value for prop, value in inputs.items() if prop != "tags"}
    has = inputs.get("tags") or {}
    own = {key: has[key] for key in asked.get("tags") or {} if key in has}
    return {**reached, **({"tags": own} if own else {}), **({ALL: has} if has else {})}


def _told(outputs: Properties, inputs: Properties) -> dict[str, Any]:
    told = {prop: value for prop, value in outputs.items() if prop != "tags"}
    return {**told, "tags": inputs["tags"]} if "tags" in inputs else told


def _found(found: Found | None, asked: Properties) -> Found | None:
    return found and Found(found.id, _reached(found.inputs, asked), _told(found.outputs, asked))


@contextmanager
def _partly(asked: Properties) -> Iterator[None]:
    try:
        yield
    except PartlyMade as part:
        outputs = _told(part.outputs, asked)
        raise PartlyMade(part.id, _reached(part.inputs, asked), outputs, part.reason, part.in_doubt) from part


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
