"""What somebody wants to run, whether it can run so, and how the state machine is told."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_catalog import fargate, patterns, run_sizes
from service_catalog.env_file import suspected_secrets
from service_catalog.messages import say
from service_catalog.records.provisioned import SERVED, Provisioned

_TIMEOUT_MINUTES_MAX = 14 * 24 * 60
OVERRIDES_MAX = 8192 - 512
"""Characters of command and environment: what RunTask takes on top of a definition, and a little for the run's own"""


@dataclass(frozen=True)
class RunRequest:
    """What is left out is as the revision or the catalog has it."""

    who: str
    why: str = ""
    copies: int = 1
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    cpu: int | None = None
    memory_mib: int | None = None
    timeout_seconds: int | None = None
    release: int | None = None
    """The one that this is the first run of"""
    asked: int | None = None
    """Number of the request for it, where a second person had to confirm it"""
    confirmed_by: str = ""
    """That person"""


def problems(request: RunRequest, provisioned: Provisioned) -> Iterator[str]:
    """Why it could not run so."""
    most = run_sizes.most_copies((provisioned.entry or {}).get("run", {}).get("attempts", 1))
    if not 1 <= request.copies <= most:
        yield say("copies: must be 1 to %(most)s, got %(copies)s", most=most, copies=request.copies)
    has_program = bool(request.command and request.command[0])
    if provisioned.kind in SERVED and not has_program:  # of its own it would serve on until the time limit
        yield say(
            "command: a web service or worker never ends by itself; say what to run in its place (`slipway run` takes "
            "it as `-- COMMAND …`)"
        )
    elif request.command is not None and not has_program:
        yield say("command: must name a program; leave it out to run the image's own")
    for name in request.environment:
        if not re.match(patterns.VARIABLE, name):
            yield say("environment: %(name)s is no name of a variable; use letters, digits and _", name=name)
    for name in suspected_secrets("\n".join(f"{name}={value}" for name, value in request.environment.items())):
        yield say(
            "environment: %(name)s looks like a secret, and a run's settings stay in its history for 90 days; name it "
            "under `secrets` in the catalog",
            name=name,
        )
    if request.timeout_seconds is not None and not 60 <= request.timeout_seconds <= _TIMEOUT_MINUTES_MAX * 60:
        most, minutes = _TIMEOUT_MINUTES_MAX, request.timeout_seconds // 60
        yield say("timeout: must be 1 to %(most)s minutes (14 days), got %(minutes)s", most=most, minutes=minutes)
    if (request.cpu, request.memory_mib) != (None, None) and (problem := _size_problem(request, provisioned)):
        yield say("cpu, memory: %(problem)s", problem=problem)
    length = len(json.dumps({"command": request.command, "environment": dict(request.environment)}))
    if length > OVERRIDES_MAX:
        yield say(
            "command and environment: ECS takes %(most)s characters of them, got %(length)s; put what is long into an "
            "env file",
            most=OVERRIDES_MAX,
            length=length,
        )


def _size_problem(request: RunRequest, provisioned: Provisioned) -> str | None:
    """What the run leaves out stays as the catalog has it."""
    compute = (provisioned.entry or {}).get("compute", {})
    if not fargate.is_fargate(compute.get("capacity", "fargate")):
        return None  # instances take any size that fits them
    cpu, memory = request.cpu or compute.get("cpu", 256), request.memory_mib or compute.get("memory_mib", 512)
    return fargate.size_problem(cpu, memory)


def given(request: RunRequest) -> dict[str, Any]:
    """The execution's input."""
    optional = {
        "cpu": request.cpu,
        "memory": request.memory_mib,
        "timeout_seconds": request.timeout_seconds,
        "release": request.release,
        "asked": request.asked,
        "confirmed_by": request.confirmed_by or None,
    }
    return {
        "who": request.who,
        "why": request.why,
        "copies": request.copies,
        "command": list(request.command) if request.command else None,
        "environment": dict(request.environment),
        **{name: value for name, value in optional.items() if value is not None},
    }


def in_audit(request: RunRequest) -> dict[str, Any]:
    """What the audit trail keeps for good: neither arguments nor values, any of which may be a secret."""
    program = {"program": request.command[0]} if request.command else {}
    variables = {"variables": sorted(request.environment)} if request.environment else {}
    confirmed = {"request": request.asked, "confirmed_by": request.confirmed_by} if request.confirmed_by else {}
    return {"copies": request.copies, **program, **variables, **confirmed}
