import pytest

from deploy.results import exit_code
from deploy.up import up
from service_catalog import naming
from service_catalog.problems import CatalogError, NoSuchService
from service_catalog.records import FailedProvisioning
from tests.deploy.conftest import BIGGER
from tests.deploy.world import WHEN as NOW
from tests.deploy.world import World

PINNED = {"image": {"repository": "mail", "tag": "1.0"}}


def nobody(items):
    return False


def everybody(items):
    return True


def statuses(results):
    return {result.stack: result.status for result in results}


def bring_up(world, *only, may_destroy=nobody, retry=False):
    return up(world.run(retry, now=lambda: NOW), only, may_destroy)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, orders={})


@pytest.fixture
def live(world):
    """``orders`` is up, and release 1 of image 1.0 is live."""
    bring_up(world)
    world.dev.release("orders", "1.0")
    return world


def test_a_new_environment_is_provisioned_before_its_services(world):
    results = bring_up(world)

    assert world.did == ["up dev", "up dev.orders"]
    assert statuses(results) == {"dev": "done", "dev.orders": "done"}
    assert exit_code(results) == 0


def test_a_second_run_does_nothing(world):
    bring_up(world)

    results = bring_up(world)

    assert world.did == []
    assert statuses(results) == {"dev": "unchanged", "dev.orders": "unchanged"}


def test_a_change_of_one_service_touches_that_one_alone(tmp_path):
    world = World(tmp_path, orders={}, billing={})
    bring_up(world)

    world.write_service("orders", **BIGGER)
    bring_up(world)

    assert world.did == ["up dev.orders"]


def test_a_service_counts_as_applied_only_once_everything_came_through(world):
    bring_up(world)
    world.write_service("orders", **BIGGER)
    meanwhile = []
    world.engine.meanwhile["dev.orders"] = lambda: meanwhile.append(world.index("orders"))

    bring_up(world)

    assert [(it.applied, it.is_under_way) for it in meanwhile] == [(None, True)]
    assert world.index("orders").applied
    assert not world.index("orders").is_under_way


def test_services_run_again_when_the_environment_exports_something_else(world):
    bring_up(world)

    world.export(vpc="vpc-2")
    bring_up(world)

    assert "up dev.orders" in world.did


def test_a_service_without_a_release_is_only_provisioned_and_that_is_said(world):
    [_, orders] = bring_up(world)

    assert world.released("orders") == []
    assert orders.ended == (
        "provisioned; nothing runs before its first release: `slipway release dev orders --image TAG`, or the portal"
    )


def test_a_pinned_image_is_released_at_once(tmp_path):
    world = World(tmp_path, mail=PINNED)

    [_, mail] = bring_up(world)

    assert world.released("mail") == ["first release, with the image that the catalog pins"]
    assert (mail.status, mail.ended, mail.release) == ("done", "release 1 is live", 1)


def test_a_changed_definition_is_released_with_the_image_and_env_that_are_live(live):
    live.write_service("orders", **BIGGER)

    [_, orders] = bring_up(live)

    assert live.released("orders") == ["changed definition"]
    assert (orders.status, orders.ended) == ("done", "release 2 is live")


def test_a_release_that_is_rolled_back_is_a_failure_and_not_marked_as_applied(live):
    live.write_service("orders", **BIGGER)
    live.ending = "rolled-back"

    results = bring_up(live)

    assert statuses(results)["dev.orders"] == "rolled-back"
    outcome = live.history("orders")[1].outcome
    assert results[1].ended == f"release 2 was rolled back: {outcome.reason}"
    assert results[1].details == ("release 1 is live", *outcome.evidence)
    assert "it crashed" in outcome.evidence[-1]
    assert exit_code(results) == 1
    assert live.index("orders").applied is None


@pytest.fixture
def rolled_back(live):
    live.write_service("orders", **BIGGER)
    live.ending = "rolled-back"
    bring_up(live)
    live.ending = "succeeded"
    return live


def test_what_was_rolled_back_is_not_tried_again(rolled_back):
    results = bring_up(rolled_back)

    assert rolled_back.released("orders") == ["changed definition"]
    assert statuses(results)["dev.orders"] == "held-back"
    assert exit_code(results) == 1


def test_what_was_rolled_back_is_tried_again_when_asked_for(rolled_back):
    results = bring_up(rolled_back, retry=True)

    assert statuses(results)["dev.orders"] == "done"


