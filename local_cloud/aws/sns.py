"""SNS: topics, their policies and who is subscribed to them."""

import json
from typing import Any

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Values

TOPIC_ATTRIBUTES = {
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}


def attribute(properties: dict[str, Any]) -> dict[str, Any]:
    [(prop, value)] = properties.items()
    return {"attributeName": TOPIC_ATTRIBUTES[prop], "attributeValue": value}


def put_back_own_policy(cloud: Cloud, id: str, inputs: Values) -> None:
    """A topic always has a policy; without one of ours it is AWS's, by which only the owner may use it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes"],
        "Resource": id,
        "Condition": {"StringEquals": {"AWS:SourceOwner": cloud.account}},
    }
    own = json.dumps({"Version": "2008-10-17", "Id": OWN_POLICY, "Statement": [statement]})
    cloud.call("sns", "set_topic_attributes", TopicArn=id, AttributeName="Policy", AttributeValue=own)


def subscription(properties: dict[str, Any]) -> dict[str, Any]:
    """With its ARN even before it is confirmed."""
    return {**properties, "topicArn": properties["topic"], "returnSubscriptionArn": True}


def find_subscription(cloud: Cloud, inputs: Values) -> str | None:
    """A list says no ARN of one that nobody confirmed, and subscribing it once more does."""
    asked = {"TopicArn": inputs["topic"], "Protocol": inputs["protocol"], "Endpoint": inputs["endpoint"]}
    listed = cloud.call("sns", "list_subscriptions_by_topic", TopicArn=inputs["topic"])["Subscriptions"]
    for it in listed:
        if (it["Protocol"], it["Endpoint"]) == (asked["Protocol"], asked["Endpoint"]):
            return str(cloud.call("sns", "subscribe", **asked, ReturnSubscriptionArn=True)["SubscriptionArn"])
    return None


def unsubscribe(cloud: Cloud, id: str, inputs: Values) -> None:
    """What nobody confirmed stays with AWS, which forgets it by itself."""
    try:
        cloud.call("sns", "unsubscribe", SubscriptionArn=id)
    except CallFailed as failure:
        if not failure.is_gone and "pending confirmation" not in str(failure):
            raise


OWN_POLICY = "__default_policy_ID"
TOPIC_POLICY = Call(
    "set_topic_attributes",
    {"TopicArn": "{arn}", "AttributeName": "Policy"},
    names={"AttributeValue": "policy"},
)

KINDS = [
    Kind(
        "aws:sns/topic:Topic",
        "sns",
        create=Call("create_topic"),
        made="@",
        id="TopicArn",
        look=Look("get_topic_attributes", {"TopicArn": "{id}"}, "Attributes"),
        find=lambda cloud, inputs: f"arn:{cloud.partition}:sns:{cloud.region}:{cloud.account}:{inputs['name']}",
        updates=(
            Call(
                "set_topic_attributes",
                {"TopicArn": "{id}"},
                takes=" ".join(TOPIC_ATTRIBUTES),
                reshape=attribute,
                each=True,
            ),
        ),
        delete=Call("delete_topic", {"TopicArn": "{id}"}),
        fixed="name",
        named=Named(longest=256),
        tags="{id}",
        absent=dict.fromkeys(TOPIC_ATTRIBUTES, ""),
        outputs={"arn": "TopicArn", "owner": "{account}"},
    ),
    Kind(
        "aws:sns/topicSubscription:TopicSubscription",
        "sns",
        create=Call("subscribe", takes="topic", reshape=subscription, together="*"),
        id="SubscriptionArn",
        look=Look("get_subscription_attributes", {"SubscriptionArn": "{id}"}, "Attributes"),
        find=find_subscription,
        delete=unsubscribe,
        fixed="endpoint protocol topic",
        outputs={
            "arn": "SubscriptionArn",
            "ownerId": "Owner",
            "pendingConfirmation": "PendingConfirmation == 'true'",
        },
    ),
    Kind(
        "aws:sns/topicPolicy:TopicPolicy",
        "sns",
        create=TOPIC_POLICY,
        id="{arn}",
        look=Look(
            "get_topic_attributes", {"TopicArn": "{id}"}, f"[Attributes][?!contains(Policy, '{OWN_POLICY}')] | [0]"
        ),
        updates=(TOPIC_POLICY,),
        delete=put_back_own_policy,
        fixed="arn",
        outputs={"owner": "{account}"},
    ),
]
