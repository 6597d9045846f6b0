from infra.components.alarm_receivers import AlarmReceivers, AlarmReceiversArgs
from tests.builders import an_environment

PAGER = "https://events.example.com/integration/0a1b2c/enqueue"


def test_each_receiver_is_subscribed_under_a_name_that_gives_no_address_to_post_to_away(engine):
    environment = an_environment(alarms={"emails": ["on-call@example.com"], "https": [PAGER]})
    assert environment.alarms
    args = AlarmReceiversArgs(environment, environment.alarms, "arn:topic")
    engine.run(lambda: AlarmReceivers("dev-alarms", args))

    made = {it.name: it.inputs for it in engine.all("aws:sns/topicSubscription:TopicSubscription")}

    assert made == {
        "dev-alarms-on-call@example.com": {
            "topic": "arn:topic",
            "protocol": "email",
            "endpoint": "on-call@example.com",
        },
        "dev-alarms-events.example.com (3d45250a)": {"topic": "arn:topic", "protocol": "https", "endpoint": PAGER},
    }
