"""The audit trail of an environment: everybody's acts, found by who, what, where, when and how it ended."""

import csv
import io

import pytest

from service_catalog import naming
from tests.portal.conftest import NOW
from tests.portal.people import OTHER, Chosen
from tests.portal.reading import part, plain, text_of

PAGE = "/local/audit"


@pytest.fixture
def trail(running):
    """Three acts a minute apart, after those with which orders-api came to run."""
    audit = running.gateways.audit
    running.aws.passes(minutes=1)
    audit.note("save-env", "orders-api", "Sato Yui", "Less noise", file="app", version=7)
    running.aws.passes(minutes=1)
    audit.note("release", "search", "Ito Haruka", number=3, kind="deploy")
    running.aws.passes(minutes=1)
    audit.note("stop-release", "search", "Ito Haruka", status="denied", teams=["team-crm"])
    return audit


def found(client, **asked):
    """Its rows, as text."""
    page = client.get(PAGE, query_string=asked).text
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [plain(row) for row in table.split("<tr>")[1:]]


def test_everybody_s_acts_stand_there_newest_first(client, trail):
    rows = found(client)

    assert rows[0] == "0 s ago Ito Haruka by command Stop a release teams=team-crm search Denied"
    assert rows[1] == "1 min ago Ito Haruka by command Release number=3 kind=deploy search Done"
    assert rows[2].startswith("2 min ago Sato Yui by command Save an env file “Less noise” file=app version=7")
    assert len(rows) == 5


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"who": "haruka"}, 3),
        ({"service": "search"}, 2),
        ({"service": "search", "status": "done"}, 1),
        ({"action": "save-env"}, 2),
        ({"status": "denied"}, 1),
        ({"since": f"{NOW:%Y-%m-%d}"}, 3),
        ({"until": "2026-11-19"}, 2),
        ({"who": "nobody"}, 0),
    ],
    ids=str,
)
def test_it_is_filtered(client, trail, asked, count):
    assert len(found(client, **asked)) == count


def test_pages_follow_each_other_without_a_gap(running):
    audit = running.gateways.audit
    for number in range(7):
        running.aws.passes(seconds=1)
        audit.note("release", f"service-{number % 2}", "sato", number=number)
    from runtime.bucket.audit import Search

    everything = audit.search(Search(), limit=100).acts
    first = audit.search(Search(), limit=4)
    second = audit.search(Search(), first.last, limit=4)
    third = audit.search(Search(), second.last, limit=4)

    assert [*first.acts, *second.acts, *third.acts] == list(everything)
    assert third.last == ""
    assert [act.entry.about["number"] for act in audit.search(Search("service-1"), limit=9).acts] == [5, 3, 1]


def test_the_newest_page_follows_and_what_is_past_stays(client, trail):
    older = naming.audit_id_before(NOW)

    assert 'id="acts" class="stack" data-poll="" data-every="15"' in text_of(client, PAGE)
    assert "data-every" not in text_of(client, f"{PAGE}?after={older}")


@pytest.mark.parametrize(("name", "typed"), [("since", "yesterday"), ("until", "9999-12-31")])
@pytest.mark.parametrize("page", [PAGE, "/local/services/orders-api/history"])
def test_a_day_that_is_none_is_told_at_its_field_and_nothing_typed_is_lost(client, trail, page, name, typed):
    answer = client.get(page, query_string={name: typed, "who": "haruka", "action": "release"})

    assert answer.status_code == 422
    told = part(answer.text, rf'<p id="{name}-problem" role="alert">(.*?)</p>')
    assert plain(told) == f"'{typed}' is no day; write it as 2026-11-28."
    assert f'name="{name}" type="text" value="{typed}" aria-invalid="true" aria-describedby="{name}-problem"' in (
        answer.text
    )
    assert 'name="who" type="search" value="haruka"' in answer.text
    assert '<option value="release" selected>' in answer.text
    assert "Nothing was looked for." in plain(answer.text)


def test_a_day_that_is_none_is_told_in_the_readers_language(client, trail):
    assert "2026-11-28 のように" in plain(client.get(f"{PAGE}?since=yesterday&lang=ja").text)


def test_a_day_long_ago_finds_everything_or_nothing(client, trail):
    assert len(found(client, since="0001-01-01")) == 5
    assert found(client, until="0001-01-01") == []


def test_it_is_exported_with_where_each_act_came_from(app, client, running):
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["slipway"].who = Chosen(OTHER)
    client.post("/local/services/orders-api/releases", data={"image": "2.14.0"})

    text = client.get("/local/audit.csv?status=denied").text.lstrip("\ufeff")

    [row] = csv.DictReader(io.StringIO(text))
    assert (row["who"], row["person"], row["through"], row["address"]) == ("Ito Haruka", "ito", "portal", "127.0.0.1")
    assert (row["action"], row["service"], row["result"]) == ("release", "orders-api", "denied")
    assert client.get("/local/audit.json").json["rows"][0]["action"] == "release"


def test_the_page_of_a_service_leads_to_its_own_history(client, trail):
    page = text_of(client, "/local/services/orders-api")

    assert 'href="/local/services/orders-api/history"' in page
    assert "search" not in plain(text_of(client, "/local/services/orders-api/history")).partition("What people did")[2]


def test_an_entry_that_was_never_begun_is_not_shown(client, trail, aws):
    bucket = next(it for it in aws.s3.buckets.values() if any(key.startswith("audit/") for key in it))
    gone = next(key for key in sorted(bucket) if key.startswith("audit/search/"))
    del bucket[gone]

    assert len(found(client)) == 4
