"""ECS Exec: a shell in a running container, written down in the environment's audit log."""

from dataclasses import dataclass

import pulumi

from infra.documents import policies
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.model import Environment


@dataclass(frozen=True)
class ExecArgs:
    environment: Environment
    key_arn: pulumi.Input[str]


class Exec(PlainFeature):
    def __init__(self, args: ExecArgs):
        environment = args.environment
        streams = environment.arn("logs", f"log-group:{naming.exec_log_group(environment.name)}:*")
        self.parts = ServiceParts(
            # An init process reaps what a session leaves behind.
            container_members=({"linuxParameters": {"initProcessEnabled": True}},),
            service_arguments=({"enable_execute_command": True},),
            task_statements=tuple(policies.exec_session(environment, streams, args.key_arn)),
        )
