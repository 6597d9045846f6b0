"""File systems, and what stands around them."""

import json

from tests.local_cloud.aws.lives.life import Life


def by_tls(*verbs: str) -> str:
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": [f"elasticfilesystem:Client{verb}" for verb in verbs],
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


LIVES = [
    Life(
        "aws:efs/fileSystem:FileSystem",
        {
            "creationToken": "dev_orders-api_uploads",
            "encrypted": True,
            "throughputMode": "elastic",
            "lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}],
            "tags": {"Name": "f"},
        },
        update={"lifecyclePolicies": [{"transitionToIa": "AFTER_1_DAY"}], "tags": {"Name": "g"}},
        replace={"creationToken": "other", "encrypted": False, "performanceMode": "maxIO"},
        outputs=("arn", "dnsName"),
    ),
    Life(
        "aws:efs/fileSystemPolicy:FileSystemPolicy",
        {"fileSystemId": "$file_system.id", "policy": by_tls("Mount")},
        update={"policy": by_tls("Mount", "Write")},
        replace={"fileSystemId": "fs-other"},
        not_on=("moto",),  # it fails to delete one
    ),
    Life(
        "aws:efs/backupPolicy:BackupPolicy",
        {"fileSystemId": "$file_system.id", "backupPolicy": {"status": "ENABLED"}},
        update={"backupPolicy": {"status": "DISABLED"}},
        replace={"fileSystemId": "fs-other"},
        stays_on=("ministack",),
        not_on=("moto",),  # it knows no backups
    ),
    Life(
        "aws:efs/mountTarget:MountTarget",
        {"fileSystemId": "$file_system.id", "subnetId": "$subnet.id", "securityGroups": ["$group.id"]},
        update={"securityGroups": ["$group.id", "$other_group.id"]},
        replace={"subnetId": "$other_subnet.id"},
        outputs=("ipAddress",),
    ),
    Life(
        "aws:efs/accessPoint:AccessPoint",
        {
            "fileSystemId": "$file_system.id",
            "posixUser": {"uid": 1000, "gid": 1000},
            "rootDirectory": {
                "path": "/uploads",
                "creationInfo": {"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"},
            },
            "tags": {"Name": "p"},
        },
        update={"tags": {"Name": "q"}},
        replace={"posixUser": {"uid": 0, "gid": 0}},
        outputs=("arn",),
    ),
]
