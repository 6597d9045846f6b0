"""A little sample traffic on the local cloud: requests to every exposed service, so that charts and logs live."""

import itertools
import random
import threading
from collections.abc import Callable, Sequence

from cli.local_platform.addresses import door
from local_cloud.cloud import LocalCloud, NotRunning
from local_cloud.emulators import loopback
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from service_catalog.catalog import Catalog
from service_catalog.problems import CatalogError

PAUSE_SECONDS = 0.7
_LOOKED_FOR_EVERY = 20
"""Rounds between two looks at which services there are."""
_ANSWER_WITHIN_SECONDS = 5


class Traffic(threading.Thread):
    def __init__(self, urls: Callable[[], Sequence[str]]):
        super().__init__(name="traffic", daemon=True)
        self._urls = urls
        self._over = threading.Event()

    def run(self) -> None:
        urls: Sequence[str] = ()
        for turn in itertools.count():
            if turn % _LOOKED_FOR_EVERY == 0:
                urls = self._urls()
            for url in urls:
                visit(url)
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


def exposed_urls(cloud: LocalCloud, catalog: Catalog, gateways: Gateways) -> list[str]:
    """Of the services that are provisioned; empty while the local cloud does not answer."""
    environment = gateways.environment.name
    try:
        urls = {name: record.url for name, record in gateways.provisioned.all().readable.items()}
        services = [service for service in catalog.services(environment) if urls.get(service.name)]
        return [door(cloud, service, urls[service.name] or "", gateways) for service in services]
    except (CatalogError, GatewayError, NotRunning):
        return []
