"""The sidecars of a service with what their presets say: one plain table, and the entry laid over it.

Facts of the presets, November 2026: Datadog's page on ECS Fargate, Mackerel's on monitoring containers, New Relic's
sample definition for Fargate (newrelic/nri-ecs, ``deploy/fargate_sidecar_example.json``), and the configuration for ECS
in the image of AWS's distribution of the OpenTelemetry collector (``config/ecs/ecs-cloudwatch-xray.yaml``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_catalog.model import Image, Secret, Service, Sidecar

Actions = tuple[str, ...]


@dataclass(frozen=True)
class Right:
    actions: Actions
    log_group: str = ""
    """Of CloudWatch Logs; without one, actions for which IAM knows no resource"""


@dataclass(frozen=True)
class Preset:
    container: str
    image: Image
    cpu: int
    memory_mib: int
    api_key: str = ""
    """The variable that its key is handed over in; empty when it needs none"""
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    udp_ports: tuple[int, ...] = ()
    program: Mapping[str, str] = field(default_factory=dict)
    """Variables by which the program finds it, with ``{service}`` and ``{environment}`` for names"""
    rights: tuple[Right, ...] = ()


PRESETS: Mapping[str, Preset] = {
    "datadog": Preset(
        "datadog-agent",
        Image(repository="public.ecr.aws/datadog/agent", tag="7.84.6"),
        cpu=100,
        memory_mib=256,
        api_key="DD_API_KEY",
        environment={"ECS_FARGATE": "true", "DD_APM_ENABLED": "true", "DD_SITE": "datadoghq.com"},
        ports=(8126,),
        udp_ports=(8125,),
        program={"DD_AGENT_HOST": "127.0.0.1", "DD_ENV": "{environment}", "DD_SERVICE": "{service}"},
    ),
    "mackerel": Preset(
        "mackerel-container-agent",
        Image(repository="public.ecr.aws/mackerel/mackerel-container-agent", tag="v0.13.2"),
        cpu=32,
        memory_mib=128,
        api_key="MACKEREL_APIKEY",
        environment={"MACKEREL_CONTAINER_PLATFORM": "ecs"},
    ),
    "newrelic": Preset(
        "newrelic-infra",
        Image(repository="docker.io/newrelic/nri-ecs", tag="1.15.6"),
        cpu=64,
        memory_mib=256,
        api_key="NRIA_LICENSE_KEY",
        environment={
            "FARGATE": "true",
            "NRIA_IS_FORWARD_ONLY": "true",
            "NRIA_OVERRIDE_HOST_ROOT": "",
            "NRIA_PASSTHROUGH_ENVIRONMENT": "ECS_CONTAINER_METADATA_URI,ECS_CONTAINER_METADATA_URI_V4,FARGATE",
        },
    ),
    "otel": Preset(
        "otel-collector",
        Image(repository="public.ecr.aws/aws-observability/aws-otel-collector", tag="v0.49.0"),
        cpu=64,
        memory_mib=256,
        command=("--config=/etc/ecs/ecs-cloudwatch-xray.yaml",),
        ports=(4317, 4318),
        program={
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name={environment}",
            "OTEL_SERVICE_NAME": "{service}",
        },
        rights=(
            Right(
                (
                    "xray:PutTraceSegments",
                    "xray:PutTelemetryRecords",
                    "xray:GetSamplingRules",
                    "xray:GetSamplingTargets",
                    "xray:GetSamplingStatisticSummaries",
                )
            ),
            Right(("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"), "/aws/ecs/application/metrics"),
        ),
    ),
}
"""Each image at the newest release that was known; an entry that gives ``image`` takes another."""


def of_service(service: Service) -> list[Sidecar]:
    return [with_preset(it) for it in service.sidecars]


def with_preset(sidecar: Sidecar) -> Sidecar:
    """What the preset says, and the entry over it: a sidecar that says all of itself."""
    preset = preset_of(sidecar)
    if preset is None:
        return sidecar
    said: dict[str, Any] = {
        "name": sidecar.name or preset.container,
        "image": sidecar.image or preset.image,
        "command": sidecar.command or preset.command,
        "environment": {**preset.environment, **sidecar.environment},
        "ports": tuple(dict.fromkeys((*preset.ports, *sidecar.ports))),
        "cpu": sidecar.cpu or preset.cpu,
        "memory_mib": sidecar.memory_mib or preset.memory_mib,
    }
    if sidecar.api_key and preset.api_key:
        said["secrets"] = {preset.api_key: sidecar.api_key, **sidecar.secrets}
    return sidecar.model_copy(update=said)


def preset_of(sidecar: Sidecar) -> Preset | None:
    return PRESETS[sidecar.preset] if sidecar.preset else None


def waits_of_program(service: Service) -> dict[str, str]:
    """Containers that the program waits for. A preset's is started before it, and so stopped after it: what the
    program says last still goes out."""
    known = {it.name or "": "start" for it in of_service(service) if it.preset}
    return {**known, **service.depends_on}


def set_for_program(service: Service) -> Iterator[tuple[str, str, str]]:
    """By which sidecar, which variable of the program, and its value with blanks."""
    for sidecar in service.sidecars:
        if preset := preset_of(sidecar):
            yield from ((sidecar.preset or "", name, value) for name, value in preset.program.items())


def secrets(service: Service) -> list[Secret]:
    """All that sidecars are handed, and what their images are pulled with."""
    found = [secret for sidecar in of_service(service) for secret in sidecar.secrets.values()]
    images = [it.image for it in of_service(service) if it.image]
    return found + [Secret(secretsmanager=it.credentials) for it in images if it.credentials]
