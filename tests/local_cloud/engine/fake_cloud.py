"""A cloud of things in one JSON file, so that it outlives a process, and the provider that makes them."""

import fcntl
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud.engine.provider import Change, Found, Made, Properties, ProviderError, Refused

UPDATABLE = {"size", "tags", "all_tags", "rules", "note"}


@dataclass
class FakeCloud:
    """A thing has a unique ``name`` (made up when not given); what is not UPDATABLE asks for a replacement; ``broken``
    is refused; ``unique`` asks for delete first; what another ``mounts``, by its address, is in use. Every call that
    changes something is in ``calls``."""

    path: Path
    calls: list[str] = field(default_factory=list)
    invoked: list[str] = field(default_factory=list)
    copies: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def things(self) -> Iterator[dict[str, Any]]:
        """Written whole or not at all: the cloud itself does not die with a run."""
        with self.path.with_suffix(".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            things = json.loads(self.path.read_text()) if self.path.exists() else {}
            yield things
            draft = self.path.with_suffix(".draft")
            draft.write_text(json.dumps(things))
            draft.replace(self.path)

    def names(self) -> list[str]:
        with self.things() as things:
            return sorted(thing["name"] for thing in things.values())

    def check(
        self, type: str, name: str, old: Properties | None, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        if new.get("size") == "huge":
            raise Refused(["size: must be a number, got 'huge'"])
        automatic = (old or {}).get("name") or f"{name}-{uuid.uuid4().hex[:7]}"
        copied = {copy: new[source] for copy, source in self.copies.items() if source in new}
        return {"name": automatic, **new, **copied}

    def diff(self, type: str, id: str, old: Properties, new: Properties, settings: Properties) -> Change:
        changed = frozenset(key for key in {*old, *new} if old.get(key) != new.get(key))
        return Change(changed, changed - UPDATABLE, delete_first="unique" in new)

    def create(self, type: str, inputs: Properties, settings: Properties) -> Made:
        self.calls.append(f"create {inputs['name']}")
        if inputs.get("broken"):
            raise ProviderError("the cloud says no")
        with self.things() as things:
            if inputs["name"] in [thing["name"] for thing in things.values()]:
                raise ProviderError(f"{inputs['name']} already exists")
            id = f"id-{uuid.uuid4().hex[:8]}"
            things[id] = dict(inputs)
        return Made(id, {**inputs, "address": f"//{id}"})

    def find(self, type: str, inputs: Properties, settings: Properties) -> Found | None:
        with self.things() as things:
            for id, thing in things.items():
                if thing["name"] == inputs["name"]:
                    return Found(id, dict(thing), {**thing, "address": f"//{id}"})
        return None

    def read(self, type: str, id: str, inputs: Properties, settings: Properties) -> Found | None:
        with self.things() as things:
            thing = things.get(id)
        return Found(id, dict(thing), {**thing, "address": f"//{id}"}) if thing else None

    def update(
        self, type: str, id: str, old_inputs: Properties, old_outputs: Properties, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        changed = sorted(key for key in {*old_inputs, *new} if old_inputs.get(key) != new.get(key))
        self.calls.append(f"update {new['name']} {' '.join(changed)}")
        if new.get("broken"):
            raise ProviderError("the cloud says no")
        with self.things() as things:
            for key in changed:
                things[id].pop(key, None)
                things[id] |= {key: new[key]} if key in new else {}
        return {**new, "address": f"//{id}"}

    def delete(self, type: str, id: str, inputs: Properties, outputs: Properties, settings: Properties) -> None:
        self.calls.append(f"delete {inputs['name']}")
        if inputs.get("stuck"):
            raise ProviderError("it is in use")
        with self.things() as things:
            if any(f"//{id}" in thing.get("mounts", ()) for thing in things.values()):
                raise ProviderError("it is in use")
            things.pop(id, None)

    def invoke(self, token: str, arguments: Properties, settings: Properties) -> dict[str, Any]:
        self.invoked.append(token)
        if arguments.get("missing"):
            raise ProviderError("there is no such thing")
        return {"region": settings.get("region"), "asked": dict(arguments)}
