"""Env files beside each other, and keys that go from one environment to another."""

import pytest

from service_catalog import env_file
from tests.fake_aws.environment import FakeEnvironment
from tests.portal.reading import part, plain, row, rows, text_of, typed

EDITOR = "/local/services/orders-api/env/app"
COMPARE = f"{EDITOR}/compare"
MATRIX = f"{EDITOR}/environments"
DEV = "LOG_LEVEL=debug\nDB_POOL_SIZE=10\nNEW=1\nAPI_TOKEN=ab1Cd2Ef3Gh4Ij5\n"


@pytest.fixture
def dev(aws, catalog, running):
    """orders-api exists in dev too, with settings of its own."""
    entry = catalog.directory / "services" / "orders-api.yaml"
    both = "environments: { local: {}, dev: { environment: { LOG_FORMAT: json }, secrets: { DB: { ssm: /dev/db } } } }"
    entry.write_text(entry.read_text().replace("environments: { local: {} }", both))
    catalog.update_lock()
    made = FakeEnvironment(aws, catalog.environment("dev"))
    made.save("orders-api", DEV, overridden=["API_TOKEN"])
    return made


def test_two_versions_are_compared_key_by_key(client, running):
    running.save("orders-api", "LOG_LEVEL=warn\nADDED=1\n", base=1)

    page = text_of(client, COMPARE)

    assert row(page, "LOG_LEVEL ~ changed")[1:3] == ["info", "warn"]
    assert row(page, "DB_POOL_SIZE − removed")[1:3] == ["10", "–"]
    assert row(page, "ADDED + added")[1:3] == ["–", "1"]
    assert "3 keys differ" in plain(page)


def test_another_environment_is_compared_with_its_newest_version(client, dev):
    page = text_of(client, f"{COMPARE}?environment=dev")

    assert row(page, "LOG_LEVEL ~ changed")[1:3] == ["debug", "info"]
    assert row(page, "NEW − removed")[1:3] == ["1", "–"]
    assert row(page, "API_TOKEN − removed")[1:] == ["••••••", "–", "Take over API_TOKEN Looks like a secret"]
    assert "ab1Cd2Ef3Gh4Ij5" not in page
    assert "1 key is the same." in plain(page)


def test_a_side_that_cannot_be_read_says_why_where_it_stands(client, running):
    assert "there is no service &#39;nosuch&#39;" in text_of(client, f"{COMPARE}?service=nosuch")
    assert "orders-api has no env file other; it has: app" in plain(text_of(client, f"{COMPARE}?file=other"))
    assert "has no version 9 of app.env" in plain(text_of(client, f"{COMPARE}?other=9"))


def test_a_version_that_is_none_is_told_at_its_field_and_nothing_typed_is_lost(client, running):
    answer = client.get(f"{COMPARE}?other=two&environment=dev&file=web")

    assert answer.status_code == 422
    told = part(answer.text, r'<p id="other-problem" role="alert">(.*?)</p>')
    assert plain(told) == "'two' is no version of web; choose one on its page."
    assert 'value="two" autocomplete="off" aria-invalid="true" aria-describedby="other-problem"' in answer.text
    assert ("<option selected>dev</option>" in answer.text, 'name="file" value="web"' in answer.text) == (True, True)


def test_chosen_keys_come_into_the_editor_and_nothing_is_saved(client, running, dev):
    chosen = "put=LOG_LEVEL&put=NEW&put_environment=dev&put_service=orders-api&put_file=app&put_version=1"

    page = text_of(client, f"{EDITOR}?{chosen}")

    assert env_file.parse(typed(page)) == {"LOG_LEVEL": "debug", "DB_POOL_SIZE": "10", "NEW": "1"}
    assert 'value="LOG_LEVEL, NEW as in dev v1"' in page
    assert "Not saved: 2 keys differ from v1" in plain(page)
    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_a_value_that_looks_like_a_secret_stops_the_save_in_the_other_environment_too(post, running, dev):
    page = text_of(post.client, f"{EDITOR}?put=API_TOKEN&put_environment=dev&put_version=1")

    assert "1 value looks like a secret and stops the save until it is confirmed" in plain(page)
    assert post(EDITOR, EDITOR, text=typed(page), base="1", do="save").status_code == 422


def test_matrix_says_of_each_key_what_it_is_in_every_environment(client, dev):
    page = text_of(client, MATRIX)

    found = {key: cells[1:] for key, cells in rows(page).items()}
    assert found["LOG_LEVEL"] == ["set info", "differs debug"]
    assert found["DB_POOL_SIZE"] == ["set 10", "set 10"]
    assert found["NEW"] == ["missing", "set 1"]
    assert found["LOG_FORMAT"] == ["missing", "set by the catalog json"]
    assert found["DB"] == ["missing", "secret SSM /dev/db"]
    assert found["API_TOKEN"] == ["missing", "set ••••••"]
    assert (
        part(page, r'href="(/dev/[^"]+compare[^"]+)"') == "/dev/services/orders-api/env/app/compare?environment=local"
    )


def test_an_environment_that_does_not_answer_is_told_on_the_page(client, dev, aws):
    client.get(MATRIX)
    aws.fates["s3.list_objects_v2"] = "lost"

    page = client.get(MATRIX)

    assert page.status_code == 200
    assert "local cannot be read:" in plain(page.text)


def test_matrix_costs_one_listing_and_one_reading_for_each_environment(client, dev, aws):
    client.get(MATRIX)
    aws.requests.clear()

    client.get(MATRIX)

    # What every page looks at behind its back, such as tokens, is below another prefix.
    keys = [(name, str(said.get("Key") or said.get("Prefix"))) for name, said in list(aws.requests)]
    of_env = sorted(name for name, key in keys if key.startswith("env/"))
    assert of_env == ["s3.get_object", "s3.get_object", "s3.list_objects_v2", "s3.list_objects_v2"]


def test_references_of_secrets_go_over_as_references_through_the_entry(post, dev, catalog):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text().replace("DB: { ssm: /dev/db }", "DB: { ssm: /dev/orders-api/db }"))
    sent = {"environment": "dev", "reference": "DB"}

    compared = plain(text_of(post.client, f"{COMPARE}?environment=dev"))
    review = post(f"{EDITOR}/secrets/references", EDITOR, **sent).text
    before = entry.read_text()
    answer = post(f"{EDITOR}/secrets/references", EDITOR, **sent, base=before, do="write")

    assert "DB SSM /dev/orders-api/db – Take over as SSM /local/orders-api/db" in compared
    assert "Not there yet: /local/orders-api/db. Make them first" in plain(review)
    assert answer.status_code == 303
    assert catalog.service("orders-api", "local").secrets["DB"].ssm == "/local/orders-api/db"
    assert catalog.service("orders-api", "dev").secrets["DB"].ssm == "/dev/orders-api/db"


def test_references_are_not_written_over_what_somebody_else_changed(post, dev, catalog):
    entry = catalog.directory / "services" / "orders-api.yaml"
    read = entry.read_text()
    entry.write_text(read.replace("Takes and prices orders", "Takes orders"))
    sent = {"environment": "dev", "reference": "DB", "base": read, "do": "write"}

    answer = post(f"{EDITOR}/secrets/references", EDITOR, **sent)

    assert answer.status_code >= 400
    assert "Takes orders" in entry.read_text()
    assert "DB" not in catalog.service("orders-api", "local").secrets
