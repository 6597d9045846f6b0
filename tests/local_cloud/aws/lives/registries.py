"""Repositories of images."""

import json

from tests.local_cloud.aws.lives.life import Life


def expiring(days: int) -> str:
    selection = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days}
    return json.dumps({"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]})


def pulled_by(account: str) -> str:
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": ["ecr:BatchGetImage"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


LIVES = [
    Life(
        "aws:ecr/repository:Repository",
        {
            "name": "shop/orders",
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfigurations": [{"encryptionType": "AES256"}],
            "tags": {"Name": "r"},
        },
        update={"imageTagMutability": "MUTABLE", "tags": {"Name": "s"}},
        replace={"name": "shop/payments"},
        outputs=("arn", "repositoryUrl"),
    ),
    Life(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        {"repository": "$repository.id", "policy": expiring(14)},
        update={"policy": expiring(30)},
        replace={"repository": "other"},
    ),
    Life(
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        {"repository": "$repository.id", "policy": pulled_by("222222222222")},
        update={"policy": pulled_by("333333333333")},
        replace={"repository": "other"},
    ),
]
