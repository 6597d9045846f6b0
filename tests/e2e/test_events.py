"""A program on this machine hears how releases end: it confirms as SNS asks it to, and is posted to from then on."""

import json
import queue
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.e2e.platform import Platform

SERVICES = ("search",)
PATIENCE_SECONDS = 30


class Hook:
    """What a team would write to hear of releases."""

    def __init__(self) -> None:
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        heard = self.heard

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()
                if said["Type"] == "SubscriptionConfirmation":
                    urllib.request.urlopen(said["SubscribeURL"], timeout=10).close()
                heard.put(said)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.address = f"http://127.0.0.1:{self._server.server_port}/slipway"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self) -> dict[str, Any]:
        return self.heard.get(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.close()


def test_a_program_hears_that_a_release_came_through_and_that_the_next_was_rolled_back(
    platform: Platform, hook: Hook
) -> None:
    platform = platform.declare(events={"receivers": [hook.address], "portal": "http://127.0.0.1:8080"})
    assert not platform.up()["local"].is_bad
    assert hook.next()["Type"] == "SubscriptionConfirmation"

    assert platform.first_release("search").status == "succeeded"
    first = hook.next()
    broken = platform.release("search", image="2.0.0-broken")
    second = hook.next()

    assert {name: it["Value"] for name, it in first["MessageAttributes"].items()} == {
        "event": "release-ended",
        "service": "search",
        "owner": "team-web",
        "outcome": "succeeded",
    }
    assert json.loads(first["Message"])["page"] == "http://127.0.0.1:8080/local/services/search/releases/1"
    told = json.loads(second["Message"])
    assert (broken.status, told["outcome"]["status"], told["release"]["number"]) == ("rolled-back", "rolled-back", 2)
    assert told["outcome"]["reason"] == str(broken.reason)
