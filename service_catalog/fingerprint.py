"""Whether anything changed, without opening Pulumi's state: one hash over all that decides what is provisioned.

Everything counts for every service, unless a rule here says which services read it; ``tests/infra/test_what_counts.py``
builds the stacks and holds the rules to what they do.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple
from functools import cache
from typing import Any

from pydantic import BaseModel

from service_catalog.arns import has_registry
from service_catalog.connections import Called
from service_catalog.listener_rules.lock import Slot
from service_catalog.listener_rules.names import audience_of, is_further
from service_catalog.listener_rules.rules import LISTENERS_OF, listener_rules, load_balancer
from service_catalog.log_routing import keeps_router
from service_catalog.model import Environment, Service
from service_catalog.program_sources import ROOT, ProgramSources

Reads = Callable[[Service], bool]
PROGRAM = ProgramSources(ROOT)


def service_fingerprint(
    service: Service,
    environment: Environment,
    slot: Slot | None,
    exports: Mapping[str, Any],
    program: ProgramSources = PROGRAM,
    called: Sequence[Called] = (),
) -> str:
    """``exports``: what the environment's stack promises to those of its services. ``called``: whom it connects to."""
    fields = _said(environment)
    parts = [
        program.digest(_read_by(service, program.of("infra/service_stack.py"), SOURCES)),
        _said(service),
        {name: fields[name] for name in _read_by(service, fields, FIELDS)},
        _derived(environment),
        service.has_ecs_service,
        [slot.listener, *slot.priorities] if slot else None,
        {name: exports[name] for name in exports_read(service, slot, exports)},
        [astuple(it) for it in called],
    ]
    return _hash(parts)


def environment_fingerprint(
    environment: Environment, program: ProgramSources = PROGRAM, further: Sequence[str] = ()
) -> str:
    """``further``: load balancers beside the first of each kind."""
    sources = program.digest(program.of("infra/environment_stack.py"))
    of_few = [list(further)] if further else []
    said = {name: value for name, value in _said(environment).items() if name not in READ_BY_PORTAL}
    return _hash([sources, said, _derived(environment), environment.is_protected, *of_few])


# --- who reads what ---------------------------------------------------------------------------------------------------


def _nobody(_: Service) -> bool:
    return False


def _has_exec(service: Service) -> bool:
    return service.exec


def _keeps_log_router(service: Service) -> bool:
    return keeps_router(service.logs)


def _has_queue(service: Service) -> bool:
    return service.queue is not None


def _has_schedule(service: Service) -> bool:
    return service.schedule is not None


def _may_make_repository(service: Service) -> bool:
    """Where its environment makes some."""
    return not service.image.existing and not has_registry(service.image.repository)


def _has_scaling_schedule(service: Service) -> bool:
    return bool(service.scaling.schedule)


def _has_dashboard(service: Service) -> bool:
    return service.dashboard


def _has_sidecars(service: Service) -> bool:
    return bool(service.sidecars or service.depends_on)


def _has_volumes(service: Service) -> bool:
    return bool(service.volumes)


def _has_file_systems(service: Service) -> bool:
    return any(it.efs for it in service.volumes)


def _counts_zones(service: Service) -> bool:
    """It has a mount target in each, or lets the whole network in."""
    return _has_file_systems(service) or _is_behind_internal_nlb(service)


def _has_listener_rule(service: Service) -> bool:
    return bool(listener_rules(service.name, service.exposure))


def _is_exposed(service: Service) -> bool:
    return service.exposure is not None


def _signs_in(service: Service) -> bool:
    return service.exposure is not None and service.exposure.sign_in is not None


def _has_ecs_service(service: Service) -> bool:
    return service.has_ecs_service


def _shifts_traffic(service: Service) -> bool:
    return service.deployment.shifts_traffic


def _is_portal(service: Service) -> bool:
    """Its rights say what the environment lets the portal ask."""
    return any(it.platform for it in service.permissions)


def _is_tested(audience: str) -> Reads:
    def is_tested(service: Service) -> bool:
        return service.deployment.test_listener and _is_behind("alb", audience)(service)

    return is_tested


def _is_behind(via: str, audience: str) -> Reads:
    def is_behind(service: Service) -> bool:
        exposure = service.exposure
        return exposure is not None and (exposure.via, exposure.audience) == (via, audience)

    return is_behind


def _is_discovered(service: Service) -> bool:
    return service.discovery != "none"


def _is_in_cloud_map(service: Service) -> bool:
    return service.discovery == "cloud-map"


def _connects(service: Service) -> bool:
    return bool(service.connects_to)


def _has_service_connect(service: Service) -> bool:
    """Whether those that it connects to are found by it, their entries say."""
    return service.discovery == "service-connect" or _connects(service)


_is_public, _is_internal = _is_behind("alb", "public"), _is_behind("alb", "internal")
_is_behind_api = _is_behind("api-gateway", "public")
_is_behind_internal_nlb = _is_behind("nlb", "internal")


def _is_behind_nlb(service: Service) -> bool:
    return _reads_public_nlb(service) or _reads_internal_nlb(service)


def _reads_public_nlb(service: Service) -> bool:
    return service.exposure is not None and load_balancer(service.exposure) == ("nlb", "public")


def _reads_internal_nlb(service: Service) -> bool:
    """Also by way of the API"""
    return service.exposure is not None and load_balancer(service.exposure) == ("nlb", "internal")


EXPORTS: Mapping[str, Reads] = {
    "api": _is_behind_api,
    "egress_addresses": _nobody,
    "exec_key_arn": _has_exec,
    "internal": _is_internal,
    "internal_nlb": _reads_internal_nlb,
    "internal_test": _is_tested("internal"),
    "namespace_arn": _has_service_connect,
    "namespace_id": _is_in_cloud_map,
    "public": _is_public,
    "public_nlb": _reads_public_nlb,
    "public_test": _is_tested("public"),
}


