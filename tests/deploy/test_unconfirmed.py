from deploy.engine import Changes
from deploy.plan import Item
from deploy.preview import preview
from deploy.progress import Step
from deploy.run import result_of
from service_catalog import naming
from tests.deploy.conftest import run_up
from tests.deploy.world import World

SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
ENVIRONMENT = {"name": "dev", "account_id": "123456789012", "region": "eu-west-1"}


def test_whoever_is_subscribed_now_is_told_to_confirm_and_nobody_else():
    steps = [
        Step("dev", action, SUBSCRIPTION, naming.alarm_receiver("dev", address))
        for action, address in (("create", "new@example.com"), ("same", "old@example.com"), ("delete", "x@example.com"))
    ]
    told = result_of(Item("dev", None, "provision", "changed"), Changes("dev", tuple(steps)), "provisioned").details
    assert [str(it) for it in told] == ["new@example.com hears of no alarm until it has confirmed that it wants to"]


def test_a_receiver_of_events_is_told_to_confirm_too():
    name = naming.event_receiver("dev", "https://ci.example.com/x?key=secret")
    steps = (Step("dev", "create", SUBSCRIPTION, name),)
    [told] = result_of(Item("dev", None, "provision", "changed"), Changes("dev", steps), "provisioned").details
    assert str(told).startswith("ci.example.com (")
    assert str(told).endswith(") hears of no release until it has confirmed that it wants to")


def test_whoever_has_not_confirmed_since_is_told_of_with_each_run(live: World):
    live.write("environments", "dev", ENVIRONMENT | {"alarms": {"emails": ["on-call@example.com"]}})
    live.dev.environment = live.catalog.environment("dev")
    live.exports["alarm_topic_arn"] = "arn:aws:sns:eu-west-1:123456789012:dev-alarms-0123456"
    live.aws.sns.subscribes(live.exports["alarm_topic_arn"], "on-call@example.com")
    waits = ("on-call@example.com hears of no alarm until it has confirmed that it wants to",)

    changed, again = (run_up(live)[0] for _ in range(2))
    [(previewed, _), *_] = preview(live.run(), ())

    assert (changed.status, again.status, previewed.status) == ("done", "unchanged", "unchanged")
    assert changed.details == again.details == previewed.details == waits

    live.aws.sns.confirms(live.exports["alarm_topic_arn"], "on-call@example.com")
    assert run_up(live)[0].details == ()
