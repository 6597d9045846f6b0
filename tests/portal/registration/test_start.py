"""What the form begins with: another service, a kind, something pasted."""

import pytest

from tests.portal.reading import plain, text_of
from tests.portal.registration.stock import NEW, STOCK, STOCK_YAML, WORKER_YAML, answers_on, paths_of, yaml_of


def test_copy_fills_the_form_but_for_what_must_be_its_own(client):
    page = text_of(client, f"{NEW}?copy=orders-api")

    assert 'name="owner" value="team-commerce"' in page
    assert 'name="name" value=""' in page
    assert "env_files: [app]" in yaml_of(page)


def test_copy_does_not_keep_the_paths_of_the_other(client):
    page = text_of(client, f"{NEW}?copy=orders-api")

    assert paths_of(page) == ""
    assert "paths: []" in yaml_of(page)
    assert "/orders" not in yaml_of(page)


def test_the_form_asks_for_the_fields_of_the_kind(post):
    page = post(NEW, NEW, yaml=WORKER_YAML, yaml_seen="", do="from-yaml").text

    assert 'name="queue.retries" value="3"' in page
    assert 'id="port"' not in page
    assert 'id="exposure"' not in page
    assert 'id="queue.visibility_seconds"' in page


def test_another_kind_keeps_what_was_typed(post):
    as_worker = post(NEW, NEW, **STOCK, kind="worker", do="kind")
    back = post(NEW, NEW, **answers_on(as_worker.text) | {"kind": "web", "do": "kind"})

    assert as_worker.status_code == 200
    assert "port:" not in yaml_of(as_worker.text)
    assert "queue: {}" in yaml_of(as_worker.text)
    assert "A name, an owner and an image are enough" in as_worker.text
    assert "lock.yaml" not in as_worker.text
    assert 'id="port"' not in as_worker.text
    assert 'id="port" name="port" value="8080"' in back.text
    assert yaml_of(back.text) == STOCK_YAML


def test_another_kind_in_the_yaml_keeps_what_was_typed_in_the_form(post):
    page = post(NEW, NEW, **STOCK, yaml=WORKER_YAML, yaml_seen=STOCK_YAML, do="from-yaml").text

    assert '<input type="hidden" name="port" value="8080">' in page
    assert yaml_of(page) == WORKER_YAML


def test_a_pasted_compose_file_fills_in_the_form_and_says_what_was_left_out(post, catalog):
    pasted = "services:\n  stock-api:\n    image: stock-api:1.0\n    ports: ['80:9090']\n    restart: always\n"

    page = post(NEW, NEW, do="start", source="compose", text=pasted).text

    assert 'name="port" value="9090"' in page
    assert "image:\n  repository: stock-api\nport: 9090\n" in yaml_of(page)
    assert "Not taken over: image: stock-api:1.0 without its tag or digest" in plain(page)
    assert "restart: an entry has no such field" in plain(page)
    assert catalog.service_names("local") == ["orders-api"]


def test_a_pasted_text_that_no_entry_could_hold_is_refused_at_once(post):
    lines = "".join(f"KEY_{number}={number}\n" for number in range(5000))

    refused = post(NEW, NEW, do="start", source="env", text=lines)

    assert refused.status_code == 422
    assert "an entry holds 64 KB at most" in plain(refused.text)
    assert "KEY_4999=4999" in refused.text


def test_a_pasted_text_that_cannot_be_read_stays_where_it_was_pasted(post):
    refused = post(NEW, NEW, do="start", source="task-definition", text="{ oh")

    assert refused.status_code == 422
    assert "This cannot be read. Nothing was taken over." in plain(refused.text)
    assert "{ oh</textarea>" in refused.text


@pytest.mark.parametrize(
    ("kind", "asked"), [("worker", "queue.retries"), ("job", "schedule.cron"), ("task", "run.copies")]
)
def test_a_kind_to_start_from_asks_for_its_fields(client, kind, asked):
    assert f'name="{asked}"' in text_of(client, f"{NEW}?kind={kind}")
