"""The portal in a browser, over AWS in memory."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from flask import Flask
from playwright.sync_api import Browser

from runtime.releases.request import ReleaseRequest
from runtime.runs import RunRequest
from runtime.second_person import Who
from tests.fake_aws.environment import FakeEnvironment
from tests.portal.browser import Watched, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """Closes what it answers with, also when the browser has hung up; werkzeug's leaves files open then."""

    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, ThreadingServer, QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Watched]:
    found = Watched(browser, address)
    yield found
    found.context.close()


@pytest.fixture
def troubled(running: FakeEnvironment) -> FakeEnvironment:
    """A rollout whose first task failed, with everything on the page that there may be."""
    who = Who("Sato Yui", "sato")
    running.gateways.asking.ask("orders-api", ReleaseRequest(image="2.14.0"), who=who, why="Split shipping")
    run = RunRequest("Sato Yui", "Backfill", command=("bin/fill", "--all"), environment={"MODE": "dry"})
    running.gateways.asking_runs.ask("orders-api", run, who=who)
    running.save("orders-api", 'GREETING="Welcome"\nLOG_LEVEL=info\n', base=1)
    running.begin("orders-api", "2.14.0", 2)
    running.aws.passes(seconds=100)
    running.aws.ecs.service("orders-api").start(1)
    running.fails("orders-api", "ERROR missing setting DB_POOL_SIZE")
    return running
