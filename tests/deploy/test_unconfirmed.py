from deploy.engine import Changes
from deploy.plan import Item
from deploy.progress import Step
from deploy.run import result_of
from service_catalog import naming

SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def test_whoever_is_subscribed_now_is_told_to_confirm_and_nobody_else():
    steps = [
        Step("dev", action, SUBSCRIPTION, naming.alarm_receiver("dev", address))
        for action, address in (("create", "new@example.com"), ("same", "old@example.com"), ("delete", "x@example.com"))
    ]
    told = result_of(Item("dev", None, "provision", "changed"), Changes("dev", tuple(steps)), "provisioned").details
    assert [str(it) for it in told] == ["new@example.com hears of no alarm until it has confirmed that it wants to"]
