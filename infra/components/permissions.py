"""What the running program may use in AWS."""

from dataclasses import dataclass

import pulumi

from infra.documents import permissions
from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog import model


@dataclass(frozen=True)
class PermissionsArgs:
    environment: model.Environment
    permissions: tuple[model.Permission, ...]


class Permissions(Feature):
    def __init__(self, name: str, args: PermissionsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Permissions", name, {}, opts)
        statements = permissions.statements(args.environment, args.permissions)
        self.parts = ServiceParts(task_statements=tuple(statements))
        self.register_outputs({})
