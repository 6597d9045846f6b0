"""SNS: who is subscribed to a topic, whether they confirmed it, and what was published."""

import json
from typing import Any

from tests.fake_aws.service import AwsService, next_page, page, refused


class Sns(AwsService):
    name = "sns"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.topics: dict[str, dict[str, str]] = {}
        """ARNs of subscriptions by topic and address"""
        self.published: list[tuple[dict[str, Any], dict[str, str]]] = []
        """What messages said, and their attributes"""

    def subscribes(self, topic: str, address: str) -> None:
        self.topics.setdefault(topic, {})[address] = "PendingConfirmation"

    def confirms(self, topic: str, address: str) -> None:
        self.topics[topic][address] = f"{topic}:{address}"

    def list_subscriptions_by_topic(self, TopicArn: str, NextToken: str | None = None) -> dict[str, Any]:
        if TopicArn not in self.topics:
            raise refused("NotFound", "Topic does not exist", 404)
        found = [
            {"TopicArn": TopicArn, "Endpoint": it, "SubscriptionArn": arn} for it, arn in self.topics[TopicArn].items()
        ]
        some, token = page(found, NextToken, 100)
        return {"Subscriptions": some, **next_page("NextToken", token)}

    def publish(self, TopicArn: str, Message: str, MessageAttributes: dict[str, Any]) -> dict[str, Any]:
        if TopicArn not in self.topics:
            raise refused("NotFound", "Topic does not exist", 404)
        self.published.append(
            (json.loads(Message), {name: it["StringValue"] for name, it in MessageAttributes.items()})
        )
        return {"MessageId": str(len(self.published))}
