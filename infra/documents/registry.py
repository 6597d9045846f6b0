"""What an ECR repository is told: how long images stay, how they are encrypted, and who else may pull them."""

from typing import Any

from infra.documents.policies import document
from service_catalog.model import Registry


def lifecycle_policy(registry: Registry) -> dict[str, Any]:
    """ECR leaves an image without a tag alone as long as one with a tag, such as one for several machines, needs it."""
    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": registry.untagged_days,
    }
    rules = [_rule(1, f"Without a tag for {registry.untagged_days} days", untagged)]
    if registry.keep_images is not None:
        beyond = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": registry.keep_images}
        rules.append(_rule(2, f"Beyond the newest {registry.keep_images}", beyond))
    return {"rules": rules}


def _rule(priority: int, words: str, selection: dict[str, Any]) -> dict[str, Any]:
    return {"rulePriority": priority, "description": words, "selection": selection, "action": {"type": "expire"}}


def encryption(registry: Registry) -> dict[str, Any]:
    return (
        {"encryption_type": "KMS", "kms_key": registry.key_arn} if registry.key_arn else {"encryption_type": "AES256"}
    )


def repository_policy(registry: Registry, partition: str) -> dict[str, Any]:
    """The other accounts' own policies say who there may pull."""
    accounts = [f"arn:{partition}:iam::{account}:root" for account in registry.pull_accounts]
    return document(
        [
            {
                "Sid": "OtherAccountsPull",
                "Effect": "Allow",
                "Principal": {"AWS": accounts},
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:DescribeImages",
                    "ecr:GetDownloadUrlForLayer",
                ],
            }
        ]
    )
