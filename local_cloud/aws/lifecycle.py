"""Carries out the row of one type: create, read, update, delete, find.

A create is one call that makes the resource and then an update from what that call could bring about to what was asked
for. So whatever fails on the way, it is known which inputs the resource has by then, and the next run does the rest.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_cloud.aws import tags
from local_cloud.aws.cloud import CallFailed, Cloud, input_shape
from local_cloud.aws.kind import DEFAULTED, Call, Kind, Look, Step
from local_cloud.aws.same import is_same
from local_cloud.aws.shapes import fit
from local_cloud.aws.templates import fill, is_template, look
from local_cloud.engine.provider import Found, Made, PartlyMade, ProviderError

Properties = Mapping[str, Any]

DELETE_ATTEMPTS = 6
"""AWS takes a moment to see that what used a resource is gone."""


@dataclass(frozen=True)
class Lifecycle:
    kind: Kind
    cloud: Cloud
    sleep: Callable[[float], None] = time.sleep

    # --- create ---

    def create(self, inputs: Properties) -> Made:
        try:
            answer, born = self._make(inputs)
        except CallFailed as failure:
            return self._made_all_the_same(inputs, failure)
        described = self._described_by_create(answer, inputs)
        id = self._id(inputs, described or answer)
        try:
            achieved = dict(born)
            self._finish_birth(id, inputs)
            for done in self._changes(id, born, inputs, described):
                achieved = done
            if not (self.kind.made or self.kind.settle):
                described = self._describe(self.kind.look, {**inputs, "id": id}) or answer
        except ProviderError as failure:
            outputs = self._outputs(id, achieved, described or {})
            raise PartlyMade(id, achieved, outputs, str(failure), failure.in_doubt) from failure
        return Made(id, self._outputs(id, inputs, described))

    def _made_all_the_same(self, inputs: Properties, failure: CallFailed) -> Made:
        """What bears the name of a create whose answer was lost is what that made."""
        if not failure.in_doubt:
            raise failure
        found = self.find(inputs)
        if found is None:
            reason = f"{failure.reason}; it may have been made all the same: the next run looks for it"
            raise CallFailed(failure.operation, failure.code, reason, in_doubt=True) from failure
        return Made(found.id, self.update(found.id, found.inputs, found.outputs, inputs))

    def _described_by_create(self, answer: dict[str, Any], inputs: Properties) -> Any:
        if self.kind.settle:
            return self.kind.settle(self.cloud, answer)
        described = look(str(fill(self.kind.made, inputs)), answer) if self.kind.made else None
        return self.kind.complete(self.cloud, inputs, described) if described else {}

    def _make(self, inputs: Properties) -> tuple[dict[str, Any], dict[str, Any]]:
        """The answer, and those of the inputs that the new resource has already."""
        create = self.kind.create
        born = {prop: value for prop, value in inputs.items() if self._is_born_with(prop)}
        arguments = self._arguments(create, {**self.cloud.names(), **inputs}, born)
        tagging = (
            tags.at_creation(self.kind.service, create.operation, inputs["tags"]) if self._tagged(inputs) else None
        )
        return self.cloud.call_once(self.kind.service, create.operation, **arguments, **(tagging or {})), born

    def _finish_birth(self, id: str, inputs: Properties) -> None:
        for step in self.kind.updates:
            if isinstance(step, Step) and step.on_create:
                step.run(self.cloud, id, {}, inputs)

    def _is_born_with(self, prop: str) -> bool:
        if prop in self.kind.local.split():
            return True
        if prop == "tags" and self.kind.tags:
            return tags.at_creation(self.kind.service, self.kind.create.operation, {}) is not None
        return self.kind.accepts(self.kind.create, prop) or not self.kind.can_update(prop)

    def _tagged(self, inputs: Properties) -> bool:
        return self.kind.tags is not None and bool(inputs.get("tags"))

    def _id(self, inputs: Properties, described: Any) -> str:
        if is_template(self.kind.id):
            return str(fill(self.kind.id, self.cloud.names() | dict(inputs)))
        return str(look(self.kind.id, described))

    # --- update ---

    def update(self, id: str, old: Properties, outputs: Properties, new: Properties) -> dict[str, Any]:
        achieved = dict(old)
        try:
            for done in self._changes(id, old, new, outputs):
                achieved = done
            found = self._describe(self.kind.look, {**outputs, **new, "id": id})
        except ProviderError as failure:
            raise PartlyMade(id, achieved, dict(outputs), str(failure), failure.in_doubt) from failure
        return {**outputs, **self._outputs(id, new, found or {})}

    def _changes(self, id: str, old: Properties, new: Properties, outputs: Properties) -> Any:
        """Does one change after another; yields the inputs that the resource has after each."""
        achieved = dict(old)
        known = {**self.cloud.names(), **outputs, **new, "id": id}
        for step in self.kind.updates:
            changed = {prop for prop in self._changed(achieved, new) if self.kind.accepts(step, prop)}
            if not changed:
                continue
            if isinstance(step, Step):
                step.run(self.cloud, id, achieved, new)
            else:
                self._send(step, known, changed, achieved, new)
            achieved = _with(achieved, changed, new)
            yield achieved
        if self.kind.tags and not is_same(old.get("tags"), new.get("tags")):
            resource = fill(self.kind.tags, known)
            tags.change(self.cloud, self.kind.service, resource, old.get("tags") or {}, new.get("tags") or {})
        yield dict(new)

    def _changed(self, old: Properties, new: Properties) -> set[str]:
        """Tags that have operations of their own are none of the calls' business."""
        apart = {DEFAULTED, *self.kind.local.split(), *(("tags",) if self.kind.tags else ())}
        return {prop for prop in {*old, *new} - apart if not is_same(old.get(prop), new.get(prop))}

    def _send(self, call: Call, known: Properties, changed: set[str], old: Properties, new: Properties) -> None:
        together = set(call.together.split())
        if call.together == "*":
            changed = {prop for prop in {*new, *changed} if self.kind.accepts(call, prop)}
        elif changed & together:
            changed = changed | (together & set(new))
        changed = changed | (set(call.always.split()) & set(new))
        wanted = {prop: new[prop] if prop in new else self._emptied(prop, old) for prop in sorted(changed)}
        wanted = {prop: value for prop, value in wanted.items() if value is not None}
        if call.off and not any(wanted.values()):
            self.cloud.call(self.kind.service, call.off, **fill(call.at, known))
            return
        for part in [{prop: value} for prop, value in wanted.items()] if call.each else [wanted]:
            if part:
                self.cloud.call(self.kind.service, call.operation, **self._arguments(call, known, part))

    def _emptied(self, prop: str, old: Properties) -> Any:
        """What to send for a property that is no longer given; None where AWS keeps what it has."""
        if prop in self.kind.absent:
            return self.kind.absent[prop]
        return type(old[prop])() if isinstance(old.get(prop), list | dict) else None

    def _arguments(self, call: Call, known: Properties, wanted: Properties) -> dict[str, Any]:
        shape = input_shape(self.kind.service, call.operation)
        wanted = {prop: value for prop, value in wanted.items() if prop != "tags" or not self.kind.tags}
        fitted = fit(shape, call.reshape(dict(wanted)), {**self.kind.names, **call.names})
        return fitted | fill(call.at, known)

    # --- read ---

    def read(self, id: str, inputs: Properties) -> Found | None:
        known = {"id": id, **_from_id(self.kind, id), **inputs}
        described = self._describe(self.kind.look, known)
        if described is not None and self.kind.imported and not inputs:
            id = self._id(inputs, described)
        return self._found(id, inputs, described)

    def find(self, inputs: Properties) -> Found | None:
        """Whoever died in a create may have died before it was finished: so only what the first call brings about is
        taken for granted, and the rest is a difference that the next update makes good."""
        found = self._look_for(inputs)
        if found is None:
            return None
        self._finish_birth(found.id, inputs)
        born = {prop: value for prop, value in found.inputs.items() if self._is_born_with(prop)}
        return Found(found.id, born, found.outputs)

    def _look_for(self, inputs: Properties) -> Found | None:
        if is_template(self.kind.id):
            return self.read(self._id(inputs, {}), inputs)
        if self.kind.find is None:
            return None
        if not isinstance(self.kind.find, Look):
            id = self.kind.find(self.cloud, inputs)
            return None if id is None else self.read(id, inputs)
        described = self._describe(self.kind.find, inputs)
        return None if described is None else self._found(self._id(inputs, described), inputs, described)

    def _found(self, id: str, inputs: Properties, described: Any) -> Found | None:
        if described is None:
            return None
        seen = self._seen(inputs, described)
        return Found(id, {**inputs, **seen}, self._outputs(id, {**inputs, **seen}, described))

    def _seen(self, inputs: Properties, described: Any) -> dict[str, Any]:
        """The plain properties as the cloud has them: those that were given, or, for a resource that only the cloud
        knows, all that the row knows."""
        if not isinstance(described, Mapping):
            return {}
        plain = {_property(member, self.kind): value for member, value in described.items() if _is_plain(value)}
        if not inputs:
            known = {prop: value for prop, value in plain.items() if self.kind.knows(prop)}
            return {**known, DEFAULTED: sorted(known)}
        given = {prop: value for prop, value in plain.items() if type(value) is type(inputs.get(prop))}
        return {prop: value for prop, value in given.items() if not is_same(inputs[prop], value)}

    def _describe(self, seen: Look, known: Properties) -> Any:
        known = {**self.cloud.names(), **known}
        try:
            answer = self.cloud.call(self.kind.service, seen.operation, **fill(seen.at, known))
        except CallFailed as failure:
            if failure.is_gone:
                return None
            raise
        described = look(str(fill(seen.path, known)), answer)
        return self.kind.complete(self.cloud, known, described) if described else None

    def _outputs(self, id: str, inputs: Properties, described: Any) -> dict[str, Any]:
        outputs = {prop: value for prop, value in inputs.items() if prop != DEFAULTED}
        if self.kind.has_default_tags:
            outputs["tagsAll"] = dict(inputs.get("tags") or {})
        values = {**self.cloud.names(), **outputs, "id": id}
        for prop, source in self.kind.outputs.items():
            found = _output(source, id, values, described)
            if found is not None:
                values[prop] = outputs[prop] = found
        return {**outputs, "region": self.cloud.region} if self.kind.is_regional else outputs

    # --- delete ---

    def delete(self, id: str, inputs: Properties, outputs: Properties) -> None:
        if self.kind.delete is None or (self.kind.kept_if and inputs.get(self.kind.kept_if)):
            return
        for attempt in range(DELETE_ATTEMPTS):
            try:
                self._delete(id, inputs, outputs)
                return
            except CallFailed as failure:
                if failure.is_gone:
                    return
                if not failure.is_in_use or attempt == DELETE_ATTEMPTS - 1:
                    raise
                self.sleep(2**attempt / 10)

    def _delete(self, id: str, inputs: Properties, outputs: Properties) -> None:
        known = {**self.kind.absent, **outputs, **inputs, "id": id}
        if self.kind.before_delete:
            self.kind.before_delete(self.cloud, id, known)
        if isinstance(self.kind.delete, Call):
            arguments = fill(self.kind.delete.at, {**self.cloud.names(), **known})
            self.cloud.call(self.kind.service, self.kind.delete.operation, **arguments)
        elif self.kind.delete:
            self.kind.delete(self.cloud, id, known)


def _output(source: str | Callable[[str], str], id: str, values: Properties, described: Any) -> Any:
    if not isinstance(source, str):
        return source(id)
    return fill(source, values) if is_template(source) else look(source, described)


def _with(achieved: Properties, changed: set[str], new: Properties) -> dict[str, Any]:
    kept = {prop: value for prop, value in achieved.items() if prop not in changed}
    return kept | {prop: new[prop] for prop in changed if prop in new}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _property(member: str, kind: Kind) -> str:
    prop = kind.names.get(member)
    if isinstance(prop, str) and prop:
        return prop
    return member[:1].lower() + member[1:]


def _from_id(kind: Kind, id: str) -> dict[str, str]:
    """``{"role": "r", "name": "n"}`` from ``"{role}:{name}"`` and ``"r:n"``: what an import knows."""
    if not is_template(kind.id) and not kind.imported:
        return {}
    pattern = kind.imported or re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(kind.id))
    match = re.fullmatch(pattern, id)
    return match.groupdict() if match else {}
