"""A portal over a catalog in a temporary directory, with the real gateways over an AWS in memory (``fake_aws``)."""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import BytecodeCache, FileSystemBytecodeCache
from werkzeug.test import TestResponse

from portal import Settings, create_app
from runtime.gateways import Gateways
from service_catalog.catalog import Catalog
from service_catalog.model import Service
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment

NOW = datetime(2026, 11, 20, 5, 32, 8, tzinfo=UTC)
ORDERS = """\
name: orders-api
owner: team-commerce
description: Takes and prices orders
image: { repository: orders-api }
port: 8080
health: { path: /healthz }
tasks: { min: 2, max: 4 }
exposure: { audience: public, paths: [/orders, /orders/*] }
env_files: [app]
environments: { local: {} }
"""
LOCAL = 'name: local\naccount_id: "000000000000"\nregion: ap-northeast-1\n'


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    directory = tmp_path / "catalog"
    (directory / "services").mkdir(parents=True)
    (directory / "environments").mkdir()
    (directory / "services" / "orders-api.yaml").write_text(ORDERS)
    (directory / "environments" / "local.yaml").write_text(LOCAL)
    (directory / "environments" / "dev.yaml").write_text(LOCAL.replace("local", "dev"))
    found = Catalog(directory)
    found.update_lock()
    return found


@pytest.fixture
def aws(catalog: Catalog) -> FakeAws:
    local = catalog.environment("local")
    return FakeAws(local.account_id, local.region, NOW)


@pytest.fixture
def local(aws: FakeAws, catalog: Catalog) -> FakeEnvironment:
    """Nothing is provisioned in it, and three images of orders-api are there."""
    made = FakeEnvironment(aws, catalog.environment("local"))
    made.push("orders-api", "2.13.3", "2.13.4", "2.14.0")
    return made


@pytest.fixture
def orders(catalog: Catalog) -> Service:
    """As the catalog says at first."""
    return catalog.service("orders-api", "local")


@pytest.fixture
def running(local: FakeEnvironment, orders: Service) -> FakeEnvironment:
    """orders-api, provisioned, with release 1 of 2.13.4 + env v1 live since 19 hours."""
    local.aws.now = NOW - timedelta(hours=19)
    local.provision(orders)
    local.save("orders-api", "LOG_LEVEL=info\nDB_POOL_SIZE=10\n", message="To begin with")
    local.release("orders-api", "2.13.4", env=1)
    local.aws.now = NOW
    return local


@pytest.fixture
def printing(running: FakeEnvironment) -> Callable[..., None]:
    """Prints from a task that has printed 300 lines, one a second."""
    task = running.tasks("orders-api")[0]
    running.prints("orders-api", task, *(f"line {number}" for number in range(300)))
    return lambda *lines: running.prints("orders-api", task, *lines)


@pytest.fixture
def connect(aws: FakeAws, catalog: Catalog) -> Callable[[str], Gateways]:
    return lambda name: Gateways.connect(catalog.environment(name), aws.access, aws.clock)


@pytest.fixture
def settings(tmp_path: Path, aws: FakeAws) -> Settings:
    return Settings(
        run_directory=tmp_path / "run",
        user="Sato Yui",
        fresh_seconds=0.0,
        provision_command=(sys.executable, "-c", 'print(\'{"event": "phase", "text": "made it"}\')', "{service}"),
        now=lambda: aws.now,
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Every test makes a portal of its own; its templates are compiled once in a process."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    settings: Settings, catalog: Catalog, connect: Callable[[str], Gateways], compiled_templates: BytecodeCache
) -> Iterator[Flask]:
    app = create_app(settings, catalog, connect)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    app.extensions["slipway"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Poster:
    """Sends a form as a browser does, with the token of the page it stands on."""

    def __init__(self, client: FlaskClient):
        self.client = client

    def __call__(self, address: str, page: str, **fields: object) -> TestResponse:
        return self.client.post(address, data={"csrf_token": self.token(page), **fields})

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).get_data(as_text=True))
        assert found, f"{page} has no form"
        return found[1]


@pytest.fixture
def post(client: FlaskClient) -> Poster:
    return Poster(client)
