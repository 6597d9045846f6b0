"""SNS subscriptions as on AWS: a mail address waits for its link like an address of HTTPS, and has an ARN meanwhile,
which no list says.

Nothing leaves this machine. MiniStack would post confirmations and messages to whatever address is subscribed; here
only loopback addresses hear of anything.
"""

import ipaddress
import urllib.parse
from collections.abc import Mapping
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


def install(sns: Any) -> None:
    subscribe, unsubscribe, post = sns._subscribe, sns._unsubscribe, sns._http_post_sync
    of_topic = sns._list_subscriptions_by_topic

    def subscribed(params: Mapping[str, Any]) -> Answer:
        answer: Answer = subscribe(params)
        if answer[0] != 200:
            return answer
        topic, _ = sns._get_topic(sns._p(params, "TopicArn"), "sns:Subscribe")
        wanted = (sns._p(params, "Protocol"), sns._p(params, "Endpoint"))
        [known] = [it for it in topic["subscriptions"] if (it["protocol"], it["endpoint"]) == wanted]
        if known["protocol"] == "email" and not known["token"]:
            known |= {"confirmed": False, "token": sns.new_uuid()}
            known["attributes"] |= {"PendingConfirmation": "true", "ConfirmationWasAuthenticated": "false"}
            sns._refresh_subscription_counts(topic)
        has_arn = known["confirmed"] or sns._p(params, "ReturnSubscriptionArn") == "true"
        arn = known["arn"] if has_arn else "pending confirmation"
        told = f"<SubscribeResult><SubscriptionArn>{arn}</SubscriptionArn></SubscribeResult>"
        return sns._xml(200, "SubscribeResponse", told)

    def unsubscribed(params: Mapping[str, Any]) -> Answer:
        arn = sns._p(params, "SubscriptionArn")
        known = sns._find_subscription(sns._sub_arn_to_topic.get(arn, ""), arn)
        if known and not known["confirmed"]:
            message = "Invalid parameter: SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending"
            return sns._error("InvalidParameter", f"{message} confirmation", 400)
        return unsubscribe(params)

    def listed(params: Mapping[str, Any]) -> Answer:
        status, headers, body = of_topic(params)
        topic, _ = sns._get_topic(sns._p(params, "TopicArn"), "sns:ListSubscriptionsByTopic")
        for known in topic["subscriptions"] if topic else ():
            if not known["confirmed"]:
                body = body.replace(f">{known['arn']}<".encode(), b">PendingConfirmation<")
        return status, headers, body

    def posted(endpoint: str, payload: str, kind: str) -> Any:
        if not _is_here(urllib.parse.urlsplit(endpoint).hostname or ""):
            raise OSError("the local cloud posts to loopback addresses only")
        return post(endpoint, payload, kind)

    sns._subscribe, sns._unsubscribe, sns._http_post_sync = subscribed, unsubscribed, posted
    sns._list_subscriptions_by_topic = listed


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
