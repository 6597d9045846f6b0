"""Rules of how a release replaces what runs: what a strategy needs, and which fields mean something with it."""

import math
from collections.abc import Iterator

from service_catalog.deployment_alarms import alarm_fields
from service_catalog.messages import say
from service_catalog.model import SHIFTING, Deployment, Environment, Service
from service_catalog.problems import for_message
from service_catalog.task_counts import fewest_tasks, most_tasks
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.rules import Rule, about

_BY_STRATEGY: dict[str, tuple[str, ...]] = {
    "minimum_healthy_percent": ("rolling",),
    "maximum_percent": ("rolling",),
    "bake_minutes": SHIFTING,
    "approval": SHIFTING,
    "test_listener": SHIFTING,
    "canary": ("canary",),
    "linear": ("linear",),
}
"""Fields that only some strategies look at"""


@about("deployment")
def _fields_of_other_strategies(service: Service) -> Iterator[Fault]:
    deployment = service.deployment
    for name in sorted(_BY_STRATEGY.keys() & deployment.model_fields_set):
        if deployment.strategy not in _BY_STRATEGY[name] and getattr(deployment, name) not in (None, False):
            message = say(
                "means nothing with strategy %(strategy)s, only with %(strategies)s",
                strategy=deployment.strategy,
                strategies=", ".join(_BY_STRATEGY[name]),
            )
            yield Fault(("deployment", name), message, say("remove it, or change deployment.strategy"))


@about("deployment", reads=("exposure",))
def _nothing_to_shift(service: Service) -> Iterator[Fault]:
    strategy = service.deployment.strategy
    if strategy in SHIFTING and service.kind == "worker":
        message = say("cannot be %(strategy)s: a worker gets no requests that could be shifted", strategy=strategy)
        yield Fault(("deployment", "strategy"), message, say("write rolling or recreate"))
    elif strategy in SHIFTING and service.kind == "web" and service.exposure is None:
        message = say(
            "cannot be %(strategy)s without `exposure`: there are no requests that could be shifted", strategy=strategy
        )
        yield Fault(("deployment", "strategy"), message, say("write exposure: { paths: [/*] }, or strategy: rolling"))
    elif strategy in SHIFTING and service.exposure is not None and service.exposure.via == "nlb":
        message = say("cannot be %(strategy)s with `via: nlb`, which knows no requests to shift", strategy=strategy)
        yield Fault(("deployment", "strategy"), message, say("write rolling or recreate"))
    elif strategy in SHIFTING and service.exposure is not None and service.exposure.integration is not None:
        message = say(
            "cannot be %(strategy)s with `exposure.integration`: no Application Load Balancer shifts its requests",
            strategy=strategy,
        )
        yield Fault(
            ("deployment", "strategy"), message, say("write rolling or recreate, or remove exposure.integration")
        )


@about("deployment", reads=("exposure",))
def _several_rules(service: Service) -> Iterator[Fault]:
    """ECS wants two target groups for each, and takes five in all."""
    if service.deployment.strategy in SHIFTING and service.exposure and service.exposure.rules:
        message = say(
            "cannot stand beside deployment.strategy: %(strategy)s, which shifts the requests of one rule",
            strategy=service.deployment.strategy,
        )
        yield Fault(("exposure", "rules"), message, say("ask for all of it in one rule, or write strategy: rolling"))


@about("deployment", reads=("exposure",))
def _sign_in(service: Service) -> Iterator[Fault]:
    """What a rule does is ECS's from the first shift on, so a changed sign-in would never come to it."""
    if service.deployment.strategy in SHIFTING and service.exposure and service.exposure.sign_in:
        strategy = service.deployment.strategy
        message = say("cannot stand beside deployment.strategy: %(strategy)s: ECS owns its rule", strategy=strategy)
        yield Fault(("exposure", "sign_in"), message, say("write strategy: rolling, or remove it"))


@about("deployment")
def _tenths(service: Service) -> Iterator[Fault]:
    """Of a percent, which is as fine as ECS shifts."""
    canary, linear = service.deployment.canary, service.deployment.linear
    said = []
    if canary:
        said.append(("canary", "percent", canary.percent))
    if linear:
        said.append(("linear", "step_percent", linear.step_percent))
    for group, name, percent in said:
        if round(percent, 1) != percent:
            message = got(say("must be whole, or have one decimal"), for_message(percent))
            yield Fault(("deployment", group, name), message)


