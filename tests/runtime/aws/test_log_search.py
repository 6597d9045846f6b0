"""Lines are searched newest first, within what AWS gives to all who ask."""

from datetime import UTC, datetime, timedelta

import pytest

from runtime.aws import log_search
from runtime.aws.clients import Clients
from runtime.aws.errors import Throttled
from runtime.aws.log_search import LINES_A_PAGE, PAGES, Lines, LogFilter, LogSearch
from runtime.aws.logs import Line, LogGroup
from runtime.aws.rate_limit import RateLimit
from tests.fake_aws import FakeAws

NOW = datetime(2026, 11, 20, 5, 32, 8, tzinfo=UTC)
GROUP = LogGroup("orders", "", "/slipway/dev/orders", "app")


@pytest.fixture
def aws() -> FakeAws:
    fake = FakeAws("000000000000", "ap-northeast-1", NOW)
    fake.client("logs").create_log_group(logGroupName=GROUP.name)
    return fake


def search_in(aws: FakeAws, per_second: float = 1000) -> LogSearch:
    return LogSearch(
        Clients(aws.region, aws.access), RateLimit(per_second, per_second, aws.clock.monotonic, aws.clock.sleep)
    )


def newest(aws: FakeAws, enough: int = 10, days: float = 14, **said):
    return search_in(aws).newest(LogFilter(GROUP, **said), NOW - timedelta(days=days), NOW, enough, None)


def prints(aws: FakeAws, *lines: str, task: str = "t1", ago: timedelta = timedelta(0)) -> None:
    aws.now = NOW - ago
    aws.logs.prints(GROUP.name, f"ecs/app/{task}", lines)
    aws.now = NOW


def texts(lines: Lines) -> list[str]:
    return [line.text for line in lines.found]


def test_lines_of_all_tasks_come_oldest_first_and_it_is_known_since_when(aws):
    prints(aws, "old", task="t2", ago=timedelta(days=3))
    prints(aws, "new")

    assert texts(newest(aws)) == ["old", "new"]
    assert newest(aws).since == NOW - timedelta(days=14)
    assert texts(newest(aws, task="t2")) == ["old"]
    assert texts(newest(aws, days=1)) == ["new"]


def test_the_newest_are_enough_and_older_ones_are_not_asked_for(aws):
    prints(aws, *(str(number) for number in range(30)))
    aws.asked.clear()

    found = newest(aws, enough=10)

    assert texts(found) == [str(number) for number in range(20, 30)]
    assert found.since == found.found[0].when
    assert aws.asked == ["logs.filter_log_events"]


def test_what_cloudwatch_cannot_filter_is_looked_for_in_so_many_pages_and_no_more(aws):
    prints(aws, "the needle", ago=timedelta(days=2))
    for hour in range(PAGES + 1):
        prints(aws, *["hay"] * LINES_A_PAGE, ago=timedelta(hours=3 * hour))
    start = NOW - timedelta(days=14)
    aws.asked.clear()

    found = search_in(aws).newest(LogFilter(GROUP), start, NOW, 10, lambda line: "needle" in line.text)

    assert found.found == ()
    assert len(aws.asked) == PAGES
    further = search_in(aws).newest(LogFilter(GROUP), start, found.since, 10, lambda line: "needle" in line.text)
    assert texts(further) == ["the needle"]


def test_a_group_that_is_not_there_and_a_task_that_never_printed_have_no_lines(aws):
    gone = LogGroup("gone", "", "/slipway/dev/gone", "app")
    assert search_in(aws).newest(LogFilter(gone), NOW - timedelta(days=1), NOW, 10).found == ()
    assert newest(aws, task="nosuch").found == ()


def test_who_would_wait_for_long_is_told_that_others_look(aws):
    search = search_in(aws, per_second=0.1)
    with pytest.raises(Throttled, match="too many look at logs just now"):
        search.newest(LogFilter(GROUP), NOW - timedelta(days=1), NOW, 10)


def test_one_budget_is_for_all_of_an_account_and_region(aws):
    clock = aws.clock
    assert log_search.budget("1", "eu-west-1", clock) is log_search.budget("1", "eu-west-1", clock)
    assert log_search.budget("1", "eu-west-1", clock) is not log_search.budget("1", "ap-northeast-3", clock)


def line(second: int) -> Line:
    return Line(NOW + timedelta(seconds=second), str(second), "t1", id=str(second))


def lines(*seconds: int, since: int = 0) -> Lines:
    return Lines(tuple(line(it) for it in seconds), NOW + timedelta(seconds=since))


def test_what_is_followed_grows_each_line_once_and_late_ones_in_their_place():
    found = log_search.followed(lines(1, 3, 5), NOW + timedelta(seconds=6), lines(2, 3, 5, 7, since=1), 10)
    assert (texts(found), found.since) == (["1", "2", "3", "5", "7"], NOW)


def test_where_lines_were_left_out_between_the_earlier_ones_are_forgotten():
    found = log_search.followed(lines(1, 3), NOW + timedelta(seconds=4), lines(50, 51, since=50), 2)
    assert texts(found) == ["50", "51"]


def test_groups_together_are_whole_from_when_the_last_of_them_is():
    found = log_search.merged([lines(1, 5, since=0), lines(4, 6, since=4)], 10)
    assert (texts(found), found.since) == (["4", "5", "6"], NOW + timedelta(seconds=4))
