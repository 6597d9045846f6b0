import json
import re
from functools import partial

from infra import environment_stack, service_stack
from infra.components.event_topic import EventTopic, EventTopicArgs
from service_catalog.model import Events
from tests.builders import a_slot, an_environment, full_environment, full_services
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

RECEIVER = "https://ci.example.com/hooks/0a1b2c"


def make_topic(engine, **events):
    args = EventTopicArgs(an_environment(events=events), Events(**events))
    engine.run(lambda: EventTopic("dev-events", args))


def test_events_have_a_topic_under_a_key_of_its_own_and_each_receiver_a_subscription(engine):
    make_topic(engine, receivers=[RECEIVER])

    [topic], [key] = engine.all("aws:sns/topic:Topic"), engine.all("aws:kms/key:Key")
    [subscription] = engine.all("aws:sns/topicSubscription:TopicSubscription")

    assert topic.inputs["name"] == "slipway-dev-events"
    assert topic.inputs["kmsMasterKeyId"] == "arn:aws:key:ap-northeast-1:123456789012:dev-events"
    assert key.inputs["enableKeyRotation"] is True
    assert subscription.name.startswith("dev-events-ci.example.com (")
    assert (subscription.inputs["protocol"], subscription.inputs["endpoint"]) == ("https", RECEIVER)


def test_what_is_said_of_an_alarm_is_json_with_what_eventbridge_knows(engine):
    make_topic(engine)

    [rule], [target] = (
        engine.all("aws:cloudwatch/eventRule:EventRule"),
        engine.all("aws:cloudwatch/eventTarget:EventTarget"),
    )

    assert rule.document("eventPattern")["detail"]["alarmName"] == [{"prefix": "dev_"}]
    transformer = target.inputs["inputTransformer"]
    said = transformer["inputTemplate"]
    for name in transformer["inputPaths"]:
        said = said.replace(f"<{name}>", json.dumps(f"its {name}"))
    assert json.loads(said)["sentence"] == "its sentence"
    assert (json.loads(said)["event"], json.loads(said)["environment"]) == ("alarm", "dev")


def test_no_alarm_says_what_would_break_that_json():
    engine = Recorder()
    engine.run(lambda: environment_stack.build(full_environment()))
    for it in full_services():
        engine.run(partial(service_stack.build, it, full_environment(), a_slot(it), WRITTEN))
    said = [it.inputs["alarmDescription"] for it in engine.all("aws:cloudwatch/metricAlarm:MetricAlarm")]
    assert said
    assert [it for it in said if re.search(r'["\\\\<>]', it)] == []


def test_of_aws_itself_only_the_rule_publishes_there_and_nobody_readably(engine):
    make_topic(engine)

    [policy] = engine.all("aws:sns/topicPolicy:TopicPolicy")

    [allowed, denied] = policy.document("policy")["Statement"]
    assert (denied["Effect"], denied["Action"]) == ("Deny", ["sns:Publish"])
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    [rule] = engine.all("aws:cloudwatch/eventRule:EventRule")
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert allowed["Condition"]["ArnEquals"]["aws:SourceArn"].endswith(rule.name)
