"""What `slipway local up` sends to workers, so that there is something to do."""

import json

import pytest

from cli.local_platform.messages import WAVE_SECONDS, Messages
from local_cloud.cloud import ACCOUNT_ID
from service_catalog.model import Environment, Service

LOCAL = Environment(name="local", account_id=ACCOUNT_ID, region="ap-northeast-1")


def a_worker(name: str, **queue: object) -> Service:
    image = {"repository": "worker"}
    return Service.model_validate({"name": name, "owner": "us", "kind": "worker", "image": image, "queue": queue})


def received(aws, url: str) -> list[dict[str, object]]:
    answer = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", ())]


@pytest.mark.parametrize("is_fifo", [False, True])
def test_a_worker_gets_messages_in_waves(cloud, aws, fresh_name, is_fifo):
    name = f"local_{fresh_name}{'.fifo' if is_fifo else ''}"
    fifo = {"Attributes": {"FifoQueue": "true"}} if is_fifo else {}
    url = aws("sqs").create_queue(QueueName=name, **fifo)["QueueUrl"]
    worker = a_worker(fresh_name, fifo=is_fifo)

    Messages(cloud, LOCAL, now=lambda: WAVE_SECONDS + 1).send(worker)
    assert received(aws, url) == []
    Messages(cloud, LOCAL, now=lambda: 1).send(worker)
    assert set(received(aws, url)[0]) == {"order", "fail"}


def test_a_queue_that_is_not_there_is_nothing_to_worry_about(cloud, aws, fresh_name):
    Messages(cloud, LOCAL, now=lambda: 1).send(a_worker(fresh_name))
    assert not aws("sqs").list_queues(QueueNamePrefix=f"local_{fresh_name}").get("QueueUrls")
