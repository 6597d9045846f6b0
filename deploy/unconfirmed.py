"""Receivers of alarms and events that hear of none yet: AWS asks each first whether it wants to be subscribed."""

from collections.abc import Iterable, Iterator

from deploy.engine import Changes
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.messages import Message, say

_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def unconfirmed(changes: Changes) -> Iterator[Message]:
    """Those that were subscribed just now, or would be."""
    names = [it.name for it in changes.steps if it.type == _SUBSCRIPTION and it.action in ("create", "replace")]
    of_alarms, of_events = naming.alarm_receiver(changes.stack, ""), naming.event_receiver(changes.stack, "")
    for name in names:
        if name.startswith(of_alarms):
            yield _of_alarms(name.removeprefix(of_alarms))
        elif name.startswith(of_events):
            yield _of_events(name.removeprefix(of_events))


def still_unconfirmed(gateways: Gateways, told: Iterable[str]) -> tuple[str, ...]:
    """``told``, and those that AWS has been waiting for since an earlier run."""
    waiting = gateways.receivers
    of_alarms = map(_of_alarms, waiting.unconfirmed_of_alarms())
    return tuple(dict.fromkeys([*told, *of_alarms, *map(_of_events, waiting.unconfirmed_of_events())]))


def _of_alarms(receiver: str) -> Message:
    return say("%(receiver)s hears of no alarm until it has confirmed that it wants to", receiver=receiver)


def _of_events(receiver: str) -> Message:
    return say("%(receiver)s hears of no release until it has confirmed that it wants to", receiver=receiver)
