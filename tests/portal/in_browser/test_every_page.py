"""What holds for every page: accessibility, width, no script, the keyboard."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect

from runtime.runs import RunRequest
from tests.builders import a_worker
from tests.fake_aws.environment import FakeEnvironment
from tests.portal.browser import Watched

ORDERS = "/local/services/orders-api"
FAILED_RUN = "failed-run"
"""In an address: the id of a run that failed"""
TASK = "a-task"
"""Likewise, of a task that runs"""
NOT_THERE = "/local/services/ordres-api"
MOVED = 0.05
"""Half of what counts as good"""
PAGES = [
    "/local/services",
    ORDERS,
    f"{ORDERS}/env/app",
    f"{ORDERS}/env/app?view=table",
    f"{ORDERS}/env/app/versions/1",
    f"{ORDERS}/env/app/compare",
    f"{ORDERS}/env/app/environments",
    f"{ORDERS}/releases",
    f"{ORDERS}/releases/2",
    f"{ORDERS}/releases/asked/1",
    f"{ORDERS}/releases/new?image=2.14.0",
    f"{ORDERS}/runs",
    f"{ORDERS}/runs/new",
    f"{ORDERS}/runs/{FAILED_RUN}",
    f"{ORDERS}/runs/asked/1",
    f"{ORDERS}/tasks",
    f"{ORDERS}/tasks/{TASK}",
    f"{ORDERS}/logs",
    f"{ORDERS}/settings",
    f"{ORDERS}/metrics",
    f"{ORDERS}/settings/retire",
    f"{ORDERS}/history",
    "/local/audit",
    "/you",
    "/tokens",
    f"/cli-login?port=40000&state={'s' * 16}&challenge={'c' * 43}&name=laptop",
    "/api/v1/docs",
    "/local/services/mailer",
    "/local/services/mailer/dead-letters/send-back",
    "/local/platform",
    "/local/platform/drift",
    "/local/platform/checks",
    "/local/platform/capacity",
    "/local/platform/quotas",
    "/local/platform/costs",
    "/local/platform/calls",
    "/local/services/new",
    NOT_THERE,
]
NO_PAGES = {
    "static",
    "platform.export",
    "health.show",
    "health.ready",
    "prometheus.show",
    "audit.export",
    "places.index",
    "sign_in.begin",
    "sign_in.complete",
    "sign_in.left",
    "services.first",
    "services.labels",
    "env_files.first",
    "env_files.export",
    "settings.resources",
    "proposals.index",  # there only where the catalog is a clone
}
"""Answers that are no page of their own"""


@pytest.fixture
def failed_run(troubled: FakeEnvironment) -> str:
    run = troubled.gateways.runs.start("orders-api", RunRequest("Sato Yui", "Backfill", command=("bin/fill",)))
    troubled.aws.step_functions.ends(run, exit_code=7, lines=["ERROR no such table"])
    return run


@pytest.fixture
def committed(troubled: FakeEnvironment) -> None:
    troubled.gateways.audit.note(
        "edit-entry", "orders-api", "Sato Yui", commit="94615e64ab1b04d96791b39f14683346f94c65ed"
    )


@pytest.fixture
def dead_letters(troubled: FakeEnvironment) -> None:
    own = {"url": "https://sqs/local_mailer", "name": "local_mailer", "arn": "arn:aws:sqs:x:1:local_mailer"}
    queue = {**own, "dead_letter_url": "https://sqs/local_mailer_dead", "dead_letter_name": "local_mailer_dead"}
    troubled.push("mailer", "1.0.0")
    troubled.provision(a_worker(), queue=queue)
    counts = troubled.aws.sqs.counts
    counts[queue["url"]], counts[queue["dead_letter_url"]] = {}, {"ApproximateNumberOfMessages": 2}


def test_every_page_is_among_those(app: Flask):
    addresses = app.url_map.bind("portal")
    seen = {addresses.match(urlsplit(path).path)[0] for path in PAGES}
    gets = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {endpoint for endpoint in gets - NO_PAGES if not endpoint.startswith("api")}
    assert pages - seen == set(), "add an address of it to PAGES, so that it is looked at too"


def actual(path: str, environment: FakeEnvironment, run: str) -> str:
    return path.replace(FAILED_RUN, run).replace(TASK, environment.tasks("orders-api")[0])


@pytest.mark.usefixtures("dead_letters")
def test_all_of_those_are_there_but_one(client, troubled, failed_run):
    lost = [path for path in PAGES if client.get(actual(path, troubled, failed_run)).status_code != 200]
    assert lost == [NOT_THERE]


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(1280, "light", "ja"), (320, "dark", "en")],  # the other views are seen on the local cloud, in tests/e2e/browser
)
@pytest.mark.usefixtures("committed", "dead_letters")
def test_every_page_is_accessible_fits_stays_in_place_and_keeps_the_console_quiet(
    browser, address, troubled, failed_run, width, theme, language
):
    viewport = {"width": width, "height": 900}
    reader = Watched(
        browser, address, viewport=viewport, color_scheme=theme, locale=language, timezone_id="Asia/Kathmandu"
    )

    reader.opens_list()
    found = {}
    for path in PAGES:
        reader.go(actual(path, troubled, failed_run))
        moved = reader.shift() > MOVED
        found[path] = (reader.violations(), reader.overflow(), reader.complaints, reader.times_of_no_reader(), moved)

    reader.context.close()
    assert found == {path: ([], 0, [], [], False) for path in PAGES}


@pytest.mark.usefixtures("dead_letters")
def test_the_palette_opens_on_every_page(reader, troubled, failed_run):
    reader.opens_list()
    for path in PAGES:
        reader.go(actual(path, troubled, failed_run))
        assert reader.finds_places(), path


def test_every_write_works_without_script(browser, address, running):
    reader = Watched(browser, address, java_script_enabled=False)
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "A=1\n")
    reader.sends("button[value=apply]")
    page.fill("#why", "no script")
    reader.sends("main button.primary")

    release = running.gateways.releases.get("orders-api", 2)
    reader.context.close()
    assert (dict(release.contents.env), release.why) == ({"app": 2}, "no script")


def test_enter_in_a_field_checks_and_never_saves(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "A=1\n")
    page.fill("#message", "half a sen")

    with page.expect_navigation():
        page.press("#message", "Enter")

    expect(page.locator("#text")).to_have_value("A=1\n")
    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_a_refusal_is_where_the_keyboard_goes_on(reader, running):
    page = reader.go("/local/services/new")
    page.fill("#name", "My Svc")

    reader.sends("main button.primary")

    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_be_focused()
