"""Rules about how a container's program is started, and how it answers that it is healthy."""

import json
from collections.abc import Iterator

from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.problems import for_message
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.rules import Rule, about

OVERRIDES_MAX = 8192
"""Characters of JSON that ECS takes on top of a definition when a task is started"""
_OVERRIDES_REST = 512


@about("command", "entry_point")
def _commands(service: Service) -> Iterator[Fault]:
    for name, words in (("command", service.command), ("entry_point", service.entry_point)):
        if words and not words[0].strip():
            yield Fault((name, 0), say("must name the program to run, got nothing"))


@about("before_release")
def _before_release(service: Service) -> Iterator[Fault]:
    before = service.before_release
    if before is None:
        return
    path = ("before_release", "command")
    if not before.command[0].strip():
        yield Fault((*path, 0), say("must name the program to run, got nothing"))
    length = len(json.dumps(before.command))
    if length > OVERRIDES_MAX - _OVERRIDES_REST:
        message = say(
            "is too long: %(length)s characters as JSON, ECS takes %(max)s when it starts a task",
            length=length,
            max=OVERRIDES_MAX - _OVERRIDES_REST,
        )
        yield Fault(path, message, say("put it in a script in the image"))


@about("health.codes")
def _codes(service: Service) -> Iterator[Fault]:
    for part in service.health.codes.split(","):
        low, _, high = part.partition("-")
        if high and int(high) < int(low):
            yield Fault(("health", "codes"), got(say("must name ranges from low to high"), for_message(part)))


@about("links")
def _links(service: Service) -> Iterator[Fault]:
    seen = set()
    for index, link in enumerate(service.links):
        for name in link:
            if name in seen:
                yield Fault(("links", index), say("%(key)s is listed twice", key=for_message(name)), say("remove one"))
            seen.add(name)


PROGRAM_RULES: tuple[Rule, ...] = (_commands, _before_release, _codes, _links)
