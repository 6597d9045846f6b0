"""Queues of workers, on a local cloud: what waits in them, and dead letters on their way back."""

import json

import pytest

from runtime.aws.errors import Absent, Invalid
from runtime.aws.queues import QueueDepth
from service_catalog.records.provisioned import Queue
from tests.provisioning import ENVIRONMENT


def arn(name):
    return ENVIRONMENT.arn("sqs", name)


@pytest.fixture(params=["", ".fifo"])
def queue(request, aws, service_name):
    """With a dead-letter queue, as provisioning makes both."""
    name, dead = f"local_{service_name}{request.param}", f"local_{service_name}_dead{request.param}"
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if request.param else {}
    sqs, policy = aws("sqs"), {"deadLetterTargetArn": arn(dead), "maxReceiveCount": 1}
    dead_url = sqs.create_queue(QueueName=dead, Attributes=fifo)["QueueUrl"]
    attributes = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0", **fifo}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Queue(url=url, name=name, arn=arn(name), dead_letter_url=dead_url, dead_letter_name=dead)


def sent(aws, url, *texts):
    group = {"MessageGroupId": "g"} if url.endswith(".fifo") else {}
    for text in texts:
        aws("sqs").send_message(QueueUrl=url, MessageBody=text, **group)


def received(aws, queue, **more):
    return aws("sqs").receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10, **more).get("Messages", [])


def test_messages_are_counted_by_what_becomes_of_them(aws, gateways, queue):
    sent(aws, queue.url, "one", "two")
    sent(aws, queue.dead_letter_url, "dead")
    received(aws, queue, VisibilityTimeout=60)

    depth = gateways.queues.depth(queue)

    assert (depth.waiting + depth.in_flight, depth.delayed, depth.dead) == (2, 0, 1)
    assert depth.in_flight >= 1


def test_dead_letters_go_back_to_the_queue_and_are_tried_anew(aws, gateways, queue):
    sent(aws, queue.url, "one", "two")
    for _try in range(3):
        received(aws, queue)
    assert gateways.queues.depth(queue) == QueueDepth(waiting=0, in_flight=0, delayed=0, dead=2)

    gateways.queues.send_back("mailer", queue)

    assert gateways.queues.depth(queue) == QueueDepth(waiting=2, in_flight=0, delayed=0, dead=0)
    first, *_others = received(aws, queue, AttributeNames=["ApproximateReceiveCount"])
    assert (first["Body"], first["Attributes"]["ApproximateReceiveCount"]) == ("one", "1")


def test_a_queue_that_was_there_before_has_dead_letters_that_nobody_knows(aws, gateways, queue):
    existing = Queue(url=queue.url, name=queue.name, arn=queue.arn)

    assert gateways.queues.depth(existing).dead is None
    with pytest.raises(Invalid, match="no dead-letter queue"):
        gateways.queues.send_back("mailer", existing)


def test_a_queue_that_is_gone_is_absent(gateways, service_name):
    url = f"http://127.0.0.1/{ENVIRONMENT.account_id}/{service_name}"
    with pytest.raises(Absent, match=f"counting the messages of queue {service_name}"):
        gateways.queues.depth(Queue(url=url, name=service_name, arn=arn(service_name)))
