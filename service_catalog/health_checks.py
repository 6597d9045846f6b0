"""What a load balancer asks a service's tasks for, where the entry says it and where it does not."""

from service_catalog.listener_rules.rules import balancer_kind
from service_catalog.model import Exposure, Health

UNKNOWN_METHOD = "/AWS.ALB/healthcheck"
"""Every gRPC server answers a method that it does not know with UNIMPLEMENTED, which proves that it is there."""


def asked_path(exposure: Exposure, health: Health) -> str | None:
    """None where it asks for nothing: being connected to is enough."""
    if health.path is not None or balancer_kind(exposure) != "alb":
        return health.path
    return UNKNOWN_METHOD if exposure.protocol == "grpc" else "/"
