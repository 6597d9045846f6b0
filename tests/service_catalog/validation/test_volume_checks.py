from typing import Any

import pytest

from service_catalog.validation.rules import faults_by
from service_catalog.validation.volume_checks import VOLUME_RULES
from tests.builders import a_service
from tests.service_catalog.validation.said import said

UPLOADS: dict[str, Any] = {"efs": "uploads", "path": "/uploads"}
THERE = UPLOADS | {"existing": "fs-0123456789abcdef0"}
AGENT = {"name": "agent", "image": {"repository": "agent", "tag": "1.0.0"}}


def told(**changes: object) -> list[str]:
    return said(faults_by(VOLUME_RULES, a_service(**changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"read_only_root": True, "exec": True, "volumes": [{"bind": "tmp", "path": "/tmp"}]},
        {"volumes": [{"bind": "a", "path": "/data"}, {"bind": "b", "path": "/database"}]},
        {"volumes": [UPLOADS | {"uid": 0, "gid": 0, "permissions": "0755", "infrequent_after_days": 7}]},
        {"volumes": [THERE | {"access_point_id": "fsap-0123456789abcdef0", "security_group_id": "sg-01234567"}]},
        {"volumes": [THERE | {"mount_targets": True, "uid": 33, "read_only": True}]},
        {"volumes": [UPLOADS | {"retired": True}, {"bind": "other", "path": "/uploads"}]},
        {"volumes": [UPLOADS], "sidecars": [AGENT | {"mounts": [{"volume": "uploads", "path": "/x"}]}]},
    ],
)
def test_volumes_that_ecs_mounts_are_no_problem(changes):
    assert told(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"volumes": [{"bind": "a", "path": "/x"}, {"bind": "a", "path": "/y"}]},
            "volumes[1]: is listed twice",
        ),
        (
            {"volumes": [{"bind": "a", "path": "/data"}, {"bind": "b", "path": "/data/new"}]},
            "volumes[1].path: lies in the same directory as /data",
        ),
        (
            {"volumes": [{"bind": "a", "path": "/data/new"}, {"bind": "b", "path": "/data"}]},
            "volumes[1].path: lies in the same directory as /data/new",
        ),
        (
            {"volumes": [{"bind": "a", "path": "/"}]},
            "volumes[0].path: must be a directory below /, which is the image's own",
        ),
        (
            {"volumes": [{"bind": "a", "path": "/data/../x/"}]},
            "volumes[0].path: must be a plain path, got '/data/../x/'",
        ),
        (
            {"read_only_root": True, "exec": True, "volumes": [{"bind": "a", "path": "/var/log"}]},
            "volumes[0].path: lies in the same directory as /var/log/amazon/ssm, which ECS Exec writes to",
        ),
        (
            {"volumes": [UPLOADS], "compute": {"capacity": "ec2", "network": "bridge"}},
            "volumes[0].efs: cannot hold with network bridge, where tasks have no security group that others could "
            "let in",
        ),
        ({"volumes": [{"path": "/x"}]}, "volumes[0]: must name one of bind and efs"),
        ({"volumes": [UPLOADS | {"bind": "x"}]}, "volumes[0]: must name one of bind and efs"),
        ({"volumes": [{"bind": "x", "path": "/x", "uid": 1}]}, "volumes[0].uid: goes with `efs` only"),
        (
            {"volumes": [UPLOADS | {"access_point_id": "fsap-01234567"}]},
            "volumes[0].access_point_id: goes with `existing` only",
        ),
        (
            {"volumes": [THERE | {"without_backup": True}]},
            "volumes[0].without_backup: says something of a file system that the service makes; this one is there "
            "already",
        ),
        (
            {"volumes": [THERE | {"access_point_id": "fsap-01234567", "uid": 33}]},
            "volumes[0].uid: is what the access point says",
        ),
        (
            {"volumes": [THERE | {"mount_targets": True, "security_group_id": "sg-01234567"}]},
            "volumes[0].security_group_id: is of mount targets that are there, and `mount_targets` makes them",
        ),
        (
            {"volumes": [], "sidecars": [AGENT | {"mounts": [{"volume": "x", "path": "/x"}]}]},
            "sidecars[0].mounts[0].volume: is none of the service's volumes; there are ",
        ),
        (
            {
                "volumes": [UPLOADS | {"retired": True}],
                "sidecars": [AGENT | {"mounts": [{"volume": "uploads", "path": "/x"}]}],
            },
            "sidecars[0].mounts[0].volume: is none of the service's volumes; there are ",
        ),
        (
            {
                "volumes": [THERE | {"read_only": True}],
                "sidecars": [AGENT | {"mounts": [{"volume": "uploads", "path": "/x"}]}],
            },
            "sidecars[0].mounts[0].read_only: must be true: the task may only read uploads",
        ),
    ],
)
def test_volumes_that_cannot_be_are_told(changes, fault):
    assert told(**changes) == [fault]
