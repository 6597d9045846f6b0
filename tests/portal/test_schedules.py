"""Pausing the schedule of a job on its page, and resuming it."""

import pytest

from service_catalog import naming
from tests.portal.reading import plain, row, text_of

NIGHTLY = """\
name: nightly
owner: team-commerce
kind: job
image: { repository: nightly }
schedule: { cron: "0 3 * * ? *", timezone: Asia/Tokyo }
environments: { local: {} }
"""
PAGE = "/local/services/nightly"
PAUSE, RESUME = f"{PAGE}/schedule/pause", f"{PAGE}/schedule/resume"


@pytest.fixture
def job(local, aws, catalog):
    """Released, and started at three in the night."""
    (catalog.directory / "services" / "nightly.yaml").write_text(NIGHTLY)
    local.push("nightly", "1.0.0")
    local.provision(catalog.service("nightly", "local"))
    aws.client("scheduler").create_schedule(
        GroupName=naming.schedule_group("local"),
        Name=naming.schedule("local", "nightly"),
        ScheduleExpression="cron(0 3 * * ? *)",
        ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:states:::machine", "RoleArn": "arn:aws:iam::000000000000:role/r"},
    )
    local.begin("nightly", "1.0.0")
    return local


def test_paused_job_says_so_everywhere_and_by_whom(post, job):
    assert "Next times" in plain(text_of(post.client, PAGE))

    answer = post(PAUSE, PAGE, why="The source is down")

    page = plain(text_of(post.client, PAGE))
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "The schedule is paused." in page
    history = plain(text_of(post.client, f"{PAGE}/history"))
    assert "Sato Yui in the portal, 127.0.0.1 Pause the schedule “The source is down” Done" in history
    assert "Next times" not in page
    assert page.index("nightly Paused") < page.index("Overview"), "in the head of the page"
    assert "Paused" in row(text_of(post.client, "/local/services"), "nightly")[1]


def test_the_list_says_of_a_paused_job_whose_runs_failed_that_it_is_paused(post, job):
    job.ring("nightly", "failed_runs")
    post(PAUSE, PAGE)

    _name, state, schedule, *_rest = row(text_of(post.client, "/local/services"), "nightly")

    assert "Runs failed" in state
    assert schedule == "Every day at 03:00 Asia/Tokyo, paused"


def test_resumed_job_says_when_it_runs_next(post, job):
    post(PAUSE, PAGE)

    post(RESUME, PAGE, why="It is up again")

    page = plain(text_of(post.client, PAGE))
    assert "The schedule starts runs again." in page
    assert "Next times" in page
    history = plain(text_of(post.client, f"{PAGE}/history"))
    assert "Sato Yui in the portal, 127.0.0.1 Resume the schedule “It is up again” Done" in history
    assert not job.gateways.schedules.read("nightly").is_paused


def test_what_has_no_schedule_is_not_paused_and_leaves_no_entry(post, running):
    answer = post("/local/services/orders-api/schedule/pause", "/local/services/orders-api/env/app")

    assert answer.status_code == 404
    assert not [it for it in running.gateways.audit.newest("orders-api", 10) if "schedule" in it.entry.action]


def test_schedule_that_somebody_deleted_outside_offers_no_pause(client, job, aws):
    aws.scheduler.schedules.clear()

    page = text_of(client, PAGE)

    assert "Pause the schedule" not in plain(page)
    assert PAUSE not in page


def test_job_whose_live_release_cannot_be_read_says_that_and_nothing_of_a_service(client, job):
    job.aws.client("s3").put_object(Bucket=job.provisioner.bucket, Key=naming.live_key("nightly"), Body=b"garbage")

    page = plain(text_of(client, PAGE))

    assert "Runs cannot start: the record of which release they take is missing or cannot be read." in page
    assert "They took release 1 before. A release writes it again." in page
    assert "ECS service" not in page


def test_what_is_still_known_of_a_job_while_aws_is_away_speaks_of_no_tasks(post, job):
    text_of(post.client, "/local/services")
    job.aws.outage = True

    page = plain(post.client.get(PAGE).text)

    assert "As it was State Ready to run Image 1.0.0" in page
    assert "Tasks" not in page
