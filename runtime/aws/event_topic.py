"""The environment's topic, where programs hear of what happens to its releases.

What happened counts, whether anybody hears of it or not: a message that SNS does not take fails nothing. It is logged
and counted, and the platform page says so.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime

from runtime.aws.clients import Clients
from runtime.aws.errors import GatewayError
from runtime.counts import Counts
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.records.events import Event

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NotTold:
    """What nobody heard of."""

    event: Event
    reason: str


class EventTopic:
    def __init__(self, aws: Clients, environment: Environment):
        self._aws, self._environment = aws, environment
        self.failures = Counts()
        """Messages that SNS did not take, by what they were to tell"""
        self._lock = threading.Lock()
        self._not_told: list[NotTold] = []

    @property
    def is_there(self) -> bool:
        """Whether the environment wants one."""
        return self._environment.events is not None

    def not_told_since(self, when: datetime) -> list[NotTold]:
        """By this process, newest first."""
        with self._lock:
            return [it for it in reversed(self._not_told) if it.event.when >= when]

    def tell(self, event: Event) -> None:
        """Raises nothing of AWS's."""
        if not self.is_there:
            return
        attributes = {name: {"DataType": "String", "StringValue": it} for name, it in event.attributes.items()}
        try:
            self._aws.call(
                "sns",
                "publish",
                say("telling of %(event)s", event=event.id),
                TopicArn=self._environment.arn("sns", naming.events_topic(self._environment.name)),
                Message=event.to_json().decode(),
                MessageAttributes=attributes,
            )
        except GatewayError as error:
            self._note(NotTold(event, error.sentence))
        else:
            log.info("event told id=%s", event.id)

    def _note(self, failed: NotTold) -> None:
        self.failures.add(failed.event.event)
        with self._lock:
            self._not_told = [*self._not_told[-(_KEPT - 1) :], failed]
        log.warning("event not told id=%s reason=%s", failed.event.id, failed.reason)


_KEPT = 100
