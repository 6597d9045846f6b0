import pytest

from runtime.aws import call_counts
from runtime.aws.call_counts import CallCounts, bucket_of
from tests.builders import an_environment
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.fake_aws.service import refused
from tests.record_builders import NOON


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def counts(watch: Watch) -> CallCounts:
    return CallCounts(watch)


def asks(counts: CallCounts, times: int, operation: str = "describe_services") -> None:
    for _ in range(times):
        counts.note("ecs", operation, {"ResponseMetadata": {}})


def test_the_last_whole_minute_stands_for_now_and_is_a_share_of_what_aws_gives(counts, watch):
    asks(counts, 240)
    watch.now = 60
    asks(counts, 60)
    watch.now = 120

    [rate] = counts.rates()

    assert (rate.bucket.per_second, rate.last_minute, rate.peak) == (20, 1.0, 4.0)
    assert rate.share == 0.05
    assert rate.last_hour == 300 / 120


def test_no_mean_is_above_the_busiest_minute(counts, watch):
    watch.now = 30
    asks(counts, 30)
    watch.now = 70
    asks(counts, 60)

    [rate] = counts.rates()

    assert (rate.last_minute, rate.last_hour, rate.peak) == (0.5, 0.5, 1.0)


def test_an_hour_later_nothing_is_told(counts, watch):
    asks(counts, 5)
    watch.now = 3600

    assert counts.rates() == []


def test_what_boto3_repeated_counts_and_so_does_what_aws_throttled(counts):
    counts.note("ecs", "describe_services", {"ResponseMetadata": {"RetryAttempts": 2}})
    counts.note("ecs", "describe_services", error=refused("ThrottlingException"))
    counts.note("ecs", "describe_services", error=refused("AccessDenied"))

    [rate] = counts.rates()

    assert (rate.calls, rate.throttled) == ({"ecs.describe_services": 5}, 1)


def test_environments_of_one_account_draw_on_one_bucket(counts, watch):
    other = CallCounts(watch)
    asks(counts, 60)
    asks(other, 60)

    [rate] = call_counts.together([counts, other])

    assert rate.last_minute == 2.0


def test_what_is_in_no_family_of_its_own_is_told_with_the_rest_of_its_service():
    assert bucket_of("ecs.stop_task").name == "ECS: other"
    assert bucket_of("iam.get_account_summary").name == "Other services"
    assert bucket_of("ecs.list_tasks").per_second == 20


def test_the_gateways_count_what_they_ask_page_by_page():
    environment = an_environment()
    dev = FakeEnvironment(FakeAws(environment.account_id, environment.region, NOON), environment)

    dev.gateways.cluster.service_names()
    dev.gateways.quotas.roles()

    assert [rate.calls for rate in dev.gateways.calls.rates()] == [
        {"ecs.list_services": 1},
        {"iam.get_account_summary": 1},
    ]
