"""`slipway local up`, for real: one small catalog, one service, the emulators, the portal."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from cli.errors import FAILED, HELD_BACK
from cli.local import group
from cli.local_platform.demo_catalog import DemoCatalog
from cli.local_platform.fill import how_it_ended, with_first_releases
from cli.local_platform.up import what_is_missing
from deploy.results import INTERRUPTED, Result
from deploy.up import up
from local_cloud.cloud import LocalCloud
from local_cloud.emulators.process import free_port
from service_catalog.catalog import Catalog
from tests.deploy.world import World
from tests.local_cloud.waiting import eventually

SERVICE = {
    "name": "hello",
    "owner": "us",
    "image": {"repository": "hello"},
    "port": 8080,
    "health": {"path": "/healthz"},
    "exposure": {"audience": "public", "paths": ["/*"]},
    "env_files": ["app"],
    "secrets": {"TOKEN": {"secretsmanager": "hello/token", "key": "value"}},
    "environments": {"local": {}},
}
ENVIRONMENT = {"name": "local", "account_id": "000000000000", "region": "ap-northeast-1"}


class Machine:
    """Commands of a shell that knows one catalog and one state directory."""

    def __init__(self, directory: Path):
        self.state, self.port = directory / "state", free_port()
        self._environment = {
            **os.environ,
            "SLIPWAY_CATALOG": str(directory / "catalog"),
            "SLIPWAY_STATE": str(self.state),
            "HTTP_PROXY": "http://127.0.0.1:9",  # what a user's shell may name for the world outside
            "http_proxy": "http://127.0.0.1:9",
            "AWS_PROFILE": "nobody-here",
        }
        for kind, entry in (("services", SERVICE), ("environments", ENVIRONMENT)):
            (directory / "catalog" / kind).mkdir(parents=True)
            (directory / "catalog" / kind / f"{entry['name']}.yaml").write_text(yaml.safe_dump(entry))
        self("catalog", "lock")

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", *words], capture_output=True, text=True, env=self._environment, check=False
        )

    def register(self, name: str) -> None:
        entry = SERVICE | {"name": name, "exposure": {"audience": "internal", "paths": [f"/{name}"]}}
        (self.state.parent / "catalog" / "services" / f"{name}.yaml").write_text(yaml.safe_dump(entry))
        self("catalog", "lock")

    def rewrite(self, name: str, **changes: object) -> None:
        (self.state.parent / "catalog" / "services" / f"{name}.yaml").write_text(yaml.safe_dump(SERVICE | changes))
        self("catalog", "lock")

    def up(self) -> str:
        """The phase in which it stayed."""
        assert self("local", "up", "--detach", "--port", str(self.port)).returncode == 0
        return eventually(lambda: self.phase() if self.phase().startswith(("ready", "failed")) else "", seconds=180)

    def phase(self) -> str:
        record = json.loads((self.state / "local-cloud.json").read_text())
        return record["notes"].get("phase", "")

    def portal(self, path: str) -> str:
        return self.visit(f"http://127.0.0.1:{self.port}{path}")

    def visit(self, url: str) -> str:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read().decode()

    def address_on(self, path: str) -> str:
        """The first address of a running program that a page of the portal shows."""
        found = re.findall(r"http://127\.0\.0\.1:\d+/", self.portal(path))
        return next(url for url in found if f":{self.port}/" not in url)

    def processes(self) -> list[str]:
        """Command lines that name our state, and all they started."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it ended while we looked
                found.append(path.read_text(errors="replace"))
        return [line for line in found if str(self.state) in line]

    def log(self) -> str:
        return (self.state / "logs" / "up.log").read_text()


@pytest.fixture
def machine(tmp_path):
    made = Machine(tmp_path)
    yield made
    made("local", "down")


def test_a_platform_comes_up_goes_down_and_goes_on_where_it_stopped(machine):
    assert machine.up() == "ready", machine.log()
    assert "hello" in machine.portal("/local/services")
    assert "hello is running" in machine.visit(machine.address_on("/local/services/hello"))
    assert "ready (process " in machine("local", "status").stdout
    assert machine("preview", "local").stdout.endswith("nothing differs from the catalog\n")
    assert machine("release", "local", "hello", "--image", "1.1.0").stdout.endswith("release 2 succeeded\n")
    assert "is already run by process" in machine("local", "up", "--port", str(free_port())).stderr

    machine.register("mine")
    assert machine("local", "down").stdout == "stopped\n"
    assert machine.processes() == []

    assert machine.up() == "ready", machine.log()
    assert "local.mine: provisioned" in machine.log()
    assert "mine: release" not in machine.log()  # that is for whoever registered it
    assert machine("release", "local", "hello", "--to", "1").stdout.startswith("release 3 of hello (roll-back)")


def test_a_platform_is_ready_though_a_service_is_held_back(machine):
    assert machine.up() == "ready", machine.log()
    machine("local", "down")
    machine.rewrite("hello", secrets={})  # release 1 reads it still

    phase = machine.up()

    look = f"slipway up local --state {machine.state}"
    assert phase == f"ready, but for services held back or waiting: `{look}` says which and why", machine.log()
    assert f"{phase} (process " in machine("local", "status").stdout
    assert "held back" in machine("up", "local").stdout
    assert "hello is running" in machine.visit(machine.address_on("/local/services/hello"))


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["done", "unchanged"], 0),
        (["done", "held-back"], HELD_BACK),
        (["failed", "held-back"], FAILED),
        (["skipped"], FAILED),
        (["interrupted", "held-back"], INTERRUPTED),
    ],
)
def test_held_back_is_no_failure_of_the_platform(statuses, code):
    assert how_it_ended([Result("local.hello", status, "") for status in statuses]) == code


def test_a_filling_that_was_killed_is_told_with_the_way_on(tmp_path):
    cloud = LocalCloud(tmp_path)

    assert what_is_missing(FAILED, cloud) == "not everything came up: see above"
    assert what_is_missing(-9, cloud) == (
        "not everything came up: what was filling it was ended by signal 9; "
        f"`slipway local down --state {tmp_path}`, then `slipway local up --state {tmp_path}` goes on from there"
    )


def test_what_was_only_provisioned_by_hand_comes_to_its_first_release(tmp_path):
    world = World(tmp_path, orders={}, billing={})
    up(world.run(), (), lambda items: False)
    world.dev.release("billing", "1.0")

    run = with_first_releases(world.run(), world.catalog.services("dev"))
    up(run, (), lambda items: False)

    assert world.did == ["up dev.orders"]
    assert world.released("orders") == ["first release"]


def test_a_reset_keeps_the_demos_catalog_unless_somebody_says_otherwise(tmp_path):
    demo = DemoCatalog(tmp_path / "state")
    demo.make(Catalog.at(None))
    reset = ["reset", "--yes", "--state", str(demo.state)]

    kept = CliRunner().invoke(group, reset)
    assert f"its catalog stays in {demo.directory}, unless you say --with-catalog" in kept.output
    assert demo.is_in_git

    CliRunner().invoke(group, [*reset, "--with-catalog"])
    assert not demo.state.exists()


def test_nothing_outlives_an_owner_that_is_killed(machine):
    assert machine.up() == "ready", machine.log()
    owner = json.loads((machine.state / "local-cloud.json").read_text())["owner"]["pid"]

    os.kill(owner, 9)

    assert eventually(lambda: machine.processes() == [])
    assert machine("local", "status").returncode == 1
