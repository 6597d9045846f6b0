"""What one object in the bucket says wrongly, or in a newer form, hides nothing but itself."""

import json

import pytest

from portal.data import environment_view
from runtime.bucket.records import Unreadable
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from tests.portal.reading import plain, row, text_of
from tests.provisioning import a_service

DAMAGED = b'{"definition": 7'
NEWER = json.dumps({"version": 99, "env": ["of", "another", "form"]}).encode()


def in_words(page: str, name: str) -> str:
    return " ".join(row(page, name))


@pytest.fixture
def beside(running):
    """Two services run; one object of the first is written over."""
    running.provision(a_service("search"))

    def beside(key: str, body: bytes) -> None:
        running.aws.client("s3").put_object(Bucket=running.provisioner.bucket, Key=key, Body=body)

    return beside


@pytest.mark.parametrize(
    ("body", "says"),
    [(DAMAGED, "is damaged"), (NEWER, "was written by a newer Slipway; update this one")],
)
def test_a_record_that_nobody_can_read_is_one_row_that_says_so(client, beside, body, says):
    beside(naming.provisioned_key("orders-api"), body)

    page = text_of(client, "/local/services")

    assert "Record unreadable" in in_words(page, "orders-api")
    assert says in in_words(page, "orders-api")
    assert "never" not in in_words(page, "orders-api")
    assert "0 / 0" not in in_words(page, "orders-api")
    assert "Record unreadable" not in in_words(page, "search")


@pytest.mark.parametrize(
    ("version", "says"),
    [(2, "was written by a newer Slipway; update this one"), (1, "is damaged (kind: ")],
)
def test_a_record_of_a_kind_that_only_a_newer_version_has_is_one_row_that_says_so(
    client, running, beside, version, says
):
    key = naming.provisioned_key("orders-api")
    stored = running.aws.client("s3").get_object(Bucket=running.provisioner.bucket, Key=key)
    beside(key, json.dumps(json.loads(stored["Body"].read()) | {"version": version, "kind": "daemon"}).encode())

    page = text_of(client, "/local/services")

    assert "Record unreadable" in in_words(page, "orders-api")
    assert says in in_words(page, "orders-api")
    assert "Healthy" not in in_words(page, "orders-api")
    assert "Record unreadable" not in in_words(page, "search")
    assert says in text_of(client, "/local/services/orders-api")


def test_a_release_of_a_kind_that_only_a_newer_version_has_is_a_line_in_the_history(client, running, beside):
    running.release("orders-api", "2.14.0")
    key = naming.release_key("orders-api", 1)
    stored = running.aws.client("s3").get_object(Bucket=running.provisioner.bucket, Key=key)
    beside(key, json.dumps(json.loads(stored["Body"].read()) | {"version": 2, "workload": "daemon"}).encode())

    page = text_of(client, "/local/services/orders-api/releases")

    assert "The record of release 1 is unreadable." in page
    assert f"{key} in the config bucket was written by a newer Slipway; update this one" in page


def test_an_index_of_a_newer_form_is_one_row_and_left_as_it_is(client, running, beside):
    beside(naming.service_index_key("orders-api"), NEWER)
    running.save("orders-api", "A=1\n", base=1)

    assert "Record unreadable" in in_words(text_of(client, "/local/services"), "orders-api")
    stored = running.aws.client("s3").get_object(
        Bucket=running.provisioner.bucket, Key=naming.service_index_key("orders-api")
    )
    assert stored["Body"].read() == NEWER


def test_a_record_of_a_newer_version_in_a_form_that_is_known_is_read(client, running, beside):
    key = naming.provisioned_key("orders-api")
    stored = running.aws.client("s3").get_object(Bucket=running.provisioner.bucket, Key=key)
    beside(key, json.dumps(json.loads(stored["Body"].read()) | {"version": 2, "mood": "good"}).encode())

    assert "Healthy" in in_words(text_of(client, "/local/services"), "orders-api")