def exports_read(service: Service, slot: Slot | None, names: Collection[str]) -> list[str]:
    """Of load balancers what is said of its own alone; a further one's go by the name of its listener."""
    return sorted(name for name in names if _reads_export(service, slot, name))


def exports_missing(service: Service, slot: Slot | None, exports: Collection[str]) -> list[str]:
    """What it reads and the environment's stack does not promise yet: the API, say, that was declared just now."""
    of_its_own = {slot.listener, f"{slot.listener}_test"} if slot and is_further(slot.listener) else set()
    return exports_read(service, slot, (EXPORTS.keys() | of_its_own) - set(exports))


def _reads_export(service: Service, slot: Slot | None, name: str) -> bool:
    listener = name.removesuffix("_test")
    if listener in LISTENERS_OF or is_further(listener):
        if slot is None or slot.listener != listener:
            return False
        name = name.replace(listener, audience_of(listener))
    return name not in EXPORTS or EXPORTS[name](service)


FIELDS: Mapping[str, Reads] = {
    "access_external_id": _nobody,
    "access_role_arn": _nobody,
    "alarms": _nobody,
    "api": _nobody,
    "capacity": _nobody,
    "container_insights": _nobody,
    "cost_explorer": _is_portal,
    "deletion_protection": _nobody,
    "domain": _is_public,
    "events": _nobody,
    "exec_log_retention_days": _nobody,
    "flow_logs": _nobody,
    "internal_domain": _is_internal,
    "load_balancers": _nobody,
    "log_archive": _nobody,
    "namespace": _is_in_cloud_map,
    "network": _counts_zones,
    "nlb": _nobody,
    "protection": _nobody,
    "sign_in": _signs_in,
    "waf": _nobody,
    "registry": _may_make_repository,
}
"""Fields of the environment. Its network reaches a service by way of the exports."""
READ_BY_PORTAL = ("access_external_id", "access_role_arn", "cost_explorer", "protection")
"""Fields of the environment that no resource of AWS knows: with which rights, and by whose word, the portal acts"""
SOURCES: Mapping[str, Reads] = {
    "infra/components/alias_records.py": _has_listener_rule,
    "infra/components/api_route.py": _is_behind_api,
    "infra/components/callers.py": _is_discovered,
    "infra/components/cloud_map.py": _is_in_cloud_map,
    "infra/components/connections.py": _connects,
    "infra/components/ecs_service.py": _has_ecs_service,
    "infra/components/exec.py": _has_exec,
    "infra/components/file_systems.py": _has_file_systems,
    "infra/components/http_route.py": _has_listener_rule,
    "infra/components/log_routing.py": _keeps_log_router,
    "infra/components/network_route.py": _is_behind_nlb,
    "infra/components/queue.py": _has_queue,
    "infra/components/repository.py": _may_make_repository,
    "infra/documents/sign_in.py": _has_listener_rule,
    "infra/components/scaling_schedule.py": _has_scaling_schedule,
    "infra/components/schedule.py": _has_schedule,
    "infra/components/service_dashboard.py": _has_dashboard,
    "infra/documents/service_dashboard.py": _has_dashboard,
    "infra/components/service_connect.py": _has_service_connect,
    "infra/components/sidecars.py": _has_sidecars,
    "infra/components/task_count.py": _has_ecs_service,
    "infra/components/traffic_shift.py": _shifts_traffic,
    "infra/components/utilization.py": _has_ecs_service,
    "infra/components/volumes.py": _has_volumes,
    "infra/documents/backlog.py": _has_queue,
    "infra/documents/deployment.py": _has_ecs_service,
    "infra/documents/fluent_bit.py": _keeps_log_router,
    "infra/documents/sidecars.py": _has_sidecars,
    "infra/documents/request_count.py": _has_listener_rule,
    "infra/documents/step_scaling.py": _has_ecs_service,
    "infra/documents/targets.py": _is_exposed,
    "service_catalog/listener_rules/conditions.py": _has_listener_rule,
    "service_catalog/api_routes.py": _is_behind_api,
    "service_catalog/dns_names.py": _has_listener_rule,
    "service_catalog/queue_retention.py": _has_queue,
    "service_catalog/sidecars.py": _has_sidecars,
    "service_catalog/volumes.py": _has_volumes,
}


def _read_by(service: Service, names: Collection[str], rules: Mapping[str, Reads]) -> list[str]:
    return sorted(name for name in names if name not in rules or rules[name](service))


# --- as bytes ---------------------------------------------------------------------------------------------------------


def _derived(environment: Environment) -> list[str]:
    """What the model makes of an environment's fields, since its source is not counted."""
    return [
        environment.partition,
        environment.dns_suffix,
        environment.registry_host,
        environment.arn("service", "resource"),
    ]


def _said(entry: BaseModel) -> dict[str, Any]:
    """An entry with its defaults, but for what is off or empty: a field that a later model adds changes nothing until
    somebody uses it. A default written out is no change, a default that the model changed is."""
    found = {}
    for name, field in type(entry).model_fields.items():
        given = getattr(entry, name)
        value = _default_of(type(entry), name) if given is field.default else _plain(given)
        is_off = value is None or value is False or value in ("", []) or value == "none" == field.default
        if not (is_off or (value == {} and field.default is not None)):
            found[name] = value
    return found


@cache
def _default_of(model: type[BaseModel], name: str) -> Any:
    """Most fields of most entries are left out."""
    return _plain(model.model_fields[name].default)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _said(value)
    if isinstance(value, dict):
        return {name: _plain(it) for name, it in value.items()}
    return [_plain(it) for it in value] if isinstance(value, list | tuple) else value


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
