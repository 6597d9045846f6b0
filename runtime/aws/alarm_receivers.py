"""Who of those that an environment's alarms go to has not confirmed yet that they want to hear of them."""

from runtime.aws.clients import Clients
from runtime.aws.errors import GatewayError
from runtime.bucket.provisioned import ProvisionedRecords
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment

_PENDING = "PendingConfirmation"
"""What SNS lists in place of an ARN"""


class AlarmReceivers:
    def __init__(self, aws: Clients, environment: Environment, provisioned: ProvisionedRecords):
        self._aws, self._environment, self._provisioned = aws, environment, provisioned

    def unconfirmed(self) -> tuple[str, ...]:
        """As people are told of them, in the order of the environment's file. AWS is asked only where that names some;
        nothing is said while it does not answer, for this is told beside what matters more."""
        wanted = self._environment.alarms
        addresses = (*wanted.emails, *wanted.https) if wanted else ()
        try:
            pending = self._pending() if addresses else set()
        except GatewayError:
            return ()
        return tuple(naming.alarm_receiver_words(it) for it in addresses if it in pending)

    def _pending(self) -> set[str]:
        """Raises GatewayError."""
        provisioned = self._provisioned.environment()
        topic = provisioned.exports.get("alarm_topic_arn") if provisioned else None
        if topic is None:
            return set()
        doing = say("reading who is told of alarms")
        pages = self._aws.pages("sns", "list_subscriptions_by_topic", doing, TopicArn=topic)
        return {it["Endpoint"] for page in pages for it in page["Subscriptions"] if _is_pending(it)}


def _is_pending(subscription: dict[str, str]) -> bool:
    return subscription["SubscriptionArn"] == _PENDING
