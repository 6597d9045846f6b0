"""Directories in EFS that all tasks of a service share: file systems of its own, or such as are there already.

A file system outlives the service, and so does what decides who may use it and whether it is backed up: it holds data.
Its mount targets go with the service, since a network that they stand in could not go.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import mounts, policies, resource_policies
from infra.exports import EnvironmentExports
from infra.feature import Feature
from infra.json_document import json_of
from infra.service_parts import ServiceParts
from service_catalog import naming, volumes
from service_catalog.model import Environment, Service, Volume

_NFS_PORT = 2049


@dataclass(frozen=True)
class FileSystemsArgs:
    service: Service
    environment: Environment
    shared: EnvironmentExports
    security_group_id: pulumi.Input[str]
    """Of the tasks"""


@dataclass(frozen=True)
class _Directory:
    """One volume, as tasks mount it."""

    volume: Volume
    file_system_id: pulumi.Input[str]
    access_point_id: pulumi.Input[str]

    @property
    def name(self) -> str:
        return volumes.name_of(self.volume)


class FileSystems(Feature):
    def __init__(self, name: str, args: FileSystemsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:FileSystems", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._kept = pulumi.ResourceOptions(parent=self, retain_on_delete=True)
        self._reached_by: list[pulumi.Resource] = []
        self._volumes = volumes.in_file_systems(args.service.volumes)
        found = [self._directory(it) for it in self._volumes]
        self._let_tasks_in()
        mounted = [it for it in found if not it.volume.retired]
        self.parts = ServiceParts(
            volumes=tuple(mounts.efs(it.name, it.file_system_id, it.access_point_id) for it in mounted),
            mount_points=tuple(
                mounts.mount_point(it.name, it.volume.path, read_only=it.volume.read_only) for it in mounted
            ),
            task_statements=tuple(self._may_mount(it) for it in found),
            prerequisites=tuple(self._reached_by),
            record=({"file_systems": {it.name: it.file_system_id for it in found}},),
        )
        self.register_outputs({})

    def _directory(self, volume: Volume) -> _Directory:
        file_system_id: pulumi.Input[str] = volume.existing or self._file_system(volume)
        if volume.existing is None or volume.mount_targets:
            self._mount_targets(volume, file_system_id)
        access_point_id = volume.access_point_id or self._access_point(volume, file_system_id)
        return _Directory(volume, file_system_id, access_point_id)

    def _file_system(self, volume: Volume) -> pulumi.Output[str]:
        name, token = f"{self._name}-{volume.efs}", (self._args.environment.name, self._name, str(volume.efs))
        days = volume.infrequent_after_days or volumes.INFREQUENT_AFTER_DAYS
        made = aws.efs.FileSystem(
            name,
            creation_token=naming.file_system(*token),
            encrypted=True,
            throughput_mode="elastic",
            lifecycle_policies=[
                {"transition_to_ia": f"AFTER_{days}_DAY{'S' if days > 1 else ''}"},
                {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
            ],
            tags={"Name": name},
            opts=self._kept,
        )
        # Without one EFS lets in whoever reaches a mount target.
        policy = json_of(resource_policies.file_system(made.arn))
        aws.efs.FileSystemPolicy(name, file_system_id=made.id, policy=policy, opts=self._kept)
        status = "DISABLED" if volume.without_backup else "ENABLED"
        aws.efs.BackupPolicy(name, file_system_id=made.id, backup_policy={"status": status}, opts=self._kept)
        return made.id

    def _mount_targets(self, volume: Volume, file_system_id: pulumi.Input[str]) -> None:
        subnet_ids: pulumi.Output[Any] = pulumi.Output.from_input(self._args.shared.task_subnet_ids)
        for index in range(volumes.task_subnets(self._args.environment)):
            self._reached_by.append(
                aws.efs.MountTarget(
                    f"{self._name}-{volume.efs}-{index + 1}",
                    file_system_id=file_system_id,
                    subnet_id=subnet_ids[index],
                    security_groups=[self._mount_target_group.id],
                    opts=self._child,
                )
            )

    @cached_property
    def _mount_target_group(self) -> aws.ec2.SecurityGroup:
        name = f"{self._name}-files"
        return aws.ec2.SecurityGroup(
            name,
            vpc_id=self._args.shared.vpc_id,
            description=f"File systems of {self._name} in {self._args.environment.name}",
            tags={"Name": f"{self._args.environment.name}-{name}"},
            opts=self._child,
        )

    def _let_tasks_in(self) -> None:
        """And nobody else, as far as the service's own mount targets go."""
        groups: dict[str, pulumi.Input[str]] = {
            it.security_group_id: it.security_group_id for it in self._volumes if it.security_group_id
        }
        if self._reached_by:
            groups["files"] = self._mount_target_group.id
        for of, group in groups.items():
            self._reached_by.append(
                aws.vpc.SecurityGroupIngressRule(
                    f"{self._name}-into-{of}",
                    security_group_id=group,
                    description=f"Tasks of {self._name} in {self._args.environment.name}",
                    referenced_security_group_id=self._args.security_group_id,
                    ip_protocol="tcp",
                    from_port=_NFS_PORT,
                    to_port=_NFS_PORT,
                    opts=self._child,
                )
            )

    def _access_point(self, volume: Volume, file_system_id: pulumi.Input[str]) -> pulumi.Output[str]:
        """Who the program is in there, and where. A changed one is another, and releases go back to the one before."""
        name = f"{self._name}-{volume.efs}"
        uid, gid = (volumes.OWNER if it is None else it for it in (volume.uid, volume.gid))
        made = aws.efs.AccessPoint(
            name,
            file_system_id=file_system_id,
            posix_user={"uid": uid, "gid": gid},
            root_directory={
                "path": f"/{volume.efs}",
                "creation_info": {
                    "owner_uid": uid,
                    "owner_gid": gid,
                    "permissions": volume.permissions or volumes.PERMISSIONS,
                },
            },
            tags={"Name": name},
            opts=self._kept,
        )
        return made.id

    def _may_mount(self, directory: _Directory) -> dict[str, Any]:
        """In a file system of its own it may write, whatever it mounts: what runs may be of an earlier entry."""
        environment, volume = self._args.environment, directory.volume
        access_points = environment.arn("elasticfilesystem", f"access-point/{volume.access_point_id or '*'}")
        file_system = pulumi.Output.format(
            environment.arn("elasticfilesystem", "file-system/{0}"), directory.file_system_id
        )
        is_read_only = volume.read_only and volume.existing is not None
        return policies.mount_file_system(file_system, access_points, read_only=is_read_only)
