"""On which capacity a service's tasks run, and in which network: all that the other components need not know of it."""

from dataclasses import dataclass

import pulumi

from infra.documents import placement
from infra.exports import EnvironmentExports
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog.model import Service


@dataclass(frozen=True)
class PlacementArgs:
    service: Service
    environment: str
    shared: EnvironmentExports
    security_group_id: pulumi.Input[str]


class Placement(PlainFeature):
    def __init__(self, args: PlacementArgs):
        compute, shared = args.service.compute, args.shared
        place = placement.Place(
            args.environment, shared.task_subnet_ids, args.security_group_id, shared.assign_public_ip
        )
        is_daemon = args.service.tasks.daemon
        arguments = placement.daemon_arguments if is_daemon else placement.service_arguments
        waiting = [placement.unreleased_daemon()] if is_daemon else []
        of_port, of_container = placement.port_members(compute), placement.container_members(compute)
        self.parts = ServiceParts(
            port_members=(of_port,) if of_port else (),
            container_members=(of_container,) if of_container else (),
            definition_arguments=(placement.definition_arguments(compute), *waiting),
            service_arguments=(arguments(compute, place),),
            service_identity=(placement.identity(compute),),
        )
