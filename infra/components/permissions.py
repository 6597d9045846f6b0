"""What the running program may use in AWS."""

from dataclasses import dataclass

from infra.documents import permissions
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog import model


@dataclass(frozen=True)
class PermissionsArgs:
    environment: model.Environment
    permissions: tuple[model.Permission, ...]


class Permissions(PlainFeature):
    def __init__(self, args: PermissionsArgs):
        statements = permissions.statements(args.environment, args.permissions)
        self.parts = ServiceParts(task_statements=tuple(statements))
