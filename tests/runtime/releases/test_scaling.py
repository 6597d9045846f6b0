"""A service is scaled for now, paused and resumed by releases that change nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from runtime.releases import choices
from runtime.releases.releases import ReleaseInvalid
from runtime.releases.request import ReleaseRequest
from runtime.service_state import status
from service_catalog.records.provisioned import TaskLimits
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.provisioning import ENVIRONMENT, a_service
from tests.record_builders import a_provisioned

SHOP = a_service("shop", tasks={"min": 2, "max": 4})
PAUSE = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))


@pytest.fixture
def shop():
    """Release 1 runs with the catalog's limits."""
    aws = FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, tzinfo=UTC))
    made = FakeEnvironment(aws, ENVIRONMENT)
    made.push("shop", "1.0.0", "1.1.0")
    made.provision(SHOP)
    made.release("shop", "1.0.0")
    return made


def release(shop, request, **said):
    begun = shop.gateways.releases.release("shop", request, who="sato", why="sale", **said)
    if shop.aws.ecs.service("shop").under_way:  # to no tasks at all ECS gets at once
        shop.ends("shop")
    shop.gateways.releases.settle("shop")
    return begun


def test_scaling_for_now_is_a_release_of_the_same_with_other_limits(shop):
    made = release(shop, ReleaseRequest(definition=False, tasks=TaskLimits(min=3, max=5)))

    first = shop.gateways.releases.get("shop", 1)
    assert (made.kind, made.tasks, made.who, made.why) == ("scale", TaskLimits(min=3, max=5), "sato", "sale")
    assert made.contents == first.contents
    assert shop.gateways.ecs_services.service("shop").desired == 3


def test_paused_service_runs_nothing_and_stays_what_was_released(shop):
    release(shop, PAUSE)

    assert shop.gateways.ecs_services.service("shop").desired == 0
    assert shop.gateways.releases.live("shop").contents == shop.gateways.releases.get("shop", 1).contents


@pytest.mark.parametrize("limits", [TaskLimits(min=0, max=0), TaskLimits(min=3, max=5)])
def test_limits_that_somebody_wanted_are_no_staged_definition(shop, limits):
    release(shop, ReleaseRequest(definition=False, tasks=limits))

    assert not shop.gateways.releases.live("shop").staged_definition
    assert not shop.gateways.snapshots.take().rows[0].definition_staged


def test_resumed_service_runs_as_many_tasks_as_the_catalog_says(shop):
    release(shop, PAUSE)

    made = release(shop, ReleaseRequest(definition=False, tasks=TaskLimits(min=2, max=4)))

    assert made.kind == "scale"
    assert shop.gateways.ecs_services.service("shop").desired == 2


def scheduled_action_is_due(shop, low, high, service="shop"):
    resource = shop.provisioner.scalable_target(service)["ResourceId"]
    shop.aws.scaling.scheduled_action_is_due(resource, low, high)
    return shop.gateways.ecs_services.service(service).desired


@pytest.mark.parametrize("limits", [TaskLimits(min=0, max=0), TaskLimits(min=3, max=3)])
def test_scheduled_action_changes_no_limits_that_somebody_wanted(shop, limits):
    release(shop, ReleaseRequest(definition=False, tasks=limits))

    assert scheduled_action_is_due(shop, 4, 4) == limits.min
    release(shop, ReleaseRequest(image="1.1.0", definition=False))
    assert scheduled_action_is_due(shop, 4, 4) == limits.min


RESUMPTION = ReleaseRequest(definition=False, tasks=TaskLimits(min=2, max=4))


@pytest.mark.parametrize("back", [RESUMPTION, ReleaseRequest(to=1)])
def test_scheduled_action_acts_while_the_limits_are_those_of_the_catalog(shop, back):
    assert scheduled_action_is_due(shop, 4, 4) == 4
    release(shop, PAUSE)
    release(shop, back)

    assert scheduled_action_is_due(shop, 4, 4) == 4


def test_deploy_that_keeps_the_definition_keeps_the_pause_too(shop):
    release(shop, PAUSE)

    made = release(shop, ReleaseRequest(image="1.1.0", definition=False))

    assert (made.kind, made.tasks) == ("deploy", TaskLimits(min=0, max=0))


BIGGER = a_service("shop", tasks={"min": 1, "max": 8}, compute={"cpu": 512, "memory_mib": 1024})
FIVE = TaskLimits(min=5, max=5)


