"""What a running program may use in AWS."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry
from service_catalog.model.values import KeyArn, QueueName

ConditionValues = str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)]


class Statement(Entry):
    actions: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=patterns.ACTION, max_length=128)], ...],
        Field(strict=False, min_length=1),
    ]
    """What the program may do, such as `lambda:InvokeFunction`; each action by its whole name"""
    resources: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=patterns.RESOURCE, max_length=2048)], ...],
        Field(strict=False, min_length=1),
    ]
    """Whole ARNs, or `lambda:function:resize` for what is in the environment's own account and region"""
    conditions: dict[
        Annotated[str, StringConstraints(pattern=patterns.OPERATOR)],
        dict[Annotated[str, StringConstraints(pattern=patterns.CONDITION_KEY, max_length=256)], ConditionValues],
    ] = Field(default_factory=dict)
    """As IAM spells them: `StringEquals: { aws:RequestedRegion: ap-northeast-1 }`"""


class Permission(Entry):
    bucket: Annotated[str, StringConstraints(pattern=patterns.BUCKET)] | None = None
    """Name of an S3 bucket"""
    queue: QueueName | None = None
    """Name of an SQS queue in the same account and region"""
    table: Annotated[str, StringConstraints(pattern=patterns.TABLE)] | None = None
    """Name of a DynamoDB table in the same account and region"""
    topic: Annotated[str, StringConstraints(pattern=patterns.TOPIC, max_length=256)] | None = None
    """Name of an SNS topic in the same account and region, to publish to"""
    event_bus: Annotated[str, StringConstraints(pattern=patterns.EVENT_BUS, max_length=256)] | None = None
    """Name of an EventBridge event bus in the same account and region, to put events on"""
    model: Annotated[str, StringConstraints(pattern=patterns.MODEL, max_length=256)] | None = None
    """Id of a Bedrock model or of an inference profile of AWS's, to invoke"""
    platform: Literal["portal"] | None = None
    """`portal`: what Slipway's own portal calls in this environment, for the service that is the portal"""
    statement: Statement | None = None
    """A statement of IAM, for what the fields before do not say"""
    access: Literal["read", "write", "read-write"] = "read"
    """To a bucket, queue or table; `read` a queue is to receive and delete, `write` to send"""
    key_arn: KeyArn | None = None
    """The KMS key of your own that bucket, queue, table or topic are encrypted with; its policy must leave it to IAM"""
