"""Queues of workers in SQS: how many messages wait, and the way back for those that ended among the dead letters."""

from dataclasses import dataclass

from runtime.aws.clients import Clients
from runtime.aws.errors import Conflict, GatewayError, Invalid
from service_catalog.messages import say
from service_catalog.records.provisioned import Queue

_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True)
class QueueDepth:
    """SQS counts approximately: a number may be a minute old."""

    waiting: int
    in_flight: int
    """Received by a task that has not deleted them yet"""
    delayed: int
    dead: int | None
    """None where no dead-letter queue is known"""


class Queues:
    def __init__(self, aws: Clients):
        self._aws = aws

    def depth(self, queue: Queue) -> QueueDepth:
        """Raises Absent when the queue or its dead-letter queue is gone."""
        waiting, in_flight, delayed = self._counts(queue.url, queue.name)
        if queue.dead_letter_url is None:
            return QueueDepth(waiting, in_flight, delayed, dead=None)
        dead, *_received = self._counts(queue.dead_letter_url, queue.dead_letter_name or "")
        return QueueDepth(waiting, in_flight, delayed, dead)

    def send_back(self, service: str, queue: Queue) -> None:
        """All dead letters; SQS moves them one after the other, and this does not wait for it."""
        if queue.dead_letter_name is None:
            raise Invalid(say("no dead-letter queue of %(queue)s is known here", queue=queue.name))
        doing = say("sending the dead letters of %(service)s back", service=service)
        try:
            self._aws.call_once("sqs", "start_message_move_task", doing, SourceArn=_dead_letter_arn(queue))
        except GatewayError as error:
            if not error.code.endswith("UnsupportedOperation"):
                raise
            under_way = say(
                "SQS is moving dead letters of %(service)s already; look again in a moment", service=service
            )
            raise Conflict(under_way, error.code) from error

    def _counts(self, url: str, name: str) -> list[int]:
        doing = say("counting the messages of queue %(queue)s", queue=name)
        said = self._aws.call("sqs", "get_queue_attributes", doing, QueueUrl=url, AttributeNames=list(_COUNTS))
        return [int(said["Attributes"].get(count, 0)) for count in _COUNTS]


def _dead_letter_arn(queue: Queue) -> str:
    """Both queues are of one account and region."""
    return f"{queue.arn.rpartition(':')[0]}:{queue.dead_letter_name}"
