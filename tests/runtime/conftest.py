"""One running local cloud per test process, with one environment in it; tests keep apart by their services' names."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_cloud.cloud import LocalCloud
from runtime.gateways import Gateways
from tests.provisioning import ENVIRONMENT, Provisioner, access

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    directory = Path(tempfile.mkdtemp(prefix="slipway-runtime-"))
    running = LocalCloud(directory, steady_seconds=0.2)
    running.start()
    yield running
    running.stop()
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def aws(cloud: LocalCloud) -> Callable[[str], Any]:
    """boto3 clients of the running cloud, by service."""
    where = access(cloud)
    session = boto3.Session(where.access_key_id, where.secret_access_key, region_name=ENVIRONMENT.region)
    known: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in known:
            known[service] = session.client(service, endpoint_url=where.endpoint(service))
        return known[service]

    return client


@pytest.fixture(scope="session")
def provisioner(aws: Callable[[str], Any]) -> Provisioner:
    made = Provisioner(aws)
    made.make_environment()
    return made


@pytest.fixture
def service_name() -> str:
    """No two tests of this process get the same."""
    return f"shop-{next(_numbers)}"


@pytest.fixture
def provisioned_service(provisioner: Provisioner, service_name: str) -> str:
    """The name of a service that was provisioned and never released; it runs the sample ``web``."""
    return provisioner.make_service(service_name)


@pytest.fixture
def gateways(cloud: LocalCloud, provisioner: Provisioner) -> Gateways:
    return Gateways.connect(ENVIRONMENT, access(cloud))
