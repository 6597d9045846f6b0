"""SQS: queues, and which queues may use one as their dead-letter queue."""

from typing import Any

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Values

ATTRIBUTES: dict[str, tuple[str, Any]] = {
    "contentBasedDeduplication": ("ContentBasedDeduplication", False),
    "deduplicationScope": ("DeduplicationScope", "queue"),
    "delaySeconds": ("DelaySeconds", 0),
    "fifoThroughputLimit": ("FifoThroughputLimit", "perQueue"),
    "kmsDataKeyReusePeriodSeconds": ("KmsDataKeyReusePeriodSeconds", 300),
    "kmsMasterKeyId": ("KmsMasterKeyId", ""),
    "maxMessageSize": ("MaximumMessageSize", 1048576),
    "messageRetentionSeconds": ("MessageRetentionPeriod", 345600),
    "policy": ("Policy", ""),
    "receiveWaitTimeSeconds": ("ReceiveMessageWaitTimeSeconds", 0),
    "redriveAllowPolicy": ("RedriveAllowPolicy", ""),
    "redrivePolicy": ("RedrivePolicy", ""),
    "sqsManagedSseEnabled": ("SqsManagedSseEnabled", True),
    "visibilityTimeoutSeconds": ("VisibilityTimeout", 30),
}
"""Property -> attribute, and what it is when a program says nothing of it."""
FIFO = "FifoQueue"


def attributes(properties: dict[str, Any]) -> dict[str, Any]:
    """What of the properties is attributes goes into that one member, as text."""
    known = {**{prop: attribute for prop, (attribute, _) in ATTRIBUTES.items()}, "fifoQueue": FIFO}
    # A queue is FIFO or it is not: SQS does not take "false".
    given = {
        known[prop]: value
        for prop, value in properties.items()
        if prop in known and (prop, value) != ("fifoQueue", False)
    }
    return {**{prop: value for prop, value in properties.items() if prop not in known}, "attributes": given}


def as_properties(cloud: Cloud, inputs: Values, described: dict[str, Any]) -> dict[str, Any]:
    """Every attribute is text to SQS; here it gets its property's name and type."""
    named = {attribute: (prop, type(default)) for prop, (attribute, default) in ATTRIBUTES.items()} | {
        FIFO: ("fifoQueue", bool)
    }
    found = {}
    for attribute, text in described.items():
        prop, form = named.get(attribute, (attribute, str))
        found[prop] = text == "true" if form is bool else form(text)
    return found


def find_queue(cloud: Cloud, inputs: Values) -> str | None:
    try:
        return str(cloud.call("sqs", "get_queue_url", QueueName=inputs["name"])["QueueUrl"])
    except CallFailed as failure:
        if failure.is_gone:
            return None
        raise


ALLOW = Call("set_queue_attributes", {"QueueUrl": "{queueUrl}"}, takes="redriveAllowPolicy", reshape=attributes)

KINDS = [
    Kind(
        "aws:sqs/queue:Queue",
        "sqs",
        create=Call(
            "create_queue", names={"QueueName": "name"}, takes=f"fifoQueue {' '.join(ATTRIBUTES)}", reshape=attributes
        ),
        id="QueueUrl",
        look=Look("get_queue_attributes", {"QueueUrl": "{id}", "AttributeNames": ["All"]}, "Attributes"),
        updates=(Call("set_queue_attributes", {"QueueUrl": "{id}"}, takes=" ".join(ATTRIBUTES), reshape=attributes),),
        delete=Call("delete_queue", {"QueueUrl": "{id}"}),
        find=find_queue,
        fixed="fifoQueue name",
        named=Named(longest=80),
        tags="{id}",
        absent={prop: default for prop, (_, default) in ATTRIBUTES.items()},
        outputs={"arn": "QueueArn", "url": "{id}"},
        complete=as_properties,
    ),
    Kind(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        "sqs",
        create=ALLOW,
        id="{queueUrl}",
        look=Look(
            "get_queue_attributes",
            {"QueueUrl": "{id}", "AttributeNames": ["All"]},
            "[Attributes][?RedriveAllowPolicy] | [0]",
        ),
        updates=(ALLOW,),
        delete=Call("set_queue_attributes", {"QueueUrl": "{id}", "Attributes": {"RedriveAllowPolicy": ""}}),
        fixed="queueUrl",
    ),
]
