"""The same facts give the same state, on the list and above every page of the service."""

import pytest

from runtime.alarms import Alarm
from runtime.heads import Heads
from runtime.records import FailedProvisioning
from service_catalog.differences import entry_data
from tests.portal.reading import plain as words
from tests.portal.reading import row, text_of
from tests.portal.twins import NOW, revision

PAGE = "/local/services/orders-api"
TABS = ("", "/releases", "/tasks")


def nothing(aws, catalog):
    pass


def arrives(aws, catalog):
    aws.release("orders-api", "2.14.0", 1, ended=None)


def is_rolled_back(aws, catalog):
    aws.release("orders-api", "2.14.0", 1, ended="rolled-back", reason="it did not come through")


def is_not_carried_out(aws, catalog):
    aws.release("orders-api", "2.14.0", 1, ended="not-carried-out")


def is_replaced_by_pulumi(aws, catalog):
    aws.services["orders-api"].moves = True


def is_deleted(aws, catalog):
    aws.services["orders-api"].is_gone = True


def is_stopped(aws, catalog):
    held = aws.services["orders-api"]
    held.desired, held.running = 0, []


def lacks_a_task(aws, catalog):
    aws.services["orders-api"].running.pop()


def is_made_anew(aws, catalog):
    held = aws.services["orders-api"]
    held.live_revision, held.desired, held.running = None, 0, []


def is_changed_by_hand(aws, catalog):
    aws.services["orders-api"].live_revision = revision("orders-api", 77)


def fails_to_be_provisioned(aws, catalog):
    failed = FailedProvisioning(NOW, "Sato Yui", "ECS went back to what ran before", ("task 7fa2c1d0: exit code 1",))
    heads = aws.gateways().heads
    assert isinstance(heads, Heads)
    heads.mark_failed_provisioning("orders-api", failed)


def rings(aws, catalog):
    aws.alarms = [Alarm("orders-api", "cpu", "", None)]


def changes_in_the_catalog(aws, catalog):
    aws.provision("orders-api", entry=entry_data(catalog.service("orders-api", "local")))
    rewrite(catalog, "path: /healthz", "path: /nope")


def leaves_the_catalog(aws, catalog):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.unlink()


def is_broken_in_the_catalog(aws, catalog):
    rewrite(catalog, "port: 8080", "port: eighty")


def is_torn_down(aws, catalog):
    del aws.services["orders-api"]


def rewrite(catalog, old, new):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (nothing, "Healthy"),
        (arrives, "Rolling out"),
        (is_rolled_back, "Rolled back"),
        (is_not_carried_out, "Healthy"),
        (is_replaced_by_pulumi, "Rolling out"),
        (is_deleted, "Deleted outside"),
        (is_stopped, "Stopped"),
        (lacks_a_task, "Failing"),
        (is_made_anew, "Nothing runs"),
        (is_changed_by_hand, "Changed outside"),
        (fails_to_be_provisioned, "Provisioning failed"),
        (rings, "Alarm"),
        (changes_in_the_catalog, "Healthy"),
        (leaves_the_catalog, "Not in the catalog"),
        (is_broken_in_the_catalog, "Catalog problem"),
        (is_torn_down, "Not provisioned"),
    ],
)
def test_list_and_every_page_say_the_same_state(client, running, catalog, happens, state):
    happens(running, catalog)

    assert listed(client).startswith(state)
    assert {tab: headed(client, tab) for tab in TABS} == dict.fromkeys(TABS, state)


def listed(client):
    return row(text_of(client, "/local/services"), "orders-api")[1]


def headed(client, tab):
    page = text_of(client, f"{PAGE}{tab}")
    return words(page.partition("</h1>")[2].partition("</div>")[0])
