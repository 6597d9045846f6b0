"""``StartMessageMoveTask``: dead letters go back to the queue that they came from. MiniStack does not have it.

AWS moves them one after the other; here they are all there when the answer is. As on AWS each becomes a new message,
which nobody has received yet.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4


def install(sqs: Any) -> None:
    sqs._HANDLERS["StartMessageMoveTask"] = lambda data, url: _moved(sqs, data)


def _moved(sqs: Any, data: Mapping[str, Any]) -> dict[str, str]:
    source = sqs._queue_by_arn(data.get("SourceArn", ""))
    if source is None:
        raise sqs._Err("ResourceNotFoundException", "The resource that you specified for SourceArn doesn't exist.", 404)
    target = _queue_before(sqs, data["SourceArn"])
    if target is None:
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    now = time.time()
    visible = [message for message in source["messages"] if message["visible_at"] <= now]
    for message in visible:
        sqs._act_send_message(_sent_again(target, message), target["url"])
    source["messages"] = [message for message in source["messages"] if message["visible_at"] > now]
    return {"TaskHandle": uuid4().hex}


def _queue_before(sqs: Any, arn: str) -> Any:
    """The one whose redrive policy names this dead-letter queue."""
    for queue in sqs._queues.values():
        if json.loads(queue["attributes"].get("RedrivePolicy") or "{}").get("deadLetterTargetArn") == arn:
            return queue
    return None


def _sent_again(target: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, Any]:
    said = {
        "QueueUrl": target["url"],
        "MessageBody": message["body"],
        "MessageAttributes": message.get("message_attributes"),
        "MessageGroupId": message.get("group_id"),
    }
    # Its own would be taken for the message that was sent at first.
    return said | {"MessageDeduplicationId": uuid4().hex} if target["is_fifo"] else said
