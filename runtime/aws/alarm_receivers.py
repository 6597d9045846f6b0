"""Who of those that an environment's alarms go to has not confirmed yet that they want to hear of them."""

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, Denied
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
        nothing is said where these credentials may not ask."""
        wanted = self._environment.alarms
        addresses = (*wanted.emails, *wanted.https) if wanted else ()
        provisioned = self._provisioned.environment() if addresses else None
        topic = provisioned.exports.get("alarm_topic_arn") if provisioned else None
        if topic is None:
            return ()
        pages = self._aws.pages(
            "sns",
            "list_subscriptions_by_topic",
            say("reading who is told of alarms"),
            TopicArn=topic,
        )
        try:
            pending = {it["Endpoint"] for page in pages for it in page["Subscriptions"] if _is_pending(it)}
        except (Absent, Denied):
            return ()
        return tuple(naming.alarm_receiver_words(it) for it in addresses if it in pending)


def _is_pending(subscription: dict[str, str]) -> bool:
    return subscription["SubscriptionArn"] == _PENDING
