"""A portal over a catalog in a temporary directory, with AWS in memory: see ``twins``."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import Settings, create_app
from service_catalog.catalog import Catalog
from tests.portal.twins import TwinAws

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
def aws(catalog: Catalog) -> TwinAws:
    return TwinAws(catalog.environment("local"))


@pytest.fixture
def running(aws: TwinAws) -> TwinAws:
    """orders-api, provisioned, with release 1 of 2.13.4 + env v1 live."""
    aws.provision("orders-api")
    aws.save("orders-api", "LOG_LEVEL=info\nDB_POOL_SIZE=10\n", message="To begin with")
    aws.release("orders-api", "2.13.4", env=1)
    return aws


@pytest.fixture
def printing(running: TwinAws) -> list[str]:
    """A task that has printed 300 lines, one a second."""
    held = running.services["orders-api"]
    held.lines = {held.running[0].id: [f"line {number}" for number in range(300)]}
    return held.lines[held.running[0].id]


@pytest.fixture
def settings(tmp_path: Path, aws: TwinAws) -> Settings:
    return Settings(
        run_directory=tmp_path / "run",
        user="Sato Yui",
        fresh_seconds=0.0,
        provision_command=(sys.executable, "-c", 'print(\'{"event": "phase", "text": "made it"}\')', "{service}"),
        now=lambda: aws.now,
    )


@pytest.fixture
def app(settings: Settings, catalog: Catalog, aws: TwinAws) -> Iterator[Flask]:
    app = create_app(settings, catalog, lambda name: aws.gateways())
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
