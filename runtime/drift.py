"""Drift: what was deleted, stopped or changed outside of Slipway, for `up`, `preview` and the portal to tell. Pure.

Only what the snapshot shows: ECS services and log groups. ``--refresh`` reads every resource of a stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from runtime import service_state
from runtime.service_state import Summary
from service_catalog.messages import Message, say


@dataclass(frozen=True)
class Drift:
    sentence: Message
    is_gone: bool
    """A resource was deleted: Pulumi makes it again once it has looked"""


def of(known: Summary) -> Drift | None:
    if known.state is None:
        return Drift(say("ECS has no such service any more: it was deleted outside"), True)
    if known.lacks_log_group:
        return Drift(service_state.LACKS_LOG_GROUP, True)
    sentence = _SENTENCES.get(service_state.status("readable", known))
    return Drift(sentence, False) if sentence else None


_SENTENCES: Mapping[str, Message] = {
    "nothing runs": say("nothing runs of it, though a release came through"),
    "changed outside": say("what is live is not what its last release brought: it was changed outside"),
    "stopped": say("its desired count is 0: somebody stopped it"),
}