@about("deployment", reads=("scaling", "tasks"))
def _rollout(service: Service) -> Iterator[Fault]:
    low, deployment = max(fewest_tasks(service), 1), service.deployment
    if deployment.strategy == "rolling" and is_stuck(deployment, low):
        message = say(
            "makes a rollout impossible: at a count of %(min)s it could neither start nor stop a task", min=low
        )
        hint = say("raise maximum_percent or lower minimum_healthy_percent (200 and 100 always work)")
        field = "maximum_percent" if deployment.maximum_percent < 200 else "minimum_healthy_percent"
        yield Fault(("deployment", field), message, hint)


@about("deployment", reads=("alarms",))
def _alarms_that_are_there(service: Service) -> Iterator[Fault]:
    named = service.deployment.alarms
    there = alarm_fields(service.alarms) if named else ()
    for index, name in enumerate(named):
        if name == "all" and len(named) > 1:
            yield Fault(("deployment", "alarms"), say("names others beside all"), say("write [all] alone"))
        if name == "all" and not there:
            message = say("cannot be all: the entry has none that a deployment could heed")
            hint = say("write alarms: { cpu_percent: 85 }, or remove it")
            yield Fault(("deployment", "alarms", index), message, hint)
        elif name != "all" and name not in there:
            message = say("names %(name)s, an alarm that the entry does not have", name=name)
            yield Fault(("deployment", "alarms", index), message, say("give alarms.%(name)s a value", name=name))


@about("deployment")
def _steps_to_approve(service: Service) -> Iterator[Fault]:
    deployment = service.deployment
    if deployment.strategy == "blue-green" and deployment.approval and deployment.approval.stage == "each-step":
        message = say("goes with canary or linear: blue-green shifts all requests at once")
        yield Fault(("deployment", "approval", "stage"), message, say("write before-requests"))


@about("deployment", reads=("exposure",))
def _test_listener(service: Service) -> Iterator[Fault]:
    exposure = service.exposure
    if service.deployment.test_listener and exposure and exposure.via == "api-gateway":
        message = say("cannot be had with `via: api-gateway`: testers would have to come past the API")
        yield Fault(("deployment", "test_listener"), message, say("remove it"))


@about("deployment", reads=("exposure",))
def _test_listener_is_there(service: Service, environment: Environment) -> Iterator[Fault]:
    is_asked = service.deployment.test_listener and service.deployment.shifts_traffic
    if is_asked and service.exposure and environment.load_balancers.test_listener is None:
        message = say("needs the test listener, which %(environment)s has not", environment=environment.name)
        file = f"environments/{environment.name}.yaml"
        hint = say("write load_balancers: { test_listener: { port: 9000 } } into %(file)s", file=file)
        yield Fault(("deployment", "test_listener"), message, hint)


DEPLOYMENT_RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (_test_listener_is_there,)


def is_stuck(deployment: Deployment, count: int) -> bool:
    """Whether ECS may neither start a new task nor stop an old one: it rounds the minimum up and the maximum down.

    What is not stuck at a count is not stuck at any higher one, so the lowest speaks for all.
    """
    room_above = count * deployment.maximum_percent // 100 > count
    room_below = math.ceil(count * deployment.minimum_healthy_percent / 100) < count
    return not room_above and not room_below


def deployment_warnings(service: Service) -> Iterator[Fault]:
    most, _ = most_tasks(service)
    if service.deployment.strategy == "recreate" and most > 1:
        message = say("stops all of up to %(count)s tasks before it starts a new one", count=most)
        hint = say("write rolling, unless two versions must never run at once")
        yield Fault(("deployment", "strategy"), message, hint)


DEPLOYMENT_RULES: tuple[Rule, ...] = (
    _fields_of_other_strategies,
    _nothing_to_shift,
    _several_rules,
    _sign_in,
    _tenths,
    _rollout,
    _alarms_that_are_there,
    _steps_to_approve,
    _test_listener,
)
