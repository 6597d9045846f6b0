"""`slipway portal`, for real: a process that is started, asked, and told to stop."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local_cloud.emulators.process import free_port
from tests.cli.test_portal_server import Silent
from tests.deploy.world import World
from tests.local_cloud.waiting import eventually

OIDC = {
    "SLIPWAY_OIDC_ISSUER": "https://login.example.com",
    "SLIPWAY_OIDC_CLIENT_ID": "slipway",
    "SLIPWAY_OIDC_CLIENT_SECRET": "s",
    "SLIPWAY_PUBLIC_URL": "https://slipway.example.com",
    "SLIPWAY_SESSION_KEY": "k" * 64,
}


class Portal:
    def __init__(self, directory: Path):
        (directory / "catalog").mkdir()
        World(directory / "catalog", orders={"env_files": ["app"]})
        self._directory = directory
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def command(self, *options: str) -> list[str]:
        said = ["--port", str(self.port), "--catalog", str(self._directory / "catalog")]
        return [sys.executable, "-m", "cli", "portal", *said, "--state", str(self._directory / "state"), *options]

    def refused(self, *options: str, **variables: str) -> str:
        ended = subprocess.run(self.command(*options), env=os.environ | variables, capture_output=True, text=True)
        assert ended.returncode == 2
        return ended.stderr

    def serve(self, *options: str, **variables: str) -> None:
        with (self._directory / "log").open("w") as log:
            process = subprocess.Popen(self.command(*options), env=os.environ | variables, stderr=log, text=True)
        self.process = process
        assert eventually(lambda: self.get("/healthz") == "ok\n" or process.poll() is not None)

    def get(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return str(answer.read().decode())
        except OSError as error:
            return str(error)

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self._directory / "log").read_text().splitlines()]

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    made = Portal(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


def test_a_catalog_that_is_cloned_wants_its_changes_committed(portal):
    assert "--catalog-clone: what is written into files of a clone is lost" in portal.refused("--catalog-clone", "x")


def test_a_catalog_is_cloned_where_there_is_none(portal, tmp_path):
    remote, who = tmp_path / "remote", ["-c", "user.name=Ito", "-c", "user.email=ito@example.com"]
    shutil.copytree(tmp_path / "catalog", remote / "platform")
    for words in (["init", "-q", "-b", "main"], ["add", "--all"], [*who, "commit", "-qm", "Begin"]):
        subprocess.run(["git", *words], cwd=remote, check=True)

    portal.serve("--catalog-clone", f"{remote}#platform", "--catalog-changes", "branch")

    assert "orders" in portal.get("/dev/services") + portal.get("/")
    assert (tmp_path / "state" / "catalog" / "platform" / "services" / "orders.yaml").exists()


def test_it_serves_this_machine_and_stops_when_told(portal):
    portal.serve()

    assert portal.get("/readyz") == "catalog: ok\n"
    assert portal.stop() == 0


def test_what_is_asked_when_it_is_told_to_stop_is_answered(portal):
    aws = Silent()
    portal.serve(AWS_ENDPOINT_URL=aws.url, AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret")
    try:
        with ThreadPoolExecutor(1) as people:
            page = people.submit(portal.get, "/dev/services/orders/env/app")
            assert aws.was_asked.wait(60)
            assert portal.stop() == 0
            assert page.result() == "HTTP Error 503: SERVICE UNAVAILABLE"
    finally:
        aws.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody without a name")
def test_who_has_no_name_on_this_machine_may_serve_it_as_in_an_image():
    nobody = "import os; from portal import Settings; os.setuid(54321); print(Settings(run_directory=None).user)"
    named = ("LOGNAME", "USER", "LNAME", "USERNAME")
    variables = {name: value for name, value in os.environ.items() if name not in named}

    said = subprocess.run([sys.executable, "-c", nobody], env=variables, capture_output=True, text=True, check=True)

    assert said.stdout == "uid 54321\n"


def test_a_portal_that_signs_people_in_has_a_home():
    ended = subprocess.run(
        [sys.executable, "-m", "cli", "portal"], env=os.environ | OIDC, capture_output=True, text=True
    )
    assert "--home-environment: missing" in ended.stderr


def test_a_home_that_the_catalog_does_not_know_is_refused(portal):
    assert "there is no environment 'nowhere'" in portal.refused("--home-environment", "nowhere", **OIDC)


def test_as_json_every_line_is_an_object_and_each_request_has_one(portal):
    portal.serve("--log-format", "json")
    portal.get("/nowhere?token=secret")
    portal.stop()

    asked = [line for line in portal.log() if line["event"] == "request"]

    assert [(line["method"], line["endpoint"], line["status"]) for line in asked] == [("GET", "-", 404)]
