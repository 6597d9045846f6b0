"""Who of those that an environment tells of alarms and events has not confirmed yet that they want to hear of them."""

from collections.abc import Callable, Sequence

from runtime.aws.clients import Clients
from runtime.aws.errors import GatewayError
from runtime.bucket.provisioned import ProvisionedRecords
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment

_PENDING = "PendingConfirmation"
"""What SNS lists in place of an ARN"""


class Receivers:
    """As people are told of them, in the order of the environment's file. AWS is asked only where that names some;
    nothing is said while it does not answer, for this is told beside what matters more."""

    def __init__(self, aws: Clients, environment: Environment, provisioned: ProvisionedRecords):
        self._aws, self._environment, self._provisioned = aws, environment, provisioned

    def unconfirmed_of_alarms(self) -> tuple[str, ...]:
        wanted = self._environment.alarms
        return self._unconfirmed((*wanted.emails, *wanted.https) if wanted else (), self._alarm_topic)

    def unconfirmed_of_events(self) -> tuple[str, ...]:
        wanted = self._environment.events
        topic = self._environment.arn("sns", naming.events_topic(self._environment.name))
        return self._unconfirmed(wanted.receivers if wanted else (), lambda: topic)

    def _unconfirmed(self, addresses: Sequence[str], topic: Callable[[], str | None]) -> tuple[str, ...]:
        try:
            pending = self._pending(topic()) if addresses else set()
        except GatewayError:
            return ()
        return tuple(naming.receiver_words(it) for it in addresses if it in pending)

    def _alarm_topic(self) -> str | None:
        """Raises GatewayError."""
        provisioned = self._provisioned.environment()
        return provisioned.exports.get("alarm_topic_arn") if provisioned else None

    def _pending(self, topic: str | None) -> set[str]:
        """Raises GatewayError."""
        if topic is None:
            return set()
        doing = say("reading who is told of alarms and events")
        pages = self._aws.pages("sns", "list_subscriptions_by_topic", doing, TopicArn=topic)
        return {it["Endpoint"] for page in pages for it in page["Subscriptions"] if _is_pending(it)}


def _is_pending(subscription: dict[str, str]) -> bool:
    return subscription["SubscriptionArn"] == _PENDING
