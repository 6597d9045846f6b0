"""What each emulator is told when it is started (as JSON, its only argument)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class MiniStackSettings:
    port: int
    account_id: str
    region: str
    state: Path
    """Below it: ``ministack`` (its memory), ``tasks`` (which processes are ours), ``load-balancer-ports.json``."""
    steady_seconds: float
    """How long a task must run before its deployment counts it; ECS itself takes minutes."""
    measure_seconds: float
    """How often CloudWatch is told of what goes on, and services are scaled by it; AWS does so once a minute."""
    scaling_url: str
    """Where Application Auto Scaling answers"""
    minute_seconds: float = 60
    """How long a minute of an ECS deployment takes: its bake times, its hooks' time-outs"""


@dataclass(frozen=True)
class MotoSettings:
    port: int
    account_id: str
    region: str
    journal: Path
    ecs_url: str
    """Where ECS answers"""


def paths(text: str, *names: str) -> dict[str, Any]:
    """The fields of a settings class out of its JSON; ``names`` are those that are paths."""
    fields = json.loads(text)
    return fields | {name: Path(fields[name]) for name in names}
