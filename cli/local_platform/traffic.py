"""A little sample traffic on the local cloud, so that charts and logs live: requests to every exposed service, and
messages for every worker."""

import itertools
import random
import threading
from collections.abc import Callable, Sequence
from functools import partial

from cli.local_platform.addresses import local_url
from local_cloud.cloud import LocalCloud, NotRunning
from local_cloud.emulators import loopback
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from service_catalog.catalog import Catalog
from service_catalog.model import Environment, Service
from service_catalog.problems import CatalogError

PAUSE_SECONDS = 0.7
_LOOKED_FOR_EVERY = 20
"""Rounds between two looks at which services there are."""
_ANSWER_WITHIN_SECONDS = 5

Load = Callable[[], None]


class Traffic(threading.Thread):
    def __init__(self, loads: Callable[[], Sequence[Load]]):
        super().__init__(name="traffic", daemon=True)
        self._loads = loads
        self._over = threading.Event()

    def run(self) -> None:
        loads: Sequence[Load] = ()
        for turn in itertools.count():
            if turn % _LOOKED_FOR_EVERY == 0:
                loads = self._loads()
            for load in loads:
                load()
            # Never quite even, as people are not.
            if self._over.wait(PAUSE_SECONDS * random.uniform(0.5, 1.5)):
                return

    def stop(self) -> None:
        self._over.set()


def visit(url: str) -> None:
    """Errors are ignored: this is only sample load."""
    try:
        with loopback.ask(url, _ANSWER_WITHIN_SECONDS) as answer:
            answer.read()
    except OSError:
        return


def loads_of(cloud: LocalCloud, catalog: Catalog, gateways: Gateways) -> list[Load]:
    """For the services that are provisioned; none while the local cloud does not answer."""
    environment = gateways.environment
    try:
        provisioned = gateways.provisioned.all().readable
        services = [service for service in catalog.services(environment.name) if service.name in provisioned]
        reached = [(service, reach.url) for service in services if (reach := provisioned[service.name].reach)]
        visits = [partial(visit, local_url(cloud, service, url, gateways)) for service, url in reached]
        return [*visits, *_messages(cloud, environment, [service for service in services if service.queue])]
    except (CatalogError, GatewayError, NotRunning):
        return []


def _messages(cloud: LocalCloud, environment: Environment, workers: Sequence[Service]) -> list[Load]:
    if not workers:
        return []
    from cli.local_platform.messages import Messages  # its SDK takes a second, in which the portal would not start

    sender = Messages(cloud, environment)
    return [partial(sender.send, worker) for worker in workers]
