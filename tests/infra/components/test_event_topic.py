from infra.components.event_topic import EventTopic, EventTopicArgs
from tests.builders import an_environment

RECEIVER = "https://ci.example.com/hooks/0a1b2c"


def test_events_have_a_topic_under_a_key_of_its_own_and_each_receiver_a_subscription(engine):
    environment = an_environment(events={"receivers": [RECEIVER]})
    assert environment.events
    args = EventTopicArgs(environment, environment.events)
    engine.run(lambda: EventTopic("dev-events", args))

    [topic], [key] = engine.all("aws:sns/topic:Topic"), engine.all("aws:kms/key:Key")
    [subscription] = engine.all("aws:sns/topicSubscription:TopicSubscription")

    assert topic.inputs["name"] == "slipway-dev-events"
    assert topic.inputs["kmsMasterKeyId"] == "arn:aws:key:ap-northeast-1:123456789012:dev-events"
    assert key.inputs["enableKeyRotation"] is True
    assert subscription.name.startswith("dev-events-ci.example.com (")
    assert (subscription.inputs["protocol"], subscription.inputs["endpoint"]) == ("https", RECEIVER)


def test_nobody_publishes_there_readably(engine):
    environment = an_environment(events={})
    assert environment.events
    args = EventTopicArgs(environment, environment.events)
    engine.run(lambda: EventTopic("dev-events", args))

    [policy] = engine.all("aws:sns/topicPolicy:TopicPolicy")

    denied = [it for it in policy.document("policy")["Statement"] if it["Effect"] == "Deny"]
    assert [(it["Action"], it["Condition"]) for it in denied] == [
        (["sns:Publish"], {"Bool": {"aws:SecureTransport": "false"}})
    ]