@pytest.mark.parametrize("limits", [TaskLimits(min=0, max=0), FIVE])
@pytest.mark.parametrize("times", [1, 2])
def test_deploy_of_an_image_alone_keeps_the_limits_that_somebody_wanted(shop, limits, times):
    release(shop, ReleaseRequest(definition=False, tasks=limits))

    for image in ("1.1.0", "1.0.0")[:times]:
        made = release(shop, ReleaseRequest(image=image))

    assert (made.kind, made.tasks) == ("deploy", limits)
    assert shop.gateways.ecs_services.service("shop").desired == limits.min
    assert not shop.gateways.releases.live("shop").staged_definition
    assert not shop.gateways.snapshots.take().rows[0].definition_staged


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (
            TaskLimits(min=0, max=0),
            "It stays paused: nothing starts until somebody resumes it, or applies a changed definition.",
        ),
        (FIVE, "It stays scaled for now: 5 tasks."),
    ],
)
def test_review_says_that_limits_stay(shop, limits, said):
    release(shop, ReleaseRequest(definition=False, tasks=limits))

    assert shop.gateways.releases.proposal("shop", ReleaseRequest(image="1.1.0")).scaling == said


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (TaskLimits(min=0, max=0), "This ends its pause: 1 to 8 tasks run again."),
        (FIVE, "It is no longer scaled for now: 5 → 1 to 8 tasks."),
    ],
)
def test_applied_definition_brings_its_own_limits_and_the_review_says_so(shop, limits, said):
    release(shop, ReleaseRequest(definition=False, tasks=limits))
    shop.provision(BIGGER)

    assert shop.gateways.releases.proposal("shop", ReleaseRequest(image="1.1.0")).scaling == said
    assert release(shop, ReleaseRequest(image="1.1.0")).tasks == TaskLimits(min=1, max=8)


def test_scheduled_action_changes_no_limits_that_came_back_with_the_release_before(shop):
    release(shop, ReleaseRequest(definition=False, tasks=FIVE))
    shop.provision(BIGGER)
    shop.gateways.releases.release("shop", ReleaseRequest(image="1.1.0"), who="sato", why="bigger")
    shop.ends("shop", "rolled-back")
    shop.gateways.releases.settle("shop")

    assert scheduled_action_is_due(shop, 4, 4) == 5


def test_scheduled_action_starts_nothing_of_a_service_whose_first_release_failed(shop):
    shop.provision(a_service("mail", tasks={"min": 1, "max": 2}))
    shop.push("mail", "1.0.0")
    assert scheduled_action_is_due(shop, 1, 1, "mail") == 0, "nor before it"
    shop.gateways.releases.release("mail", ReleaseRequest(image="1.0.0"), who="sato", why="first")
    shop.ends("mail", "rolled-back")
    shop.gateways.releases.settle("mail")

    assert scheduled_action_is_due(shop, 1, 1, "mail") == 0


def test_limits_that_the_catalog_changes_after_a_resumption_are_staged(shop):
    release(shop, PAUSE)
    release(shop, ReleaseRequest(definition=False, tasks=TaskLimits(min=2, max=4)))
    shop.provision(a_service("shop", tasks={"min": 3, "max": 4}))

    assert shop.gateways.snapshots.take().rows[0].definition_staged


def test_roll_back_brings_the_limits_of_that_release(shop):
    release(shop, PAUSE)

    assert release(shop, ReleaseRequest(to=1)).tasks == TaskLimits(min=2, max=4)


@pytest.mark.parametrize("limits", [TaskLimits(min=5, max=3), TaskLimits(min=0, max=1001)])
def test_limits_that_cannot_be_are_refused_before_anything_starts(shop, limits):
    with pytest.raises(ReleaseInvalid, match="must be two numbers from 0 to 1000, the smaller one first"):
        release(shop, ReleaseRequest(definition=False, tasks=limits))

    assert len(shop.gateways.releases.history("shop").releases) == 1


def test_limits_from_which_nothing_would_start_again_are_refused(shop):
    from_zero = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=2))
    with pytest.raises(ReleaseInvalid, match="with 0 to 2 it would go to 0 and not start again by itself"):
        release(shop, from_zero)

    shop.provision(a_service("shop", tasks={"min": 0, "max": 4}))
    assert shop.gateways.releases.proposal("shop", from_zero).problems == []


def test_review_says_what_the_limits_were_and_would_be(shop):
    proposal = shop.gateways.releases.proposal("shop", ReleaseRequest(definition=False, tasks=TaskLimits(min=3, max=5)))

    assert [str(change) for change in proposal.definition_changes] == ["tasks 2 to 4 → 3 to 5"]
    assert proposal.tasks == TaskLimits(min=3, max=5)


