"""The program as an engine runs it: by the stack's name, over the sample catalog."""

import asyncio
import runpy
import sys
from pathlib import Path

import pulumi
import pytest

import infra
from infra.catalog_of_process import catalog_of_process
from service_catalog.catalog import Catalog
from tests.infra import schema
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

PROGRAM = Path(infra.__file__).parent
CATALOG = Catalog.at(None)
ENVIRONMENTS = ["local", "dev"]
SERVICES = [
    f"{environment}.{service}" for environment in ENVIRONMENTS for service in CATALOG.service_names(environment)
]


def run(stack: str) -> Recorder:
    engine = Recorder(stack_outputs=WRITTEN.as_mapping())
    engine.run(lambda: runpy.run_path(str(PROGRAM), run_name="__main__"), stack)
    return engine


@pytest.mark.parametrize("stack", [*ENVIRONMENTS, *SERVICES])
def test_every_sample_is_something_the_aws_provider_knows(stack):
    made = [made for made in run(stack).made if made.type.startswith("aws:")]
    assert [problem for resource in made for problem in schema.problems(resource)] == []


def test_a_service_stands_in_its_slot_of_the_lock():
    route = CATALOG.slot("orders-api", "dev")
    assert route is not None
    assert run("dev.orders-api").one("aws:lb/listenerRule:ListenerRule").inputs["priority"] == route.priority


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("dev.orders.api", "is neither an environment nor a service in one"),
        ("dve", "dve"),
        ("dev.orders-ap", "orders-api"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_without_a_traceback(stack, said):
    with pytest.raises(pulumi.RunError, match=said):
        run(stack)


def test_the_sdk_awaits_registrations_in_turn_and_does_not_ask_all_outputs_in_rounds():
    rounds = 0

    def count(frame, event, _):
        nonlocal rounds
        rounds += event == "call" and frame.f_code is asyncio.wait.__code__

    sys.setprofile(count)
    try:
        # One that looks nothing up: a look-up begins all registrations before it.
        run("dev.storefront")
    finally:
        sys.setprofile(None)

    assert rounds < 10  # it was 64


def test_the_catalog_may_stand_elsewhere(monkeypatch, tmp_path):
    write_environment(tmp_path, "eu-west-1")
    monkeypatch.setenv("SLIPWAY_CATALOG", str(tmp_path))
    assert run("elsewhere").one("pulumi:providers:aws").inputs["region"] == "eu-west-1"


def test_stacks_of_one_process_read_a_file_once_and_again_when_it_changed(monkeypatch, tmp_path):
    monkeypatch.setenv("SLIPWAY_CATALOG", str(tmp_path))
    write_environment(tmp_path, "eu-west-1")
    first = catalog_of_process().environment("elsewhere")
    assert catalog_of_process().environment("elsewhere") is first

    write_environment(tmp_path, "ap-northeast-1")
    assert catalog_of_process().environment("elsewhere").region == "ap-northeast-1"


def write_environment(catalog: Path, region: str) -> None:
    (catalog / "environments").mkdir(exist_ok=True)
    (catalog / "services").mkdir(exist_ok=True)
    text = f'name: elsewhere\naccount_id: "999999999999"\nregion: {region}\n'
    (catalog / "environments" / "elsewhere.yaml").write_text(text)
