"""What the catalog says about a service's tasks, as a task definition with placeholders that releases fill."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.task_roles import TaskRoles
from infra.documents import containers
from infra.json_document import json_of
from infra.service_parts import ServiceParts, merged
from service_catalog import naming
from service_catalog.model import Environment, Service


@dataclass(frozen=True)
class DefinitionArgs:
    service: Service
    environment: Environment
    roles: TaskRoles
    parts: ServiceParts


class Definition(pulumi.ComponentResource):
    """In a family of its own, which never runs. A changed one is staged until somebody releases it."""

    def __init__(self, name: str, args: DefinitionArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Definition", name, {}, opts)
        service, environment = args.service, args.environment
        definition = aws.ecs.TaskDefinition(
            name,
            family=naming.definition_family(environment.name, service.name),
            cpu=str(service.compute.cpu),
            memory=str(service.compute.memory_mib),
            runtime_platform={
                "operating_system_family": "LINUX",
                "cpu_architecture": service.compute.architecture.upper(),
            },
            execution_role_arn=args.roles.execution_arn,
            task_role_arn=args.roles.task_arn,
            container_definitions=json_of(containers.of_task(service, environment, args.parts)),
            volumes=list(args.parts.volumes) or None,
            # A release may have been made from an earlier one, and says so.
            skip_destroy=True,
            **merged(*args.parts.definition_arguments),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn: pulumi.Output[str] = definition.arn
        self.register_outputs({"arn": definition.arn})
