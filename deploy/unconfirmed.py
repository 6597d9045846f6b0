"""Receivers of alarms that hear of none yet: AWS asks each first whether it wants to be subscribed."""

from collections.abc import Iterable, Iterator

from deploy.engine import Changes
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.messages import Message, say

_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def unconfirmed(changes: Changes) -> Iterator[Message]:
    """Those that were subscribed just now, or would be."""
    prefix = naming.alarm_receiver(changes.stack, "")
    for step in changes.steps:
        if step.type == _SUBSCRIPTION and step.action in ("create", "replace"):
            yield _in_words(step.name.removeprefix(prefix))


def still_unconfirmed(gateways: Gateways, told: Iterable[str]) -> tuple[str, ...]:
    """``told``, and those that AWS has been waiting for since an earlier run."""
    return tuple(dict.fromkeys([*told, *map(_in_words, gateways.alarm_receivers.unconfirmed())]))


def _in_words(receiver: str) -> Message:
    return say("%(receiver)s hears of no alarm until it has confirmed that it wants to", receiver=receiver)