WORKDAY = {"schedule": [{"cron": "0 8 * * ? *", "min": 3}, {"cron": "0 20 * * ? *", "min": 1}]}
NIGHTLY_OFF = {"schedule": [{"cron": "0 8 * * ? *", "min": 2, "max": 4}, {"cron": "0 20 * * ? *", "min": 0, "max": 0}]}


@pytest.fixture
def scheduled(request):
    """Released with a schedule, at noon; the night before is what the catalog says beside it."""
    aws = FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, 12, tzinfo=UTC))
    made = FakeEnvironment(aws, ENVIRONMENT)
    made.push("shop", "1.0.0", "1.1.0")
    made.provision(a_service("shop", tasks={"min": 2, "max": 4}, scaling=getattr(request, "param", WORKDAY)))
    made.release("shop", "1.0.0")
    return made


def limits_in_aws(environment):
    return environment.provisioner.limits("shop")


def test_a_release_takes_back_nothing_that_the_schedule_did(scheduled):
    assert limits_in_aws(scheduled) == (3, 4)

    scheduled.aws.now += timedelta(hours=9)
    scheduled.release("shop", "1.1.0")

    assert limits_in_aws(scheduled) == (1, 4)
    assert scheduled.gateways.releases.get("shop", 2).tasks == TaskLimits(min=2, max=4), (
        "it keeps what the catalog says"
    )
    assert not scheduled.gateways.releases.live("shop").staged_definition


def test_limits_for_now_hold_against_the_schedule_until_those_of_the_catalog_are_back(scheduled):
    release(scheduled, ReleaseRequest(definition=False, tasks=TaskLimits(min=2, max=2)))
    assert limits_in_aws(scheduled) == (2, 2)
    assert scheduled_action_is_due(scheduled, 4, 4) == 2

    back = release(scheduled, ReleaseRequest(definition=False, tasks=TaskLimits(min=2, max=4)))

    assert (back.scaled, limits_in_aws(scheduled)) == (False, (3, 4))
    assert scheduled_action_is_due(scheduled, 4, 4) == 4


def test_a_release_that_is_rolled_back_leaves_what_the_schedule_says(scheduled):
    scheduled.aws.now += timedelta(hours=9)
    scheduled.release("shop", "1.1.0", ends="rolled-back")
    assert limits_in_aws(scheduled) == (1, 4)


@pytest.mark.parametrize("scheduled", [NIGHTLY_OFF], indirect=True)
def test_a_release_in_a_night_without_tasks_starts_none_until_the_morning(scheduled):
    scheduled.aws.now += timedelta(hours=9)
    release(scheduled, ReleaseRequest(image="1.1.0"))

    assert (limits_in_aws(scheduled), scheduled.gateways.ecs_services.service("shop").desired) == ((0, 0), 0)
    [row] = scheduled.gateways.snapshots.take().rows
    assert status("readable", row) == "paused"
    assert scheduled_action_is_due(scheduled, 2, 4) == 2, "the schedule is no pause, so its next time ends it"


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        (
            None,
            "scaling.schedule: 3 to 4 tasks since 2026-11-20 08:00 (UTC); 1 to 4 tasks from 2026-11-20 20:00 (UTC) on",
        ),
        (TaskLimits(min=2, max=2), "The scaling schedule changes nothing until the catalog's limits are back."),
    ],
)
def test_a_review_says_what_the_schedule_makes_of_the_limits(scheduled, tasks, said):
    asked = ReleaseRequest(definition=False, tasks=tasks)
    assert scheduled.gateways.releases.proposal("shop", asked).schedule == said


ONE_ON_EACH = a_provisioned(tasks=None)


def test_a_daemon_has_no_number_to_set_and_is_not_paused():
    problems: list[str] = []
    choices.limits(PAUSE, None, ONE_ON_EACH, problems)
    [problem] = problems
    assert problem.startswith("tasks: one runs on each EC2 instance, so there is nothing to scale or pause")

    [problem] = choices.try_problems(ReleaseRequest(try_first=True), ONE_ON_EACH.kind)
    assert problem.startswith("try: only a job or task can be tried with one run")


@pytest.mark.parametrize(
    ("ran", "now", "said"),
    [
        (TaskLimits(min=1, max=2), None, "made for a number of tasks, and the service runs one task on each instance"),
        (None, TaskLimits(min=1, max=2), "made for one task on each instance, and the service runs a number of tasks"),
    ],
)
def test_there_is_no_way_back_between_a_number_of_tasks_and_one_on_each_instance(ran, now, said):
    [problem] = choices.count_problems(ran, "web", a_provisioned(tasks=now))
    assert said in problem
    assert not list(choices.count_problems(ran, "web", a_provisioned(tasks=ran)))
