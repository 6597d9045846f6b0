"""What ``permissions:`` in a catalog entry means in IAM: one table, one statement per kind of resource and access."""

from collections.abc import Mapping, Sequence

from infra.documents.policies import Statement, allow, bucket_arn
from service_catalog.model import Environment, Permission

_OBJECTS = {
    "read": ("s3:GetObject",),
    "write": ("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
}
_BUCKET = {
    "read": ("s3:GetBucketLocation", "s3:ListBucket"),
    "write": ("s3:GetBucketLocation", "s3:ListBucketMultipartUploads"),
}
_QUEUE = {
    "read": (
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueUrl",
        "sqs:GetQueueAttributes",
    ),
    "write": ("sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"),
}
_TABLE = {
    "read": (
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:ConditionCheckItem",
    ),
    "write": (
        "dynamodb:DescribeTable",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
    ),
}


def statements(environment: Environment, permissions: Sequence[Permission]) -> list[Statement]:
    """Resources with the same rights share a statement: a role's policies hold 10,240 characters in all."""
    resources: dict[tuple[str, ...], list[str]] = {}
    for permission in permissions:
        for actions, arns in _grants(environment, permission):
            known = resources.setdefault(actions, [])
            known += [arn for arn in arns if arn not in known]
    return [allow(actions, arns) for actions, arns in resources.items()]


def _grants(environment: Environment, permission: Permission) -> list[tuple[tuple[str, ...], list[str]]]:
    if permission.bucket:
        arn = bucket_arn(environment, permission.bucket)
        return [(_actions(_BUCKET, permission), [arn]), (_actions(_OBJECTS, permission), [f"{arn}/*"])]
    if permission.queue:
        return [(_actions(_QUEUE, permission), [environment.arn("sqs", permission.queue)])]
    arn = environment.arn("dynamodb", f"table/{permission.table}")
    return [(_actions(_TABLE, permission), [arn, f"{arn}/index/*"])]


def _actions(table: Mapping[str, tuple[str, ...]], permission: Permission) -> tuple[str, ...]:
    """``read-write`` is both, each action once."""
    wanted = (action for access in permission.access.split("-") for action in table[access])
    return tuple(dict.fromkeys(wanted))