def test_what_was_rolled_back_is_tried_again_once_it_changed(rolled_back):
    rolled_back.write_service("orders", compute={"cpu": 1024, "memory_mib": 2048})

    assert statuses(bring_up(rolled_back))["dev.orders"] == "done"


def test_what_somebody_rolled_back_by_hand_is_not_released_again(live):
    live.write_service("orders", **BIGGER)
    bring_up(live)
    live.dev.release("orders", to=1)

    live.export(vpc="vpc-2")
    [_, orders] = bring_up(live)

    assert live.released("orders") == ["changed definition"]
    assert orders.ended == (
        "provisioned; the definition was in release 2 (rolled back since), so it is not tried again until it changes, "
        "or by `slipway up dev orders --retry`"
    )


def test_changed_bounds_are_released_although_the_definition_is_the_same(live):
    live.write_service("orders", tasks={"min": 1, "max": 3})

    bring_up(live)

    assert live.released("orders") == ["changed definition"]


def test_going_back_to_an_earlier_definition_is_a_change_as_any_other(rolled_back):
    rolled_back.write_service("orders")

    results = bring_up(rolled_back)

    assert rolled_back.released("orders") == ["changed definition"] * 2
    assert statuses(results)["dev.orders"] == "done"


def test_a_change_of_the_service_itself_is_watched_to_its_end(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.ending = "rolled-back"

    [_, orders] = bring_up(live)

    assert orders.status == "rolled-back"
    assert orders.ended.startswith("ECS rolled the changed service back: Service deployment rolled back because the ")
    assert "exit code 1" in orders.details[0]
    assert live.index("orders").failed_provisioning == FailedProvisioning(
        when=NOW, who="ada", sentence=orders.ended, details=orders.details, is_rollback=True
    )
    assert live.index("orders").applied is None


def test_a_failed_provisioning_is_forgotten_once_one_comes_through(live):
    live.engine.failing["dev.orders"] = "no more addresses"
    live.write_service("orders", description="more room")
    bring_up(live)
    assert live.index("orders").failed_provisioning.sentence == "no more addresses"

    live.engine.failing.clear()
    bring_up(live)

    assert live.index("orders").failed_provisioning is None


def test_a_change_that_ecs_rolled_back_is_not_called_good_because_nothing_rolled_again(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.ending = "rolled-back"
    bring_up(live)
    live.ending = "succeeded"
    live.engine.service_step.clear()

    [_, orders] = bring_up(live)

    assert "refresh dev.orders" in live.did
    assert orders.status == "held-back"
    assert orders.ended.endswith("correct the catalog, or `slipway up dev orders --retry` tries it again")
    assert live.index("orders").failed_provisioning
    [_, orders] = bring_up(live, retry=True)
    assert (orders.status, live.index("orders").failed_provisioning) == ("done", None)


def test_a_stack_that_somebody_else_runs_is_no_failed_provisioning(live):
    live.engine.refusing["dev.orders"] = "dev.orders is being run by process 7"
    live.write_service("orders", description="more room")

    bring_up(live)

    assert live.index("orders").failed_provisioning is None


def test_a_rollout_that_ecs_does_not_list_is_not_called_good(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.lists_late = 1000

    [_, orders] = bring_up(live)

    assert (orders.status, live.index("orders").applied) == ("failed", None)


def test_a_rollout_that_ecs_lists_some_moments_later_is_waited_for(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.lists_late = 5

    [_, orders] = bring_up(live)

    assert (orders.status, orders.ended) == ("done", "provisioned; what ran keeps running")


def test_env_files_that_nobody_saved_begin_empty(tmp_path):
    world = World(tmp_path, orders={"env_files": ["app", "flags"]})

    bring_up(world)
    world.write_service("orders", env_files=["app", "flags"], **BIGGER)
    bring_up(world)

    saved = [world.dev.gateways.env_files.newest("orders", file) for file in ("app", "flags")]
    assert [it and (it.number, it.author, it.text) for it in saved] == [(1, "slipway", "")] * 2


def test_a_stack_that_failed_half_way_runs_again(world):
    world.engine.failing["dev.orders"] = "no more addresses"

    results = bring_up(world)
    assert (results[1].status, results[1].ended) == ("failed", "no more addresses")

    world.engine.failing.clear()
    [_, orders] = bring_up(world)
    assert (orders.status, orders.why) == ("done", "the last run stopped half-way")


def test_services_are_not_tried_when_their_environment_failed(world):
    world.engine.failing["dev"] = "the account is full"

    results = bring_up(world)

    assert statuses(results) == {"dev": "failed", "dev.orders": "skipped"}
    assert world.did == ["up dev"]


def test_a_stack_that_somebody_else_runs_does_not_stop_the_others(tmp_path):
    world = World(tmp_path, billing={}, orders={})
    world.engine.refusing["dev.orders"] = "dev.orders is being run by process 7"

    results = bring_up(world)

    assert statuses(results) == {"dev": "done", "dev.billing": "done", "dev.orders": "failed"}


def test_what_left_the_catalog_goes_before_others_come_when_somebody_agrees(tmp_path):
    world = World(tmp_path, orders={})
    bring_up(world)
    world.forget_service("orders")
    world.write_service("sales")

    results = bring_up(world, may_destroy=everybody)

    assert world.did == ["destroy dev.orders", "up dev.sales"]
    assert statuses(results) == {"dev": "unchanged", "dev.orders": "done", "dev.sales": "done"}


def test_what_left_the_catalog_stays_when_nobody_agrees(world):
    bring_up(world)
    world.forget_service("orders")

    results = bring_up(world)

    assert world.did == []
    assert statuses(results) == {"dev": "unchanged", "dev.orders": "not-destroyed"}
    assert exit_code(results) == 0


def test_naming_a_service_leaves_the_others_alone(tmp_path):
    world = World(tmp_path, billing={}, orders={})

    bring_up(world, "orders")

    assert [deed for deed in world.did if deed.startswith("up")] == ["up dev", "up dev.orders"]


def test_a_broken_entry_does_not_stop_a_named_service(tmp_path):
    world = World(tmp_path, billing={"port": "eighty"}, orders={})

    assert statuses(bring_up(world, "orders"))["dev.orders"] == "done"


def test_a_broken_entry_is_refused_before_anything_is_touched(tmp_path):
    world = World(tmp_path, billing={"port": "eighty"}, orders={})

    with pytest.raises(CatalogError):
        bring_up(world)

    assert world.did == []


def test_an_unknown_service_is_refused_with_what_was_meant(world):
    with pytest.raises(NoSuchService, match="did you mean 'orders'"):
        bring_up(world, "order")


def test_a_typo_in_the_environments_of_a_named_service_is_told_with_what_was_meant(world):
    world.write_service("orders", environments={"dve": {}})

    with pytest.raises(CatalogError, match="there is no environment 'dve'; did you mean 'dev'"):
        up(world.run(), ["orders"], lambda items: False)


def test_all_unknown_services_are_told_at_once(world):
    with pytest.raises(CatalogError) as refused:
        up(world.run(), ("nope", "order"), lambda items: True)
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda world: (world.directory / "services" / "orders.yaml").rename(
            world.directory / "services" / "orders.yml"
        ),
        lambda world: world.write_service("orders", environments={"devv": {}}),
    ],
)
def test_what_a_typo_seems_to_take_out_of_the_catalog_is_not_destroyed(tmp_path, spoil):
    world = World(tmp_path, billing={}, orders={})
    up(world.run(), (), lambda items: True)
    spoil(world)

    with pytest.raises(CatalogError, match="orders"):
        up(world.run(), (), lambda items: True)

    assert world.did == []


def test_four_stacks_at_most_are_with_the_engine_at_once(tmp_path):
    world = World(tmp_path, **{f"service-{number}": {} for number in range(12)})

    bring_up(world)

    assert world.engine.most_at_once <= 4
    assert all(world.has(f"service-{number}") for number in range(12))


def test_a_service_whose_record_is_unreadable_is_refused_and_the_others_go_on(tmp_path):
    world = World(tmp_path, orders={}, search={})
    bring_up(world)
    key = {"Bucket": world.dev.provisioner.bucket, "Key": naming.provisioned_key("orders")}
    world.aws.client("s3").put_object(**key, Body=b"{}")
    world.write_service("search", **BIGGER)

    [_, orders, search] = bring_up(world)

    assert (orders.status, orders.why) == ("failed", "its record is unreadable")
    assert orders.ended.startswith("provisioned/orders.json ")
    assert search.status == "done"
    assert world.did == ["up dev.search"]
