"""``provisioned/<service>.json`` and ``provisioned/_environment.json``: what releases and the planner start from."""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.service_parts import merged
from service_catalog.arns import repository_uri
from service_catalog.dns_names import domain_of
from service_catalog.listener_rules.rules import covers, has_wildcard
from service_catalog.model import Environment, Exposure, Service, Tasks


def of_service(
    service: Service,
    environment: Environment,
    *,
    definition: Any,
    execution_role: Any,
    task_role: Any,
    fingerprint: Any,
    features: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Members of ``records.provisioned.Provisioned``; ``features``: what each of them adds.

    ``entry`` is what the catalog said, overrides merged in, so that what it says today can be held against it.
    """
    record = {
        "service": service.name,
        "kind": service.kind,
        "entry": service.model_dump(mode="json", exclude_defaults=True),
        "definition": definition,
        "execution_role": execution_role,
        "task_role": task_role,
        "tasks": _limits(service.tasks) if service.has_ecs_service and not service.tasks.daemon else None,
        "image": {
            "repository": repository_uri(service.image, environment),
            "tag": service.image.tag,
            "digest": service.image.digest,
        },
        "env_files": list(service.env_files),
        "fingerprint": fingerprint,
    }
    return merged(record, *features)


def _limits(tasks: Tasks) -> dict[str, int]:
    """Without a maximum nothing scales."""
    return {"min": tasks.min, "max": tasks.max or tasks.min}


def of_environment(fingerprint: str, exports: Mapping[str, Any]) -> dict[str, Any]:
    return {"fingerprint": fingerprint, "exports": dict(exports)}


def url(exposure: Exposure, environment: Environment, load_balancer: str, port: int | None = None) -> str:
    """Where a person reaches the service; ``*`` stands in it where it answers to any name that fits.

    ``load_balancer``: DNS name of the one that leads to it. ``port``: where testers reach it.
    """
    domain = domain_of(exposure, environment)
    own, at = domain.name if domain else load_balancer, f":{port}" if port else ""
    asked = (exposure.host or own).lower()
    host = own if covers(asked, own.lower()) else asked.replace("?", "*")
    return f"{'https' if domain and domain.certificate_arn else 'http'}://{host}{at}{reachable(exposure.paths)}"


def reachable(paths: tuple[str, ...]) -> str:
    """Where a person looks first: a path without wildcards if there is one, else the first up to its wildcard."""
    fixed = next((path for path in paths if not has_wildcard(path)), None)
    return fixed or paths[0].replace("?", "*").partition("*")[0]
