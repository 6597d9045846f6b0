"""What the portal asks of AWS while people work is what `permissions: [{ platform: portal }]` lets it: action by
action, and for what is written into the config bucket key by key. That there is no further action,
``tests/test_rights.py`` says of the code."""

from fnmatch import fnmatchcase

import pytest

from infra.documents import portal_rights
from tests.portal.people import PLATFORM, Chosen
from tests.portal.test_rights import READS, routes
from tests.test_rights import action, listed

PAGE = "/local/services/orders-api"


@pytest.fixture
def rights(catalog):
    return portal_rights.statements(catalog.environment("local"))


@pytest.fixture
def worked(client, running, post, app, aws):
    """Somebody looks at every page, saves an env file, releases it, and signs out everywhere."""
    aws.requests.clear()
    app.extensions["slipway"].who = Chosen(PLATFORM)
    for method, address, endpoint in routes(app):
        if method in READS and endpoint != "static":
            client.get(address).close()
    post(f"{PAGE}/env/app", f"{PAGE}/env/app", text="A=2\n", base="1", do="save", message="More")
    gateways = app.extensions["slipway"].gateways("local")
    running.release("orders-api", "2.14.0", env=2)
    gateways.sign_outs.add("sato", aws.now)
    return aws.requests


def allowing(rights, wanted, arn=None):
    return [
        it
        for it in rights
        if wanted in listed(it["Action"])
        and (arn is None or any(fnmatchcase(arn, pattern) for pattern in it["Resource"]))
    ]


def test_every_call_is_allowed(worked, rights):
    asked = {action(*name.split(".")) for name, _ in worked}

    assert len(asked) > 15
    assert {it for it in asked if not allowing(rights, it)} == set()


def test_every_object_is_written_where_and_how_it_may_be(worked, rights):
    written = [arguments for name, arguments in worked if name == "s3.put_object"]

    assert {it["Key"].partition("/")[0] for it in written} >= {"env", "releases", "audit", "heads", "portal"}
    for arguments in written:
        [right] = allowing(rights, "s3:PutObject", f"arn:aws:s3:::{arguments['Bucket']}/{arguments['Key']}")
        assert "Condition" not in right or arguments["IfNoneMatch"] == "*", arguments["Key"]
