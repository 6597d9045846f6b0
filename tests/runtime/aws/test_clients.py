import pytest

from runtime.aws.clients import is_loopback
from runtime.gateways import Gateways
from tests.provisioning import ENVIRONMENT, access


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://127.3.2.1:4566", True),
        ("http://[::1]:4566", True),
        ("http://localhost:4566", True),
        ("http://s3.localhost:4566", True),
        ("https://ecs.ap-northeast-1.amazonaws.com", False),
        ("http://10.0.0.1:4566", False),
        ("https://localhost.example.com", False),
    ],
)
def test_loopback_is_told_from_everywhere_else(address, expected):
    assert is_loopback(address) is expected


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
def test_a_cloud_on_this_machine_is_behind_no_proxy(monkeypatch, cloud, provisioner, variable):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv(variable, "http://127.0.0.1:9")

    assert Gateways.connect(ENVIRONMENT, access(cloud)).releases.history("nosuch").releases == []


def test_who_brings_keys_needs_no_profile(monkeypatch, cloud, provisioner):
    monkeypatch.setenv("AWS_PROFILE", "nope")

    assert Gateways.connect(ENVIRONMENT, access(cloud)).releases.history("nosuch").releases == []
