import pytest

from service_catalog.differences import entry_data, entry_of
from service_catalog.health_checks import UNKNOWN_METHOD, asked_path
from tests.builders import a_service


@pytest.mark.parametrize(
    ("exposure", "health", "path"),
    [
        ({}, {}, "/"),
        ({}, {"path": "/up"}, "/up"),
        ({"protocol": "grpc"}, {}, UNKNOWN_METHOD),
        ({"via": "nlb", "protocol": "tcp"}, {}, None),
        ({"via": "nlb", "protocol": "tcp"}, {"path": "/"}, "/"),
    ],
)
def test_what_is_asked_is_known_of_the_entry_that_a_record_keeps(exposure, health, path):
    kept = entry_of(entry_data(a_service(exposure=exposure, health=health)))
    assert kept
    assert kept.exposure
    assert asked_path(kept.exposure, kept.health) == path
