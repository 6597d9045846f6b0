"""What is counted of the calls of AWS: how each ended, and every throttle, also one that a retry made good."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from runtime.aws.clients import Access, Clients
from runtime.aws.errors import Absent, GatewayError


class Ecs(BaseHTTPRequestHandler):
    """Asks to slow down once, then answers; and knows no task definition."""

    throttled = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        if operation == "DescribeServices" and not Ecs.throttled:
            Ecs.throttled = True
            self.answer(400, '{"__type": "ThrottlingException", "message": "Rate exceeded"}')
        elif operation == "DescribeServices":
            self.answer(200, '{"services": []}')
        else:
            self.answer(400, '{"__type": "ClusterNotFoundException", "message": "no cluster"}')

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_said: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def aws() -> Iterator[Clients]:
    Ecs.throttled = False
    with ThreadingHTTPServer(("127.0.0.1", 0), Ecs) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Clients("eu-west-1", Access(f"http://127.0.0.1:{server.server_port}", {}, "key", "secret"))
        server.shutdown()
        thread.join()


def test_a_call_is_counted_once_and_each_throttle_on_its_way(aws):
    aws.call("ecs", "describe_services", "reading", services=["x"])

    assert aws.counts.outcomes.all() == {("ecs", "describe_services", "ok"): 1}
    assert aws.counts.throttles.all() == {("ecs", "describe_services"): 1}


def test_a_refusal_is_counted_by_its_kind(aws):
    with pytest.raises(Absent):
        aws.call_once("ecs", "update_service", "writing", service="x")
    with pytest.raises(GatewayError):
        list(aws.pages("ecs", "list_tasks", "listing"))

    assert aws.counts.outcomes.all() == {("ecs", "update_service", "Absent"): 1, ("ecs", "list_tasks", "Absent"): 1}
    assert aws.counts.throttles.all() == {}
