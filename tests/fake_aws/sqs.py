"""SQS: how many messages there are in each queue, and moves of dead letters, which are only noted."""

from typing import Any

from tests.fake_aws.service import AwsService, refused


class Sqs(AwsService):
    name = "sqs"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.counts: dict[str, dict[str, int]] = {}
        """By URL, by SQS's name of the count; a queue that is not here is not there"""
        self.moved: list[str] = []
        """ARNs of the dead-letter queues that somebody had moved"""

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:
        if QueueUrl not in self.counts:
            raise refused("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
        return {"Attributes": {name: str(self.counts[QueueUrl].get(name, 0)) for name in AttributeNames}}

    def start_message_move_task(self, SourceArn: str) -> dict[str, Any]:
        self.moved.append(SourceArn)
        return {"TaskHandle": "handle"}
