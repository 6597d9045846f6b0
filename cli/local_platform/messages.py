"""Sample messages for the workers of the local cloud. They come in waves, so that workers scale out, and in again."""

import json
import random
import time
from collections.abc import Callable

from local_cloud.aws.cloud import Access, CallFailed, Cloud
from local_cloud.cloud import ACCOUNT_ID, SECRET, LocalCloud
from service_catalog import naming
from service_catalog.model import Environment, Service

WAVE_SECONDS = 120
"""For so long messages come, and for as long none do"""
_AT_ONCE = 5
_FAILING = 0.02
"""Share of messages that no worker can do"""


class Messages:
    def __init__(self, cloud: LocalCloud, environment: Environment, now: Callable[[], float] = time.time):
        """Raises NotRunning."""
        addresses, region = cloud.addresses, environment.region
        self._sqs = Cloud(Access(region, ACCOUNT_ID, SECRET, addresses.endpoint_url, addresses.endpoints), region)
        self._environment = environment.name
        self._now = now

    def send(self, worker: Service) -> None:
        """A few at once. Errors are ignored: this is only sample load."""
        if worker.queue is None or self._now() % (2 * WAVE_SECONDS) >= WAVE_SECONDS:
            return
        name = worker.queue.existing or naming.queue(self._environment, worker.name, fifo=worker.queue.fifo)
        entries = [_entry(number, is_fifo=name.endswith(naming.FIFO_SUFFIX)) for number in range(_AT_ONCE)]
        try:
            url = self._sqs.call("sqs", "get_queue_url", QueueName=name)["QueueUrl"]
            some = entries[: random.randint(1, _AT_ONCE)]
            self._sqs.call("sqs", "send_message_batch", QueueUrl=url, Entries=some)
        except CallFailed:
            return


def _entry(number: int, *, is_fifo: bool) -> dict[str, str]:
    order = {"order": random.randint(1000, 9999), "fail": random.random() < _FAILING}
    groups = {"MessageGroupId": "orders", "MessageDeduplicationId": f"{random.getrandbits(64)}"} if is_fifo else {}
    return {"Id": str(number), "MessageBody": json.dumps(order), **groups}
