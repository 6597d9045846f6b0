"""Something else answers in AWS's place, or half of an answer comes: that is said, and no service is called absent."""

import http.server
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config

from runtime.aws.errors import Unreachable
from runtime.gateways import Access, Gateways
from tests.provisioning import ENVIRONMENT

REPOSITORY = f"{ENVIRONMENT.account_id}.dkr.ecr.{ENVIRONMENT.region}.amazonaws.com/orders"
PAGE = b"<html><body>Please sign in to the company's network</body></html>"


class Proxy(http.server.BaseHTTPRequestHandler):
    server: "ProxyServer"

    def do_GET(self) -> None:
        status, missing = self.server.answer
        if self.headers.get("Content-Length"):
            self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE) + missing))
        self.end_headers()
        self.wfile.write(PAGE)

    do_PUT = do_POST = do_GET

    def log_message(self, *said: object) -> None:
        """It keeps quiet."""


class ProxyServer(http.server.ThreadingHTTPServer):
    answer: tuple[int, int]
    """A status, and how much longer the page claims to be than it is"""


@pytest.fixture(
    scope="module",
    params=[(200, 0), (200, 10), (400, 10)],
    ids=["another's page", "cut short", "a refusal cut short"],
)
def client(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    """boto3's, which asks once: that a second and a third answer are no better would only take time."""
    session = boto3.Session(ENVIRONMENT.account_id, "local", region_name=ENVIRONMENT.region)
    asks_once = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, proxies={})
    with ProxyServer(("127.0.0.1", 0), Proxy) as server:
        server.answer = request.param
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield cache(lambda service: session.client(service, endpoint_url=url, config=asks_once))
        server.shutdown()


@pytest.fixture
def behind_a_proxy(client: Callable[[str], Any]) -> Gateways:
    return Gateways.connect(ENVIRONMENT, Access(client=client))


READINGS: dict[str, Callable[[Gateways], Any]] = {
    "service": lambda aws: aws.ecs_services.service("orders"),
    "deployments": lambda aws: aws.ecs_services.history("orders"),
    "running": lambda aws: aws.tasks.running("orders"),
    "stopped": lambda aws: aws.tasks.stopped("orders"),
    "logs": lambda aws: aws.logs.of_task("orders", "t1"),
    "tags": lambda aws: aws.images.tags(REPOSITORY),
    "metrics": lambda aws: aws.metrics.measured("orders", None),
    "alarms": lambda aws: aws.alarms.ringing(),
    "releases": lambda aws: aws.releases.history("orders").releases,
    "head": lambda aws: aws.service_index.read("orders"),
    "heads": lambda aws: aws.service_index.all(),
    "env": lambda aws: aws.env_files.newest("orders", "app"),
    "provisioned": lambda aws: aws.provisioned.read("orders"),
}


@pytest.mark.parametrize("reading", READINGS)
def test_nothing_is_made_of_what_is_no_answer_of_aws(behind_a_proxy, reading):
    with pytest.raises(Unreachable):
        READINGS[reading](behind_a_proxy)
