"""The list is made when something changed, told truly at every moment, and sent to who does not have it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import template_rendered

from portal.data.collector import Collector
from portal.data.environment_view import EnvironmentView
from portal.data.service_list import Row
from portal.text import states
from service_catalog.model import Schedule
from tests.portal.conftest import NOW
from tests.portal.people import ALONE, OTHER, OWNER, PLATFORM, Chosen
from tests.portal.reading import plain, row, text_of
from tests.provisioning import a_service

LIST = "/local/services"


@pytest.fixture
def kept(client, running):
    """A list that is read once, and then held."""
    text_of(client, LIST)
    running.aws.outage = True
    return running


@pytest.fixture
def settings(settings):
    return replace(settings, fresh_seconds=3600.0)


def again(client, answer, address=LIST, **headers):
    return client.get(address, headers={"If-None-Match": answer.headers["ETag"], **headers})


def test_the_same_page_asked_again_is_not_sent_again(client, kept):
    answer = again(client, client.get(LIST))

    assert (answer.status_code, answer.get_data()) == (304, b"")


def test_who_reads_another_language_or_asks_for_something_else_gets_a_page(client, kept):
    first = client.get(LIST)

    assert again(client, first, **{"Accept-Language": "ja"}).status_code == 200
    assert again(client, first, f"{LIST}?q=orders").status_code == 200
    assert {"Cookie", "Accept-Language"} <= set(first.vary)


def test_a_change_is_a_new_page(client, kept, catalog):
    first = client.get(LIST)
    kept.aws.outage = False
    kept.release("orders-api", "2.14.0")
    collector = client.application.extensions["slipway"].collector
    collector.outdate("local")
    collector.look("local", patience_seconds=10)

    answer = again(client, first)

    assert answer.status_code == 200
    assert row(answer.get_data(as_text=True), "orders-api")[3] == "2.14.0"


@pytest.mark.parametrize(("later", "said"), [(1, "20 h ago"), (28, "47 h ago"), (29, "2 d ago")])
def test_ages_are_true_though_nothing_was_read_since(client, kept, later, said):
    first = client.get(LIST)
    kept.aws.now = NOW + timedelta(hours=later)

    answer = again(client, first)

    assert row(answer.get_data(as_text=True), "orders-api")[6] == f"{said}, Ito Haruka"


def test_a_page_whose_ages_are_still_true_is_still_the_page(client, kept):
    first = client.get(LIST)
    kept.aws.now = NOW + timedelta(minutes=59)

    assert again(client, first).status_code == 304


def test_without_the_script_the_age_of_the_data_is_a_clock_that_stays_true(client, kept):
    assert f"As of {NOW.astimezone():%H:%M:%S %Z} Register" in plain(text_of(client, LIST))


def test_a_message_is_shown_once_to_whom_it_is_for(client, kept):
    with client.session_transaction() as session:
        session["_flashes"] = [("ok", "Registered greeter.")]

    assert "Registered greeter." in text_of(client, LIST)
    assert "Registered greeter." not in text_of(client, LIST)


def test_what_the_script_fetches_again_has_the_rows_and_no_frame(client, kept):
    answer = client.get(f"{LIST}?part=")
    page = answer.get_data(as_text=True)

    assert row(page, "orders-api")[1] == "Healthy"
    assert ("<header" in page, "<form" in page, "As of" in page) == (False, False, False)
    assert answer.headers["Slipway-Read-At"] == NOW.isoformat()


def test_what_the_script_fetches_again_has_the_teams_and_keeps_one_that_has_left(client, kept):
    page = text_of(client, f"{LIST}?part=&owner=team-old")

    assert "All teams team-commerce team-old" in plain(page)
    assert "<option selected>team-old</option>" in page


def test_what_the_script_fetches_again_stays_the_same_when_only_the_reading_is_new(client, kept):
    first = client.get(f"{LIST}?part=")
    kept.aws.outage, kept.aws.now = False, NOW + timedelta(seconds=20)
    collector = client.application.extensions["slipway"].collector
    collector.outdate("local")
    collector.look("local", patience_seconds=10)

    answer = again(client, first, f"{LIST}?part=")

    assert answer.status_code == 304
    assert answer.headers["Slipway-Read-At"] == kept.aws.now.isoformat()


def test_the_list_can_be_sorted_by_the_last_release(client, running):
    running.push("payments", "1.0.0")
    running.provision(a_service("payments"))
    running.release("payments", "1.0.0")
    running.provision(a_service("search"))

    page = text_of(client, f"{LIST}?sort=released&q=s")

    assert "Newest release first · 3" in plain(page)
    assert page.index(">payments</a>") < page.index(">orders-api</a>") < page.index(">search</a>")


def test_names_of_the_columns_come_in_the_language_of_the_page(client):
    assert client.get("/labels/ja.css").get_data(as_text=True).count("タスク") == 1
    assert client.get("/labels/xx.css").status_code == 404
    assert 'href="/labels/en.css"' in text_of(client, LIST)


def test_a_long_owner_may_break_its_line(client, catalog, running):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace("team-commerce", "t" * 50))

    assert f"<td class=long>{'t' * 50}<td>" in text_of(client, LIST)


def test_each_kind_has_the_columns_that_mean_something_for_it(client, app):
    job = Row("nightly", "us", states.READY, "job", schedule=Schedule(cron="0 3 * * ? *", timezone="Asia/Tokyo"))
    rows = [job, Row("orders-api", "us", states.HEALTHY), Row("migrate", "us", states.READY, "task")]
    listed = EnvironmentView({row.name: row for row in rows})
    collector = Collector(lambda name: listed, lambda name: listed, lambda: NOW, fresh_seconds=3600.0)
    app.extensions["slipway"] = replace(app.extensions["slipway"], collector=collector)

    page = text_of(client, LIST)
    web, rest = plain(page).split("Scheduled jobs", 1)
    jobs, tasks = rest.split("One-off tasks", 1)

    assert "State ↓ Tasks Image Env Owner" in web
    assert "State ↓ Schedule Image Env Owner" in jobs
    assert "State ↓ Image Env Owner" in tasks
    assert row(page, "nightly")[2] == "Every day at 03:00 Asia/Tokyo"
    assert len(row(page, "migrate")) == len(row(page, "orders-api")) - 1


@pytest.fixture
def two(app, client, kept):
    """Asks for the list as two people, one after the other."""
    asking = Chosen()
    app.extensions["slipway"] = replace(app.extensions["slipway"], who=asking)

    def of(person, address=LIST, **headers):
        asking.now = person
        return client.get(address, headers=headers)

    return of


def test_the_page_of_whoever_asked_first_says_to_each_who_they_are(app, two):
    made = []
    with template_rendered.connected_to(lambda _, template, context: made.append(template.name), app):
        mine, theirs = (two(it).get_data(as_text=True) for it in (OWNER, OTHER))

    assert set(made) == {"whoever.html"}
    header, other = (page.partition("</header>")[0] for page in (mine, theirs))
    assert (OWNER.name in header, OTHER.name in header) == (True, False)
    assert (OWNER.name in other, OTHER.name in other) == (False, True)


@pytest.mark.parametrize("person", [OTHER, ALONE, PLATFORM])
def test_nothing_else_of_the_list_depends_on_who_looks(two, person):
    """What does would have to be kept for each of them."""
    mine, theirs = (two(it).get_data(as_text=True).replace(it.name, "", 1) for it in (OWNER, person))
    assert mine == theirs


def test_the_page_of_one_person_is_not_that_of_another(two):
    mine = two(OWNER).headers["ETag"]

    assert two(OTHER, **{"If-None-Match": mine}).status_code == 200
    assert two(OWNER, **{"If-None-Match": mine}).status_code == 304


def test_what_the_script_fetches_again_is_the_same_for_all(two):
    part = f"{LIST}?part="
    assert two(OTHER, part, **{"If-None-Match": two(OWNER, part).headers["ETag"]}).status_code == 304
