"""One running local cloud per test process; tests keep apart by the names that they choose."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_cloud.cloud import ACCOUNT_ID, SECRET, LocalCloud
from tests.local_cloud.services import SampleService, prepare

_numbers = itertools.count(1)


@pytest.fixture
def fresh_name() -> str:
    """No two tests of this process get the same."""
    return f"t{next(_numbers)}"


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    directory = Path(tempfile.mkdtemp(prefix="slipway-cloud-"))
    running = LocalCloud(directory, steady_seconds=0.2, measure_seconds=0.5)
    running.start()
    yield running
    running.stop()
    shutil.rmtree(directory)


def clients_of(cloud: LocalCloud) -> Callable[[str], Any]:
    known: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in known:
            known[service] = boto3.client(
                service,
                endpoint_url=cloud.addresses.endpoints.get(service, cloud.addresses.endpoint_url),
                aws_access_key_id=ACCOUNT_ID,
                aws_secret_access_key=SECRET,
                region_name="ap-northeast-1",
            )
        return known[service]

    return client


@pytest.fixture(scope="session")
def aws(cloud: LocalCloud) -> Callable[[str], Any]:
    """boto3 clients of the running cloud, by service."""
    return clients_of(cloud)


@pytest.fixture(scope="session")
def prepared(aws: Callable[[str], Any]) -> Callable[[str], Any]:
    """Clients of a cloud that holds what sample services share: a cluster, a bucket, a log group."""
    prepare(aws)
    return aws


@pytest.fixture
def service(prepared: Callable[[str], Any], fresh_name: str) -> Iterator[SampleService]:
    """One of the running cloud, for a test to make and change."""
    made = SampleService(prepared, fresh_name)
    yield made
    with suppress(made.ecs.exceptions.ServiceNotFoundException):
        made.ecs.delete_service(cluster="tests", service=made.name, force=True)
