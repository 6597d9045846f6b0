import json

import pytest
from botocore.exceptions import ClientError
from ministack.services import sqs


def arn(aws, url):
    asked = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return asked["Attributes"]["QueueArn"]


def test_dead_letters_that_somebody_holds_stay(aws, fresh_name):
    dead = aws("sqs").create_queue(QueueName=f"{fresh_name}_dead")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": arn(aws, dead), "maxReceiveCount": 3})
    url = aws("sqs").create_queue(QueueName=fresh_name, Attributes={"RedrivePolicy": policy})["QueueUrl"]
    said = {"text": {"DataType": "String", "StringValue": "x"}}
    for body in ("held", "free"):
        aws("sqs").send_message(QueueUrl=dead, MessageBody=body, MessageAttributes=said)
    aws("sqs").receive_message(QueueUrl=dead, MaxNumberOfMessages=1, VisibilityTimeout=60)

    assert aws("sqs").start_message_move_task(SourceArn=arn(aws, dead))["TaskHandle"]

    [back] = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    assert (back["Body"], back["MessageAttributes"]) == ("free", said)
    assert "Messages" not in aws("sqs").receive_message(QueueUrl=dead)


def test_what_is_no_dead_letter_queue_is_refused(aws, fresh_name):
    url = aws("sqs").create_queue(QueueName=fresh_name)["QueueUrl"]
    for source, code in ((arn(aws, url), "InvalidParameterValue"), (f"{arn(aws, url)}x", "ResourceNotFoundException")):
        with pytest.raises(ClientError, match=code):
            aws("sqs").start_message_move_task(SourceArn=source)


def test_ministack_still_moves_no_dead_letters():
    assert "StartMessageMoveTask" not in sqs._HANDLERS
