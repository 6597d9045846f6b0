"""A program on this machine hears how releases end: it confirms as SNS asks it to, and is posted to from then on."""

import json
import queue
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from service_catalog import naming
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


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.close()


@pytest.fixture(scope="module")
def telling(platform: Platform, hook: Hook) -> Platform:
    told = platform.declare(events={"receivers": [hook.address], "portal": "http://127.0.0.1:8080"})
    assert not told.up()["local"].is_bad
    assert hook.next()["Type"] == "SubscriptionConfirmation"
    return told


def test_a_program_hears_that_a_release_came_through_and_that_the_next_was_rolled_back(
    telling: Platform, hook: Hook
) -> None:
    assert telling.first_release("search").status == "succeeded"
    first = hook.next()
    broken = telling.release("search", image="2.0.0-broken")
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


def test_an_alarm_that_rings_and_then_no_longer_does_is_told_too(telling: Platform, hook: Hook) -> None:
    name = naming.alarm("local", "search", "of_a_test")
    metric = {"Namespace": "Test", "MetricName": "nothing", "Statistic": "Sum", "Period": 60}
    rule = {"Threshold": 1, "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1}
    said = {"AlarmDescription": "search in local: a test", "TreatMissingData": "ignore"}
    telling.aws.call("cloudwatch", "put_metric_alarm", AlarmName=name, **metric, **rule, **said)

    for state in ("OK", "ALARM", "OK"):
        telling.aws.call("cloudwatch", "set_alarm_state", AlarmName=name, StateValue=state, StateReason="a test")

    told = [json.loads(hook.next()["Message"]) for _ in range(2)]
    assert [(it["before"], it["state"]) for it in told] == [("OK", "ALARM"), ("ALARM", "OK")]
    assert {it["alarm"] for it in told} == {name}
    assert (told[0]["event"], told[0]["sentence"]) == ("alarm", "search in local: a test")
