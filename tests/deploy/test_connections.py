"""Stacks of services that call each other may be provisioned in any order, and none but the caller's runs again."""

import threading

from deploy import plan
from deploy.plan import Item
from deploy.results import Result
from service_catalog import naming
from tests.deploy.conftest import run_up, statuses
from tests.deploy.world import World

FOUND = {"discovery": "service-connect"}
CALLS_PAYMENTS = {"connects_to": ["payments"]}


def connections(world: World, service: str) -> dict[str, str | None]:
    return world.dev.connect().provisioned.read(service).connections


def ups(world: World) -> list[str]:
    return [deed for deed in world.did if deed.startswith("up")]


def items(*names: str) -> list[Item]:
    return [Item("dev", name, "provision", "new") for name in names]


def names(waves: list[list[Item]]) -> list[list[str | None]]:
    return [[item.service for item in wave] for wave in waves]


def test_who_calls_a_new_service_comes_after_it():
    called = {"shop": ["orders"], "orders": ["payments"]}
    new = {"shop", "orders", "payments"}
    assert names(plan.waves(items("mail", "orders", "payments", "shop"), called, new)) == [
        ["payments", "mail"],
        ["orders"],
        ["shop"],
    ]


def test_who_calls_a_service_that_is_there_waits_for_nobody():
    assert names(plan.waves(items("orders", "payments"), {"orders": ["payments"]}, new=set())) == [
        ["orders", "payments"]
    ]


def test_those_that_call_each_other_come_at_once():
    called = {"orders": ["payments"], "payments": ["orders"], "shop": ["orders"]}
    new = {"orders", "payments", "shop"}
    assert names(plan.waves(items("orders", "payments", "shop"), called, new)) == [["orders", "payments", "shop"]]


def test_each_waits_for_the_new_ones_that_it_calls_and_for_nobody_else():
    called = {"shop": ["orders", "mail"], "orders": ["payments"]}
    new = {"shop", "orders", "payments"}
    waves = plan.waves(items("mail", "orders", "payments", "shop"), called, new)
    waited_for = {stack: whom for stack, whom in plan.awaited(waves, called, new).items() if whom}
    assert waited_for == {"dev.orders": ["dev.payments"], "dev.shop": ["dev.orders"]}


def test_a_caller_is_held_up_by_whom_it_waits_for_alone(tmp_path):
    orders_began = threading.Event()

    def work(item: Item) -> Result:
        if item.service == "orders":
            orders_began.set()
        seen = orders_began.wait(0.2 if item.service == "payments" else 60)
        return Result(item.stack, "done", "", "after orders began" if seen else "before it")

    results = World(tmp_path).run().each(work, items("payments", "mail", "orders"), {"dev.orders": ["dev.payments"]})

    assert [result.ended for result in results] == ["before it", "after orders began", "after orders began"]


def test_a_new_caller_is_let_in_by_a_new_service_in_one_run(tmp_path):
    world = World(tmp_path, orders=CALLS_PAYMENTS, payments=FOUND)

    run_up(world)

    assert ups(world) == ["up dev", "up dev.payments", "up dev.orders"]
    assert connections(world, "orders") == {"payments": "sg-payments"}


def test_two_that_call_each_other_are_both_let_in_in_one_run(tmp_path):
    world = World(tmp_path, orders=FOUND | CALLS_PAYMENTS, payments=FOUND | {"connects_to": ["orders"]})

    results = run_up(world)

    assert (connections(world, "orders"), connections(world, "payments")) == (
        {"payments": "sg-payments"},
        {"orders": "sg-orders"},
    )
    assert statuses(results) == {"dev": "done", "dev.orders": "done", "dev.payments": "done"}
    assert statuses(run_up(world)) == dict.fromkeys(["dev", "dev.orders", "dev.payments"], "unchanged")


def test_a_caller_that_came_first_runs_again_once_the_called_service_is_there(tmp_path):
    world = World(tmp_path, orders=CALLS_PAYMENTS, payments=FOUND)
    run_up(world, "orders")
    assert connections(world, "orders") == {"payments": None}
    assert statuses(run_up(world, "orders"))["dev.orders"] == "unchanged"
    run_up(world, "payments")

    [_, orders, payments] = run_up(world)

    assert ups(world) == ["up dev.orders"]
    assert orders.why == "payments is there by now and does not let it in yet"
    assert (orders.status, payments.status) == ("done", "unchanged")
    assert connections(world, "orders") == {"payments": "sg-payments"}


def test_a_caller_runs_again_when_the_called_service_was_made_anew(tmp_path):
    world = World(tmp_path, orders=CALLS_PAYMENTS, payments=FOUND)
    run_up(world)
    record = world.dev.connect().provisioned.read("orders").model_copy(update={"connections": {"payments": "sg-old"}})
    body, bucket = record.model_dump_json().encode(), world.dev.provisioner.bucket
    world.aws.client("s3").put_object(Bucket=bucket, Key=naming.provisioned_key("orders"), Body=body)

    assert {stack for stack, status in statuses(run_up(world)).items() if status == "done"} == {"dev.orders"}


def test_another_port_of_the_called_service_is_a_change_of_its_callers(tmp_path):
    world = World(tmp_path, orders=CALLS_PAYMENTS, payments=FOUND)
    run_up(world)
    world.write_service("payments", **FOUND, port=9000)

    assert {stack for stack, status in statuses(run_up(world)).items() if status == "done"} == {
        "dev.orders",
        "dev.payments",
    }


def test_whatever_else_changes_in_a_called_service_its_callers_stay_as_they_are(tmp_path):
    world = World(tmp_path, orders=CALLS_PAYMENTS, payments=FOUND)
    run_up(world)
    world.write_service("payments", **FOUND, environment={"A": "1"})

    assert statuses(run_up(world))["dev.orders"] == "unchanged"
