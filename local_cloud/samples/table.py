"""The image table of the local cloud: which repository is which sample program, with which tags.

Add a line to make another image known. A repository whose name goes on after a dash or slash is served too
(``orders-api-v2``). Tags that end in ``-broken`` crash at start, ``-slow`` ones answer slowly. All of these images take
a ``command``: web services and workers know ``bin/migrate``, and end with 127 for any other; jobs log what they were
given, and work as ever.
"""

import sys
from pathlib import Path

from local_cloud.tasks.images import Image, ImageTable

HERE = Path(__file__).parent
TAGS = ("1.0.0", "1.1.0", "1.2.0", "2.0.0-broken", "latest")


def _program(name: str) -> tuple[str, ...]:
    """Isolated, without site-packages: twice as fast to start, and nothing of ours within reach."""
    return (sys.executable, "-I", "-S", str(HERE / "run.py"), name)


def web(repository: str, requires: str = "", tags: tuple[str, ...] = TAGS) -> Image:
    """Serves / and what is below its name: ``orders-api`` /orders. ``PATHS`` in a definition says otherwise."""
    paths = f"/{repository.partition('-')[0]}"
    settings = {"IMAGE_NAME": repository, "IMAGE_REQUIRES": requires, "PATHS": paths}
    return Image(repository, _program("web"), tags, settings, takes_command=True)


def worker(repository: str, requires: str = "") -> Image:
    """Takes messages from the queue at ``QUEUE_URL``."""
    settings = {"IMAGE_NAME": repository, "IMAGE_REQUIRES": requires}
    return Image(repository, _program("worker"), TAGS, settings, takes_command=True)


def job(repository: str, requires: str = "") -> Image:
    settings = {"IMAGE_NAME": repository, "IMAGE_REQUIRES": requires, "STEPS": "5", "STEP_SECONDS": "0.2"}
    return Image(repository, _program("job"), TAGS, settings, takes_command=True)


def agent(repository: str, *tags: str) -> Image:
    """Stands in for an agent that reports elsewhere: it says so, and sends nothing."""
    settings = {"IMAGE_NAME": repository}
    return Image(repository, _program("agent"), (*tags, "latest"), settings, is_public=True, takes_command=True)


LOG_ROUTER = Image("aws-observability/aws-for-fluent-bit", _program("log_router"), ("init-3.4.15",), is_public=True)
"""Whichever version of Fluent Bit is asked for here is answered by the local cloud's own log router."""

TABLE = ImageTable(
    [
        LOG_ROUTER,
        web("orders-api", requires="PAYMENTS_URL"),  # in its env file: take it away, and watch the release come back
        web("storefront"),
        web("payments"),
        web("search", tags=("1.0.0", "1.1.0", "1.2.0-slow", "2.0.0-broken", "latest")),
        web("mail", tags=("1.4.1", "1.4.2", "1.5.0", "2.0.0-broken", "latest")),
        web("accounts"),
        web("billing"),
        web("cart"),
        web("catalog"),
        web("checkout"),
        web("inventory"),
        web("pricing"),
        web("hello"),
        web("demo"),
        web("web"),
        web("api"),
        worker("receipts"),
        worker("worker"),
        job("report"),
        job("backfill"),
        job("job"),
        agent("datadog/agent", "7.84.6"),
        agent("mackerel/mackerel-container-agent", "v0.13.2"),
        agent("newrelic/nri-ecs", "1.15.6"),
        agent("aws-observability/aws-otel-collector", "v0.49.0"),
    ]
)
