"""Checks across the fields of one service's entry. Single fields are checked by the model, several entries together by
``listener_rules``."""

import re
from collections.abc import Iterator, Set

from service_catalog import naming, run_sizes
from service_catalog.arns import has_registry
from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.problems import for_message
from service_catalog.validation.api_gateway import API_RULES
from service_catalog.validation.api_integrations import INTEGRATION_RULES, integration_warnings
from service_catalog.validation.compute_checks import COMPUTE_RULES, compute_warnings
from service_catalog.validation.container_checks import CONTAINER_RULES
from service_catalog.validation.deployments import DEPLOYMENT_RULES, deployment_warnings
from service_catalog.validation.discovery import DISCOVERY_RULES
from service_catalog.validation.exposure_checks import EXPOSURE_RULES
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.kinds import KIND_RULES
from service_catalog.validation.logs import LOG_RULES
from service_catalog.validation.network_load_balancer import NLB_RULES
from service_catalog.validation.permission_checks import PERMISSION_RULES
from service_catalog.validation.programs import PROGRAM_RULES
from service_catalog.validation.pydantic_errors import behind_page
from service_catalog.validation.rules import Rule, about, faults_by
from service_catalog.validation.scaling_checks import SCALING_RULES, moved_by, step_warnings
from service_catalog.validation.scaling_schedules import SCALING_SCHEDULE_RULES, scaling_schedule_warnings
from service_catalog.validation.schedules import schedule_rules
from service_catalog.validation.settings_checks import SETTINGS_RULES
from service_catalog.validation.sidecar_checks import SIDECAR_RULES
from service_catalog.validation.volume_checks import VOLUME_RULES

_DEVICES = re.compile(r"(com|lpt)[0-9]")


def service_faults(service: Service, changed: Set[str] | None = None) -> list[Fault]:
    """Also for a ``PartialModel``: checks that read an invalid field are skipped.

    ``changed``: the fields in which it differs from one that is known to have no faults.
    """
    return faults_by(SERVICE_RULES, service, changed=changed)


def service_warnings(service: Service) -> Iterator[Fault]:
    """What is allowed, but probably a mistake."""
    low, high = service.tasks.min, service.tasks.max
    moves = moved_by(service.scaling)
    if high is not None and high > low and not moves:
        message = say("has no effect: nothing scales without `scaling`, so %(min)s run", min=low)
        yield Fault(("tasks", "max"), message, say("write scaling: { cpu_percent: 60 }, or leave tasks.max out"))
    yield from compute_warnings(service)
    yield from step_warnings(service.scaling)
    if service.scaling.schedule:
        yield from scaling_schedule_warnings(service.scaling.schedule, bool(moves))
    yield from deployment_warnings(service)
    yield from integration_warnings(service)


@about("name")
def _reserved_name(service: Service) -> Iterator[Fault]:
    if service.name in naming.RESERVED_SERVICE_NAMES or _DEVICES.fullmatch(service.name):
        message = say("must not be %(name)s, which is reserved", name=for_message(service.name))
        yield Fault(("name",), message, say("a page of the portal or a device has this name"))
    if service.name.startswith("sg-"):
        yield Fault(("name",), say("must not begin with sg-"), say("EC2 takes no security group of that name"))


@about("image.digest")
def _pin(service: Service) -> Iterator[Fault]:
    if service.image.tag and service.image.digest:
        yield Fault(("image", "digest"), say("cannot be combined with image.tag"), say("keep one of the two"))


@about("image.existing", "sidecars")
def _existing_repository(service: Service) -> Iterator[Fault]:
    """Only of a service's own image a repository is made."""
    if service.image.existing and has_registry(service.image.repository):
        message = say("means nothing beside a repository that names its registry: none is ever made there")
        yield Fault(("image", "existing"), message, say("remove it"))
    for index, sidecar in enumerate(service.sidecars):
        if sidecar.image and sidecar.image.existing:
            message = say("means nothing here: no repository is made for a sidecar")
            yield Fault(("sidecars", index, "image", "existing"), message, say("remove it"))


@about("image")
def _repository(service: Service) -> Iterator[Fault]:
    if meant := behind_page(service.image.repository):
        message = say("is the address of a web page, not of a registry")
        yield Fault(("image", "repository"), message, say("write %(meant)s", meant=meant))


@about("health.command")
def _health_command(service: Service) -> Iterator[Fault]:
    command = service.health.command
    if command and (command[0] not in ("CMD", "CMD-SHELL") or len(command) < 2):
        yield Fault(("health", "command"), say("must begin with CMD or CMD-SHELL, then the command"))


@about("tasks", "scaling")
def _counts(service: Service) -> Iterator[Fault]:
    low, high = service.tasks.min, service.tasks.max
    if high is not None and high < low:
        message = say("must be at least tasks.min (%(min)s), got %(given)s", min=low, given=high)
        yield Fault(("tasks", "max"), message)
    if (high is not None and high != low) or any(it.min != it.max for it in service.scaling.schedule):
        return
    if not service.tasks.daemon and (moves := moved_by(service.scaling)):
        message = say("has no effect: tasks.max equals tasks.min")
        yield Fault(("scaling", moves[0]), message, say("set tasks.max above %(min)s", min=low))


@about("run")
def _run(service: Service) -> Iterator[Fault]:
    run, most = service.run, run_sizes.most_copies(service.run.attempts)
    if run.copies > most:
        message = say("must be at most %(most)s with %(attempts)s attempts at each", most=most, attempts=run.attempts)
        yield Fault(("run", "copies"), got(message, str(run.copies)), say("lower run.copies or run.attempts"))


@about("alarms", reads=("exposure",))
def _targets(service: Service) -> Iterator[Fault]:
    if service.exposure is None and service.alarms.unhealthy_targets is not None:
        yield Fault(
            ("alarms", "unhealthy_targets"), say("needs `exposure`: there are no targets without"), say("remove it")
        )


SERVICE_RULES: tuple[Rule, ...] = (
    _reserved_name,
    _pin,
    _existing_repository,
    _repository,
    _health_command,
    _counts,
    _run,
    _targets,
    *EXPOSURE_RULES,
    *API_RULES,
    *NLB_RULES,
    *INTEGRATION_RULES,
    *COMPUTE_RULES,
    *DEPLOYMENT_RULES,
    *SETTINGS_RULES,
    *PERMISSION_RULES,
    *PROGRAM_RULES,
    *CONTAINER_RULES,
    *SIDECAR_RULES,
    *VOLUME_RULES,
    *DISCOVERY_RULES,
    *KIND_RULES,
    *LOG_RULES,
    schedule_rules,
    *SCALING_RULES,
    *SCALING_SCHEDULE_RULES,
)
