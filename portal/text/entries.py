"""What a catalog entry says in words, as the facts beside a service tell it."""

from portal.text.language import N_, _
from service_catalog.health_checks import UNKNOWN_METHOD, asked_path
from service_catalog.model import (
    Canary,
    Compute,
    Deployment,
    Exposure,
    Health,
    Linear,
    Route,
    Scaling,
    ScalingStep,
    Tasks,
    Volume,
)

_AUDIENCES = {"public": N_("public"), "internal": N_("our network only")}
_THROUGH = {
    None: N_("through API Gateway"),
    "cloud-map": N_("through API Gateway, straight to the tasks"),
    "nlb": N_("through API Gateway and a port of the internal NLB"),
}


def size_words(compute: Compute) -> str:
    cpu, memory = f"{compute.cpu / 1024:g}", f"{compute.memory_mib / 1024:g}"
    return f"{cpu}\N{NO-BREAK SPACE}vCPU, {memory}\N{NO-BREAK SPACE}GB, {compute.architecture}"


def capacity_words(compute: Compute) -> str:
    """By the catalog's own words."""
    if compute.spot:
        return _("%(capacity)s, Spot beyond %(count)s", capacity=compute.capacity, count=compute.spot.on_demand)
    return compute.capacity if compute.network == "awsvpc" else f"{compute.capacity}, {compute.network}"


def volume_words(volume: Volume) -> str:
    """What is behind a directory, and how long it is kept."""
    if volume.bind:
        return _("of each task")
    where = _("EFS, %(id)s", id=volume.existing) if volume.existing else _("EFS")
    if volume.retired:
        return _("%(where)s, retired", where=where)
    return _("%(where)s, read-only", where=where) if volume.read_only else where


def tasks_words(tasks: Tasks) -> str:
    if tasks.daemon:
        return _("one on each instance")
    if tasks.max is None or tasks.max == tasks.min:
        return str(tasks.min)
    return _("%(min)s to %(max)s", min=tasks.min, max=tasks.max)


def scaling_words(scaling: Scaling | None) -> str:
    """Empty where nothing scales it."""
    words = []
    if scaling and scaling.cpu_percent:
        words.append(_("CPU %(percent)s %%", percent=scaling.cpu_percent))
    if scaling and scaling.memory_percent:
        words.append(_("memory %(percent)s %%", percent=scaling.memory_percent))
    if scaling and scaling.backlog_per_task:
        words.append(_("%(count)s messages per task", count=scaling.backlog_per_task))
    if scaling and scaling.requests_per_task:
        words.append(_("%(count)s requests a minute per task", count=scaling.requests_per_task))
    if scaling and scaling.steps:
        words.append(_(", ").join(_step_words(step) for step in scaling.steps))
    return _(", ").join(words)


def _step_words(step: ScalingStep) -> str:
    measure = _("CPU") if step.measure == "cpu_percent" else _("memory")
    if step.add:
        return _("%(measure)s from %(percent)s %% on: +%(count)s", measure=measure, percent=step.above, count=step.add)
    return _("%(measure)s below %(percent)s %%: −%(count)s", measure=measure, percent=step.below, count=step.remove)


def deployment_words(deployment: Deployment) -> str:
    """By the catalog's own word; empty where new tasks replace old ones by and by, as they mostly do."""
    alarms = _("alarms roll it back: %(alarms)s", alarms=", ".join(deployment.alarms)) if deployment.alarms else ""
    said = _strategy_words(deployment) or (deployment.strategy if alarms else "")
    approval = _("waits for approval") if deployment.approval else ""
    return _("; ").join(filter(None, (said, approval, alarms)))


def _strategy_words(deployment: Deployment) -> str:
    if deployment.strategy == "canary":
        return _("canary, %(percent)s %% first", percent=f"{(deployment.canary or Canary()).percent:g}")
    if deployment.strategy == "linear":
        return _("linear, by %(percent)s %%", percent=f"{(deployment.linear or Linear()).step_percent:g}")
    return "" if deployment.strategy == "rolling" else deployment.strategy


def health_words(health: Health, exposure: Exposure) -> str:
    """What makes a task healthy to the load balancer."""
    path = asked_path(exposure, health)
    if exposure.integration == "cloud-map":
        return _("the container’s own") if health.command else _("none: a task that runs gets requests")
    if path is None:
        return _("a connection to the port")
    return _("any answer of gRPC") if path == UNKNOWN_METHOD else path


def route_words(exposure: Exposure | None) -> str:
    if exposure is None:
        return _("none")
    if exposure.via == "nlb":
        port = exposure.listener_port
        at = _("port %(port)s", port=port) if port else _("the container's port")
        return _(", ").join([f"{exposure.protocol.upper()} {at}", _(_AUDIENCES[exposure.audience])])
    words = [_("; ").join(map(_asked, exposure.routes)), _(_AUDIENCES[exposure.audience])]
    if exposure.via == "api-gateway":
        words.append(_(_THROUGH[exposure.integration]))
    if exposure.authorizer:
        whose = exposure.authorizer.name or exposure.authorizer.issuer
        words.append(_("with a token of %(whose)s", whose=whose))
    return _(", ").join(words)


def _asked(route: Route) -> str:
    words = [(route.host or "") + ", ".join(route.paths)]
    if route.source_ips:
        words.append(_("from %(addresses)s", addresses=", ".join(route.source_ips)))
    for name, values in route.headers.items():
        words.append(_("with %(header)s: %(values)s", header=name, values=", ".join(values)))
    return _(", ").join(words)


def protocol_words(exposure: Exposure) -> str:
    """Empty for what every service is spoken to with, and for a port's, which its route says."""
    words = [] if exposure.protocol == "http" or exposure.via == "nlb" else [exposure.protocol]
    return _(", ").join([*words, *([_("TLS to the container")] if exposure.target_protocol == "https" else [])])
