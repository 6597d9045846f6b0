import io
import zipfile
from collections.abc import Iterator

import pytest

from local_cloud.aws import Access, AwsProvider
from local_cloud.aws.cloud import Cloud
from local_cloud.cloud import ACCOUNT_ID, LocalCloud
from local_cloud.emulators.process import Emulator, free_port
from local_cloud.emulators.settings import MotoSettings
from tests.local_cloud.aws import emulators


@pytest.fixture(scope="session")
def ministack_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulators.running(emulators.MINISTACK, "/_ministack/health", tmp_path_factory.mktemp("ministack")) as address:
        yield address


@pytest.fixture(scope="session")
def moto_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulators.running(emulators.MOTO, "/moto-api/", tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture(scope="session")
def scaling_address(tmp_path_factory: pytest.TempPathFactory, ministack_address: str) -> Iterator[str]:
    """The local cloud's own moto: it takes a scalable target without asking for the service, which MiniStack holds."""
    directory, port = tmp_path_factory.mktemp("scaling"), free_port()
    settings = MotoSettings(port, "123456789012", "ap-northeast-1", directory / "journal", ministack_address)
    address = f"http://127.0.0.1:{port}"
    moto = Emulator.start("moto", "local_cloud.emulators.moto", settings, f"{address}/", directory / "moto.log")
    moto.await_ready()
    yield address
    moto.stop()


def with_function(access: Access) -> AwsProvider:
    """A Lambda function is always somebody else's: there is one, called ``needed``."""
    cloud, zipped = Cloud(access, "ap-northeast-1"), io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("check.py", "def handler(event, context):\n    return {'isAuthorized': True}\n")
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = cloud.call("iam", "create_role", RoleName="of-functions", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = {"ZipFile": zipped.getvalue()}
    handler = {"Runtime": "python3.12", "Handler": "check.handler"}
    cloud.call("lambda", "create_function", FunctionName="needed", Role=role, Code=code, **handler)
    version = cloud.call("lambda", "publish_version", FunctionName="needed")["Version"]
    for alias in ("live", "next"):
        cloud.call("lambda", "create_alias", FunctionName="needed", Name=alias, FunctionVersion=version)
    return AwsProvider(access, sleep=lambda seconds: None)


@pytest.fixture(scope="session")
def ministack(ministack_address: str, scaling_address: str) -> AwsProvider:
    """As the local cloud is: MiniStack for all but application auto scaling."""
    return with_function(emulators.access(ministack_address, scaling=scaling_address))


@pytest.fixture(scope="session")
def moto(moto_address: str) -> AwsProvider:
    return with_function(emulators.access(moto_address))


@pytest.fixture(scope="session")
def local_cloud(cloud: LocalCloud) -> AwsProvider:
    """MiniStack with everything of ours in its place."""
    return AwsProvider(emulators.access(cloud.addresses.endpoint_url, ACCOUNT_ID), sleep=lambda seconds: None)


@pytest.fixture(params=["ministack", "moto"])
def provider(request: pytest.FixtureRequest) -> AwsProvider:
    return request.getfixturevalue(request.param)
