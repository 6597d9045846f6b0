"""Events of an execution as Step Functions words them; those of a Map's items come from many threads at once."""

import threading
from collections.abc import Callable, Mapping
from typing import Any


def install(sfn: Any, changed: Callable[[], None]) -> None:
    add_event, emit_status = sfn._add_event, sfn._emit_execution_status_event
    numbering = threading.Lock()

    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> Any:
        with numbering:
            return add_event(execution, event_type, {name: _worded(each) for name, each in (details or {}).items()})

    def emit(execution: dict[str, Any]) -> None:
        emit_status(execution)
        changed()

    sfn._add_event, sfn._emit_execution_status_event = add, emit


def _worded(details: Mapping[str, Any]) -> dict[str, Any]:
    """A task's resource is told in two parts: ``ecs`` and ``runTask.sync``."""
    kind, _, action = str(details.get("resource", "")).partition(":states:::")[2].rpartition(":")
    return {**details, "resourceType": kind, "resource": action} if kind else dict(details)
