"""Rules about what moves the number of tasks: requests at the load balancer, and steps."""

from collections.abc import Iterator

from service_catalog.messages import say
from service_catalog.model import Scaling, ScalingStep, Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

_COUNTED = ("alb", "api-gateway")
"""Ways to a service that lead over an Application Load Balancer"""
_STEPS: Path = ("scaling", "steps")


def moved_by(scaling: Scaling) -> list[str]:
    """Its fields that move the number of tasks between its limits."""
    return [it for it in Scaling.model_fields if it != "schedule" and getattr(scaling, it) not in (None, ())]


@about("scaling.requests_per_task", reads=("exposure",))
def _requests(service: Service) -> Iterator[Fault]:
    if service.scaling.requests_per_task is None or service.kind != "web":
        return
    exposure = service.exposure
    if exposure is None or exposure.via not in _COUNTED or exposure.integration is not None:
        message = say("needs `exposure` by an Application Load Balancer, which counts the requests")
        yield Fault(
            ("scaling", "requests_per_task"), message, say("write exposure: { via: alb, paths: [...] }, or remove it")
        )


@about("scaling.steps")
def _steps(service: Service) -> Iterator[Fault]:
    for index, step in enumerate(service.scaling.steps):
        yield from until_invalid_field(_step((*_STEPS, index), step))


def _step(path: Path, step: ScalingStep) -> Iterator[Fault]:
    goes_up = step.above is not None and step.add is not None and step.below is None and step.remove is None
    goes_down = step.below is not None and step.remove is not None and step.above is None and step.add is None
    if not goes_up and not goes_down:
        message = say("must say above with add, or below with remove")
        yield Fault(path, message, say("write { above: 80, add: 2 } or { below: 30, remove: 1 }"))


@about("scaling.steps")
def _lines(service: Service) -> Iterator[Fault]:
    """Of one measure each line stands once, and those for less below those for more: else tasks come and go."""
    seen: dict[tuple[str, str, int], int] = {}
    for index, step in enumerate(service.scaling.steps):
        for side, line in (("above", step.above), ("below", step.below)):
            if line is None:
                continue
            first = seen.setdefault((step.measure, side, line), index)
            if first != index:
                message = say("is the line of number %(first)s already", first=first + 1)
                yield Fault((*_STEPS, index, side), message, say("write another, or one step for both"))
    for index, step in enumerate(service.scaling.steps):
        starts = [line for (measure, side, line) in seen if (measure, side) == (step.measure, "above")]
        if step.below is not None and starts and step.below >= (line := min(starts)):
            message = say("must be less than %(above)s, where tasks start again: they would come and go", above=line)
            yield Fault((*_STEPS, index, "below"), message, say("leave room between the two"))


@about("scaling.steps")
def _held_already(service: Service) -> Iterator[Fault]:
    """Target tracking and steps of one measure would undo each other's changes."""
    for index, step in enumerate(service.scaling.steps):
        if getattr(service.scaling, step.measure) is not None:
            message = say("moves what scaling.%(measure)s holds already", measure=step.measure)
            yield Fault((*_STEPS, index), message, say("keep one of the two"))


SCALING_RULES: tuple[Rule, ...] = (_requests, _steps, _lines, _held_already)


def step_warnings(scaling: Scaling) -> Iterator[Fault]:
    """Of steps alone: whatever is held beside them goes both ways."""
    starts, stops = any(step.add for step in scaling.steps), any(step.remove for step in scaling.steps)
    if not scaling.steps or starts == stops or len(moved_by(scaling)) > 1:
        return
    up, down = say("only start tasks: nothing stops them again"), say("only stop tasks: nothing starts more")
    yield Fault(_STEPS, up if starts else down, say("write a step for the other direction too"))
