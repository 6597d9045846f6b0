"""A service behind the environment's API: who has no token stays outside, the program knows who has one."""

import io
import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from service_catalog.catalog import Catalog
from tests import oidc_issuer
from tests.e2e.platform import Platform, empty_platform
from tests.oidc_issuer import Issuer


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with oidc_issuer.running() as running:
        yield running


@pytest.fixture(scope="module")
def behind_api(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Iterator[Platform]:
    """``search`` is exposed by the API of the environment, whose partners have tokens of the issuer's."""

    def expose(entry: dict[str, Any]) -> None:
        authorizer = {"name": "partners", "scopes": ["read"], "headers": {"X-Partner": "sub"}}
        paths = ["/search", "/search/*"]
        here = {"via": "api-gateway", "audience": "public", "paths": paths, "authorizer": authorizer}
        entry["environments"]["local"]["exposure"] = here

    with empty_platform(tmp_path_factory.mktemp("api"), "search") as empty:
        platform = empty.declare(api={"authorizers": {"partners": {"issuer": issuer.url, "audience": ["search"]}}})
        platform.edit("search", expose)
        platform.first_releases()
        yield platform


def asked(platform: Platform, path: str, **headers: str) -> tuple[int, Any]:
    url = platform.url("search").removesuffix("/search") + path
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers={"Accept": "application/json", **said})
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def bearer(issuer: Issuer, **claims: Any) -> str:
    return "Bearer " + issuer.token(**{"aud": "search", "sub": "acme", "scope": "read"} | claims)


def test_a_token_opens_the_api_and_its_claim_reaches_the_program(behind_api: Platform, issuer: Issuer) -> None:
    assert asked(behind_api, "/search/7")[0] == 401
    assert asked(behind_api, "/search/7", Authorization=bearer(issuer, scope="write"))[0] == 403

    status, told = asked(behind_api, "/search/7", Authorization=bearer(issuer), X_Partner="somebody-else")

    assert status == 200, told
    assert (told["service"], told["headers"]["x-partner"]) == ("search", "acme")


def test_what_stands_is_what_the_entry_asks_for(behind_api: Platform) -> None:
    assert behind_api.previews() == {}
    assert [changes.ok for changes in behind_api.refresh()] == [True, True]
    assert behind_api.previews() == {}


def test_a_path_more_is_a_route_more(behind_api: Platform, issuer: Issuer) -> None:
    def add_path(entry: dict[str, Any]) -> None:
        entry["environments"]["local"]["exposure"]["paths"].append("/find")

    behind_api.edit("search", add_path)
    behind_api.catalog.update_lock()
    behind_api.up()

    assert asked(behind_api, "/find", Authorization=bearer(issuer)) == (404, "no such page")  # says the program
    assert asked(behind_api, "/find")[0] == 401


CHECK = """
def handler(event, context):
    known = {"k1": "acme"}.get(event["headers"].get("x-api-key"))
    return {"isAuthorized": known is not None, "context": {"tenant": known}}
"""


def make_function(platform: Platform, name: str) -> str:
    """As somebody else would. Its ARN."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("check.py", CHECK)
    made = platform.aws.call(
        "lambda",
        "create_function",
        FunctionName=name,
        Runtime="python3.12",
        Handler="check.handler",
        Role="arn:aws:iam::000000000000:role/functions",
        Code={"ZipFile": zipped.getvalue()},
    )
    return str(made["FunctionArn"])


def test_a_function_decides_and_its_word_reaches_the_program(behind_api: Platform, issuer: Issuer) -> None:
    function = {"arn": make_function(behind_api, "check"), "identity": ["X-Api-Key"]}
    path = behind_api.catalog.directory / "environments" / "local.yaml"
    environment = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    environment["api"]["authorizers"]["keys"] = {"function": function}
    path.write_text(yaml.safe_dump(environment))

    def ask_function(entry: dict[str, Any]) -> None:
        authorizer = {"name": "keys", "headers": {"X-Tenant": "tenant"}}
        entry["environments"]["local"]["exposure"]["authorizer"] = authorizer

    behind_api.edit("search", ask_function)
    platform = Platform.over(Catalog(behind_api.catalog.directory), behind_api.cloud)
    assert {stack: it.ended for stack, it in platform.up().items() if it.status == "failed"} == {}

    assert asked(platform, "/search/7")[0] == 401
    assert asked(platform, "/search/7", X_Api_Key="k2")[0] == 403
    status, said = asked(platform, "/search/7", X_Api_Key="k1", X_Tenant="somebody-else")
    assert status == 200, said
    assert said["headers"]["x-tenant"] == "acme"
    assert platform.previews() == {}

    platform.aws.call("lambda", "remove_permission", FunctionName="check", StatementId="slipway-local-keys")
    assert asked(platform, "/search/7", X_Api_Key="k1")[0] == 500


def test_a_service_goes_back_to_the_load_balancer(behind_api: Platform) -> None:
    behind_api.edit("search", lambda entry: entry["environments"]["local"].pop("exposure"))
    behind_api.catalog.update_lock()

    result = behind_api.up()["local.search"]

    assert result.status != "failed", result
    assert asked(behind_api, "/search/7")[0] == 200
    assert behind_api.previews() == {}
