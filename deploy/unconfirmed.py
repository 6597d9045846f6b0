"""Receivers of alarms that were subscribed just now: AWS asks each first whether it wants to be."""

from collections.abc import Iterator

from deploy.engine import Changes
from service_catalog import naming
from service_catalog.messages import Message, say

_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def unconfirmed(changes: Changes) -> Iterator[Message]:
    prefix = naming.alarm_receiver(changes.stack, "")
    for step in changes.steps:
        if step.type == _SUBSCRIPTION and step.action in ("create", "replace"):
            yield say(
                "%(receiver)s hears of no alarm until it has confirmed that it wants to",
                receiver=step.name.removeprefix(prefix),
            )
