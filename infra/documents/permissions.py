"""What ``permissions:`` in a catalog entry means in IAM: one table, one statement per kind of resource and access."""

from collections.abc import Mapping, Sequence

from infra.documents import portal_rights
from infra.documents.policies import Statement, allow
from service_catalog import model
from service_catalog.arns import bucket_arn, model_arns, resource_arn
from service_catalog.model import Environment, Permission

_ByAccess = Mapping[str, tuple[str, ...]]
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
_KEY = {
    "read": ("kms:Decrypt", "kms:DescribeKey"),
    # Whoever writes asks for data keys, and reads them back: for the parts of an upload, or before a queue takes one.
    "write": ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
}
_KEY_OF_A_TABLE = {
    "read": _KEY["read"],
    # DynamoDB keeps data keys for a while and wraps them anew, as whoever uses the table.
    "write": (*_KEY["write"], "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
}


_TOPIC = ("sns:Publish",)
_EVENT_BUS = ("events:PutEvents",)
_MODEL = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")


def statements(environment: Environment, permissions: Sequence[Permission]) -> list[Statement]:
    """Resources with the same rights share a statement: a role's policies hold 10,240 characters in all."""
    resources: dict[tuple[str, ...], list[str]] = {}
    for permission in permissions:
        for actions, arns in _grants(environment, permission):
            known = resources.setdefault(actions, [])
            known += [arn for arn in arns if arn not in known]
    free = [it.statement for it in permissions if it.statement]
    platform = portal_rights.statements(environment) if any(it.platform for it in permissions) else []
    return [
        *(allow(actions, arns) for actions, arns in resources.items()),
        *(_free(it, environment) for it in free),
        *platform,
    ]


def _free(statement: model.Statement, environment: Environment) -> Statement:
    conditions = {
        operator: {key: value if isinstance(value, str) else list(value) for key, value in keys.items()}
        for operator, keys in statement.conditions.items()
    }
    return allow(statement.actions, [resource_arn(it, environment) for it in statement.resources], conditions)


_Grant = tuple[tuple[str, ...], list[str]]


def _grants(environment: Environment, permission: Permission) -> list[_Grant]:
    by_access = [(_actions(table, permission), arns) for table, arns in _tables(environment, permission)]
    return [(actions, arns) for actions, arns in [*by_access, *_one_way(environment, permission)] if arns]


def _tables(environment: Environment, permission: Permission) -> list[tuple[_ByAccess, list[str]]]:
    """What may be read, written or both."""
    keys = _keys(permission)
    if permission.bucket:
        arn = bucket_arn(environment, permission.bucket)
        return [(_BUCKET, [arn]), (_OBJECTS, [f"{arn}/*"]), (_KEY, keys)]
    if permission.queue:
        return [(_QUEUE, [environment.arn("sqs", permission.queue)]), (_KEY, keys)]
    if permission.table:
        arn = environment.arn("dynamodb", f"table/{permission.table}")
        return [(_TABLE, [arn, f"{arn}/index/*"]), (_KEY_OF_A_TABLE, keys)]
    return []


def _one_way(environment: Environment, permission: Permission) -> list[_Grant]:
    if permission.topic:
        return [(_TOPIC, [environment.arn("sns", permission.topic)]), (_KEY["write"], _keys(permission))]
    if permission.event_bus:
        return [(_EVENT_BUS, [environment.arn("events", f"event-bus/{permission.event_bus}")])]
    return [(_MODEL, model_arns(permission.model, environment))] if permission.model else []


def _keys(permission: Permission) -> list[str]:
    return [permission.key_arn] if permission.key_arn else []


def _actions(table: _ByAccess, permission: Permission) -> tuple[str, ...]:
    """``read-write`` is both, each action once."""
    wanted = (action for access in permission.access.split("-") for action in table[access])
    return tuple(dict.fromkeys(wanted))
