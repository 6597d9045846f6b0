"""A service scaled or paused for now, from its page."""

from datetime import UTC, datetime

import pytest

from runtime.releases.request import ReleaseRequest
from service_catalog.model import Compute, Scaling
from service_catalog.records.provisioned import TaskLimits
from tests.portal.reading import drawn, plain, text_of

PAGE = "/local/services/orders-api"
RELEASES = f"{PAGE}/releases"


def test_service_is_scaled_for_now_and_back_with_what_the_catalog_says_beside_it(post, running):
    review = f"{RELEASES}/new?definition=keep&tasks.min=3&tasks.max=5"
    page = plain(text_of(post.client, review))
    assert "tasks 2 to 4 → 3 to 5" in page
    assert "Run 3 to 5 tasks" in page
    assert "These limits hold until somebody applies a changed definition, here or by slipway up" in page
    assert "tasks 2～4 → 3～5" in plain(text_of(post.client, f"{review}&lang=ja"))
    text_of(post.client, f"{review}&lang=en")

    asked = {"definition": "keep", "tasks.min": "3", "tasks.max": "5", "why": "Sale", **drawn(post.client, review)}
    post(RELEASES, review, **asked)
    running.end("orders-api")

    page = text_of(post.client, PAGE)
    assert "Scaled for now to 3 to 5 tasks; the catalog says 2 to 4. Back to 2 to 4…" in plain(page)
    assert "definition staged" not in plain(text_of(post.client, "/local/services"))
    assert f"{RELEASES}/new?definition=keep&amp;tasks.min=2&amp;tasks.max=4" in page


def test_paused_service_says_who_paused_it_and_why_and_offers_to_resume(post, running):
    review = f"{RELEASES}/new?definition=keep&tasks.min=0&tasks.max=0"
    page = plain(text_of(post.client, review))
    assert "All tasks stop, and none starts until somebody resumes it, or applies a changed definition." in page
    assert "ECS goes back" not in page

    asked = {"definition": "keep", "tasks.min": "0", "tasks.max": "0", "why": "Too dear", **drawn(post.client, review)}
    post(RELEASES, review, **asked)
    running.gateways.releases.settle("orders-api")

    page = plain(text_of(post.client, PAGE))
    assert (
        "Paused: no task runs until somebody resumes it, or applies a changed definition. Sato Yui: “Too dear”" in page
    )
    assert "Resume with 2 to 4 tasks…" in page
    assert "outside Slipway" not in page


def test_what_is_staged_on_a_paused_service_restarts_nothing_and_leaves_the_first_word_to_resuming(client, running):
    pause = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))
    running.gateways.releases.release("orders-api", pause, who="sato", why="")
    running.gateways.releases.settle("orders-api")
    running.save("orders-api", "A=1\n", base=1)

    page = text_of(client, PAGE)

    assert "The tasks have it once it is applied and the service is resumed." in plain(page)
    assert "Applying restarts" not in page
    assert page.count("button primary") == 1


def test_review_of_a_deploy_to_a_paused_service_says_that_nothing_starts(client, running):
    pause = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))
    running.gateways.releases.release("orders-api", pause, who="sato", why="")
    running.gateways.releases.settle("orders-api")
    review = f"{RELEASES}/new?image=2.14.0"

    page = plain(text_of(client, review))

    assert "It stays paused: nothing starts until somebody resumes it, or applies a changed definition." in page
    assert "This starts the first" not in page
    japanese = client.get(review, headers={"Accept-Language": "ja"}).text
    assert "一時停止のままです。再開するか、変更された定義を適用するまで何も起動しません。" in japanese


def test_review_of_an_applied_definition_says_that_it_ends_the_scaling(client, running, orders):
    scaled = ReleaseRequest(definition=False, tasks=TaskLimits(min=5, max=5))
    running.gateways.releases.release("orders-api", scaled, who="sato", why="")
    running.end("orders-api")
    running.provision(orders.model_copy(update={"compute": Compute(cpu=512, memory_mib=1024)}))

    assert "It is no longer scaled for now: 5 → 2 to 4 tasks." in plain(text_of(client, f"{RELEASES}/new"))


@pytest.mark.parametrize("typed", ["three", "-1", "1.5"])
def test_what_is_no_number_of_tasks_is_refused(client, running, typed):
    answer = client.get(f"{RELEASES}/new?definition=keep&tasks.min={typed}")

    assert answer.status_code == 422
    assert "is no number of tasks; write a whole number, such as 3." in plain(answer.get_data(as_text=True))


DAY_AND_NIGHT = {
    "cpu_percent": 60,
    "schedule": [
        {"cron": "0 8 * * ? *", "timezone": "Asia/Tokyo", "min": 3},
        {"cron": "0 20 * * ? *", "timezone": "Asia/Tokyo", "min": 1},
    ],
}


@pytest.fixture
def scheduled(running, orders):
    """Released at noon in Tokyo, on a Friday."""
    running.aws.now = datetime(2026, 11, 20, 3, tzinfo=UTC)
    running.provision(orders.model_copy(update={"scaling": Scaling.model_validate(DAY_AND_NIGHT)}))
    running.release("orders-api")
    return running


def test_page_says_what_the_schedule_has_set_and_what_comes_next(client, scheduled):
    assert (
        "By its schedule 3 to 4 tasks since Fri 2026-11-20 08:00 (Asia/Tokyo). "
        "Next: 1 to 4 tasks from Fri 2026-11-20 20:00 (Asia/Tokyo) on."
    ) in plain(text_of(client, PAGE))
    japanese = plain(client.get(PAGE, headers={"Accept-Language": "ja"}).text)
    assert "スケジュールにより 金 2026-11-20 08:00（Asia/Tokyo）から 3～4 タスクです。" in japanese


def test_page_says_that_a_schedule_rests_while_the_service_is_scaled_for_now(client, scheduled):
    scaled = ReleaseRequest(definition=False, tasks=TaskLimits(min=2, max=2))
    scheduled.gateways.releases.release("orders-api", scaled, who="sato", why="")
    scheduled.end("orders-api")

    page = plain(text_of(client, PAGE))

    assert "The scaling schedule changes nothing until the catalog’s limits are back." in page
    assert "By its schedule" not in page


def test_page_says_when_aws_has_other_limits_than_the_schedule_set(client, scheduled):
    scheduled.provisioner.set_bounds("orders-api", 2, 4)
    assert "AWS allows 2 to 4 tasks now" in plain(text_of(client, PAGE))


def test_review_says_what_the_schedule_makes_of_the_limits(client, scheduled):
    page = plain(text_of(client, f"{RELEASES}/new?image=2.14.0"))
    assert "scaling.schedule: 3 to 4 tasks since 2026-11-20 08:00 (Asia/Tokyo)" in page
