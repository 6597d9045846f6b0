"""A worker: takes messages from the queue at ``QUEUE_URL``, one by one, until it is told to end.

A message takes ``WORK_SECONDS``. One that says ``"fail": true`` is left in the queue, so it comes again until the queue
gives it up. Told to end, it finishes the message that it has. Without a queue it waits for its end.
"""

import json
import os
import signal
import sys
import time
import urllib.request
from types import FrameType
from typing import Any

from local_cloud.samples.program import (
    end_unless_it_can_start,
    end_with_the_command_that_is_asked_for,
    leave_a_file,
    log,
)

WAIT_SECONDS = 10
"""How long SQS holds an answer until there is a message"""


class Queue:
    """Speaks SQS's own protocol: the programs have the standard library alone."""

    def __init__(self, url: str):
        self._url = url
        self._endpoint = os.environ.get("AWS_ENDPOINT_URL") or url
        account = url.rstrip("/").split("/")[-2]  # the local cloud takes it for the access key of whoever asks
        region = os.environ.get("AWS_REGION", "us-east-1")
        self._credential = f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/sqs/aws4_request"

    def receive(self) -> dict[str, Any] | None:
        asked = {"MaxNumberOfMessages": 1, "WaitTimeSeconds": WAIT_SECONDS}
        return next(iter(self._call("ReceiveMessage", **asked).get("Messages", ())), None)

    def delete(self, message: dict[str, Any]) -> None:
        self._call("DeleteMessage", ReceiptHandle=message["ReceiptHandle"])

    def _call(self, operation: str, **arguments: object) -> dict[str, Any]:
        request = urllib.request.Request(
            self._endpoint,
            json.dumps({"QueueUrl": self._url, **arguments}).encode(),
            {
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"AmazonSQS.{operation}",
                "Authorization": self._credential,
            },
        )
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS + 20) as answer:
            return dict(json.loads(answer.read() or b"{}"))


class Worker:
    def __init__(self, queue: Queue):
        self._queue = queue
        self._is_busy = self._is_ending = False
        self._done = 0

    def run(self) -> None:
        while not self._is_ending:
            try:
                message = self._queue.receive()
                if message is not None:
                    self._take(message)
            except OSError as error:
                log("warning", "the queue does not answer", error=str(error))
                time.sleep(2)
        log("info", "stopping", done=self._done)

    def end(self, number: int, frame: FrameType | None) -> None:
        """What it was given is finished first."""
        self._is_ending = True
        if not self._is_busy:
            log("info", "stopping", done=self._done)
            sys.exit(0)

    def _take(self, message: dict[str, Any]) -> None:
        self._is_busy = True
        try:
            time.sleep(float(os.environ.get("WORK_SECONDS", "0.3")))
            if _is_to_fail(message["Body"]):
                log("error", "message failed: amount is not a number", message_id=message["MessageId"])
                return
            self._queue.delete(message)
            self._done += 1
            log("info", "message done", message_id=message["MessageId"], done=self._done)
        finally:
            self._is_busy = False


def _is_to_fail(body: str) -> bool:
    try:
        told = json.loads(body)
    except ValueError:
        return False
    return isinstance(told, dict) and bool(told.get("fail"))


def main() -> None:
    end_with_the_command_that_is_asked_for()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    end_unless_it_can_start("batch")
    leave_a_file()
    url = os.environ.get("QUEUE_URL", "")
    if not url:
        log("info", "waiting: QUEUE_URL is not set, so there is nothing to do")
        signal.pause()
    worker = Worker(Queue(url))
    signal.signal(signal.SIGTERM, worker.end)
    log("info", "taking messages", queue=url.rpartition("/")[2])
    worker.run()
