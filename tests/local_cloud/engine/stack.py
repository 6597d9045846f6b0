"""One stack of one backend over one cloud, and what its runs did."""

import json
from dataclasses import dataclass, field
from typing import Any

from local_cloud.engine import Backend, Event, Program, Result, destroy, refresh, run
from tests.local_cloud.engine.fake_cloud import FakeCloud


@dataclass
class StackUnderTest:
    name: str
    backend: Backend
    cloud: FakeCloud
    events: list[Event] = field(default_factory=list)

    def up(self, program: Program, **more: Any) -> Result:
        self.events.clear()
        return run(
            program, stack=self.name, backend=self.backend, provider=self.cloud, on_event=self.events.append, **more
        )

    def preview(self, program: Program) -> Result:
        return self.up(program, preview=True)

    def destroy(self) -> Result:
        self.events.clear()
        return destroy(stack=self.name, backend=self.backend, provider=self.cloud, on_event=self.events.append)

    def refresh(self) -> Result:
        self.events.clear()
        return refresh(stack=self.name, backend=self.backend, provider=self.cloud, on_event=self.events.append)

    def steps(self) -> list[tuple[str, str]]:
        """What was done to things, in order; what stayed as it was is left out."""
        return [
            (event.action, event.name)
            for event in self.events
            if event.state == "done" and event.action != "same" and event.type.startswith("test:index")
        ]

    def document(self) -> dict[str, Any]:
        path = self.backend.directory / ".pulumi" / "stacks" / self.backend.project / f"{self.name}.json"
        return dict(json.loads(path.read_text()))

    def resources(self) -> list[dict[str, Any]]:
        return list(self.document()["checkpoint"]["latest"]["resources"])

    def resource(self, name: str) -> dict[str, Any]:
        [found] = [entry for entry in self.resources() if entry["urn"].endswith(f"::{name}")]
        return dict(found)
