import json
import signal
import subprocess
import sys

import pytest

from local_cloud.samples import run
from tests.local_cloud.waiting import eventually


@pytest.fixture
def queue(aws, fresh_name):
    """Gives a message up after its second try."""
    dead = aws("sqs").create_queue(QueueName=f"{fresh_name}_dead")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "2"}
    return aws("sqs").create_queue(QueueName=fresh_name, Attributes=attributes)["QueueUrl"]


@pytest.fixture
def start(cloud):
    started = []

    def begin(**env):
        where = {"AWS_ENDPOINT_URL": cloud.addresses.endpoint_url, "AWS_REGION": "ap-northeast-1"}
        settings = {"PATH": "/usr/bin", "WORK_SECONDS": "0", **where, **env}
        program = [sys.executable, "-I", "-S", run.__file__, "worker"]
        process = subprocess.Popen(program, env=settings, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def counted(aws, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def test_it_takes_the_messages_of_its_queue(aws, queue, start):
    for number in range(3):
        aws("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"order": number}))
    process = start(QUEUE_URL=queue)
    lines = [json.loads(process.stdout.readline())["message"] for _ in range(4)]
    assert lines == ["taking messages", "message done", "message done", "message done"]
    assert eventually(lambda: counted(aws, queue) == 0)


def test_a_message_that_fails_ends_among_the_dead_letters(aws, queue, start):
    aws("sqs").send_message(QueueUrl=queue, MessageBody='{"fail": true}')
    start(QUEUE_URL=queue)
    assert eventually(lambda: counted(aws, f"{queue}_dead") == 1)


def test_told_to_end_it_finishes_the_message_that_it_has(aws, queue, start):
    aws("sqs").send_message(QueueUrl=queue, MessageBody="{}")
    process = start(QUEUE_URL=queue, WORK_SECONDS="1")
    process.stdout.readline()
    eventually(lambda: counted(aws, queue) == 1 and _is_taken(aws, queue))
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert [json.loads(line)["message"] for line in output.splitlines()] == ["message done", "stopping"]
    assert process.returncode == 0


def _is_taken(aws, url):
    name = "ApproximateNumberOfMessagesNotVisible"
    return aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name] == "1"


def test_without_a_queue_it_waits_for_its_end(start):
    process = start()
    assert "QUEUE_URL is not set" in json.loads(process.stdout.readline())["message"]
    process.terminate()
    assert process.wait(60) == 0
