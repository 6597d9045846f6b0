import pytest

from deploy import plan
from deploy.plan import Item
from runtime.stack_fingerprints import StackFingerprints


def the_only(wanted, recorded, stacks=("dev.orders",)):
    [item] = plan.service_items("dev", wanted, recorded, stacks)
    return item


@pytest.mark.parametrize(
    ("recorded", "stacks", "action", "why"),
    [
        ({}, (), "provision", "new"),
        ({}, ("dev.orders",), "provision", "the last run stopped half-way"),
        ({"orders": StackFingerprints("old", "old")}, ("dev.orders",), "provision", "changed"),
        (
            {"orders": StackFingerprints("new", None, is_under_way=True)},
            ("dev.orders",),
            "provision",
            "the last run did not come through to its end",
        ),
        (
            {"orders": StackFingerprints("new", None)},
            ("dev.orders",),
            "provision",
            "provisioned by hand, not yet applied",
        ),
        (
            {"orders": StackFingerprints("new", "old")},
            ("dev.orders",),
            "provision",
            "provisioned by hand, not yet applied",
        ),
        ({"orders": StackFingerprints("old", "new")}, ("dev.orders",), "provision", "changed"),
        ({"orders": StackFingerprints("new", "new")}, ("dev.orders",), "nothing", "up to date"),
    ],
)
def test_a_service_runs_when_either_fingerprint_differs(recorded, stacks, action, why):
    assert the_only({"orders": "new"}, recorded, stacks) == Item("dev", "orders", action, why)


def test_a_service_that_left_the_catalog_is_destroyed():
    gone = Item("dev", "orders", "destroy", "no longer in the catalog")

    assert the_only({}, {"orders": StackFingerprints("a", "a")}) == gone


def test_a_half_made_service_that_left_the_catalog_is_found_by_its_stack():
    assert the_only({}, {}).action == "destroy"


def test_stacks_of_other_environments_are_left_alone():
    assert plan.service_items("dev", {}, {}, ("dev", "dev2.orders", "prod.orders")) == []


def test_an_environment_is_new_until_it_was_provisioned():
    assert plan.environment_item("dev", "new", StackFingerprints(), ()) == Item("dev", None, "provision", "new")


def test_an_environment_whose_fingerprints_agree_is_left_alone():
    assert plan.environment_item("dev", "a", StackFingerprints("a", "a"), ("dev",)).action == "nothing"


def test_down_takes_services_before_the_environment_they_stand_on():
    waves = plan.all_gone("dev", ["orders", "billing", "never-made"], ("dev", "dev.orders", "dev.billing"), whole=True)

    assert [[item.stack for item in wave] for wave in waves] == [["dev.billing", "dev.orders"], ["dev"]]


def test_down_of_one_service_leaves_the_environment():
    waves = plan.all_gone("dev", ["orders"], ("dev", "dev.orders"), whole=False)

    assert [[item.stack for item in wave] for wave in waves] == [["dev.orders"]]