def test_a_record_with_a_schedule_of_another_form_is_a_row_without_one(client, running, beside):
    key = naming.provisioned_key("orders-api")
    record = json.loads(running.aws.client("s3").get_object(Bucket=running.provisioner.bucket, Key=key)["Body"].read())
    beside(key, json.dumps(record | {"entry": record["entry"] | {"schedule": "nightly"}}).encode())

    assert "Healthy" in in_words(text_of(client, "/local/services"), "orders-api")


def test_a_release_that_nobody_can_read_is_a_line_in_the_history(client, running, beside):
    running.release("orders-api", "2.14.0")
    beside(naming.release_key("orders-api", 1), DAMAGED)
    running.gateways = running.connect()

    page = text_of(client, "/local/services/orders-api/releases")

    assert "The record of release 1 is unreadable." in page
    assert "releases/orders-api/r000001.json in the config bucket is damaged" in page
    assert "2.14.0" in page


@pytest.mark.parametrize("body", [DAMAGED, json.dumps({"version": 99}).encode()])
@pytest.mark.parametrize("key", [naming.release_key("orders-api", 2), naming.outcome_key("orders-api", 2)])
def test_a_newest_release_that_nobody_can_read_hides_nothing_else_of_its_service(client, running, beside, key, body):
    running.release("orders-api", "2.14.0")
    beside(key, body)
    running.gateways = running.connect()

    page = client.get("/local/services/orders-api")
    words = plain(page.get_data(as_text=True))

    assert page.status_code == 200
    assert "The record of the newest release cannot be read. Until that is put right, nothing is released." in words
    assert f"{key} in the config bucket" in words
    assert "Runs now" in words
    assert ("Review the deploy" in words, "Scale for now" in words, "Restart tasks" in words) == (False, False, False)
    assert client.get("/local/services/orders-api/tasks").status_code == 200
    assert client.get("/local/services/orders-api/env/app").status_code == 200
    review = client.get("/local/services/orders-api/releases/new?image=2.14.0")
    assert "A record cannot be read" in review.get_data(as_text=True)


@pytest.mark.parametrize("key", [naming.release_key("orders-api", 2), naming.outcome_key("orders-api", 2)])
def test_once_somebody_met_a_newest_release_that_nobody_can_read_every_list_says_so_until_it_can(
    client, catalog, running, beside, key
):
    def in_another_portal() -> tuple[str, str]:
        found = environment_view.read(catalog, running.connect()).rows["orders-api"]
        assert (found.running, found.desired, found.image) == runs_now
        return found.state.word, found.why

    running.release("orders-api", "2.14.0")
    runs_now = (2, 2, "2.14.0")
    good = running.aws.client("s3").get_object(Bucket=running.provisioner.bucket, Key=key)["Body"].read()
    beside(key, DAMAGED)
    running.gateways = running.connect()
    client.get("/local/services/orders-api")

    for _look in range(2):
        word, why = in_another_portal()
        assert (word, why.partition(" (")[0]) == ("Record unreadable", f"{key} in the config bucket is damaged")
    beside(key, good)
    assert in_another_portal() == ("Healthy", "")
    assert not running.gateways.service_index.read("orders-api").is_doubted


def test_a_record_that_nobody_can_read_is_no_fault_of_aws(client, beside):
    beside(naming.provisioned_key("orders-api"), DAMAGED)

    page = text_of(client, "/local/services/orders-api")

    assert "A record cannot be read" in page
    assert "AWS does not answer" not in page


def test_nothing_is_released_over_a_release_that_nobody_can_read(running, beside):
    beside(naming.release_key("orders-api", 1), DAMAGED)

    with pytest.raises(Unreadable, match=r"r000001\.json in the config bucket is damaged"):
        running.connect().releases.release("orders-api", ReleaseRequest(image="2.14.0"), who="sato", why="")


def test_what_runs_is_not_called_changed_outside_while_its_record_cannot_be_read(running, beside):
    running.release("orders-api", "2.14.0", ends="rolled-back")
    beside(naming.release_key("orders-api", 1), DAMAGED)

    with pytest.raises(Unreadable, match=r"r000001\.json in the config bucket is damaged"):
        running.connect().releases.live("orders-api")
