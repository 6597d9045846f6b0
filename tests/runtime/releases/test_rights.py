"""What a revision needs of the roles, and what an entry gives them."""

from typing import Any

import pytest

from runtime.releases.rights import missing
from service_catalog import naming
from tests.builders import an_environment

DEV = an_environment()
ENTRY: dict[str, Any] = {"name": "orders", "image": {"repository": "orders"}}
STRIPE = DEV.arn("secretsmanager", "secret:orders/stripe")


def needing(image: str = f"{DEV.registry_host}/orders:1.0.0", **secrets: str) -> dict[str, Any]:
    entries = [{"name": name, "valueFrom": source} for name, source in secrets.items()]
    return {"containerDefinitions": [{"name": naming.CONTAINER, "image": image, "secrets": entries}]}


def lacking(document: dict[str, Any], **entry: Any) -> list[str]:
    return [str(right.what) for right in missing(document, "orders", ENTRY | entry, DEV)]


def test_a_foreign_secret_that_the_entry_no_longer_names_may_not_be_read() -> None:
    assert lacking(needing(STRIPE_KEY=f"{STRIPE}:api_key::")) == ["secret STRIPE_KEY"]


@pytest.mark.parametrize(
    "secret",
    [
        {"secretsmanager": "orders/stripe"},
        {"secretsmanager": "orders/stripe", "key": "another"},
        {"secretsmanager": "orders/stripe", "retired": True},
    ],
)
def test_a_secret_that_the_entry_names_may_be_read_whichever_key_and_retired_too(secret: dict[str, Any]) -> None:
    assert lacking(needing(STRIPE_KEY=f"{STRIPE}:api_key::"), secrets={"ANY": secret}) == []


@pytest.mark.parametrize(
    "source", [DEV.arn("ssm", "parameter/dev/orders/url"), DEV.arn("secretsmanager", "secret:dev/orders/db:url::")]
)
def test_below_its_own_prefixes_a_service_reads_what_it_likes(source: str) -> None:
    assert lacking(needing(URL=source)) == []


def test_a_parameter_is_the_same_with_and_without_its_slash() -> None:
    document = needing(URL=DEV.arn("ssm", "parameter/shared/url"))
    assert lacking(document, secrets={"URL": {"ssm": "shared/url"}}) == []
    assert lacking(document, secrets={"URL": {"ssm": "/shared/other"}}) == ["secret URL"]


def test_what_a_private_registry_is_entered_with_must_stay_readable() -> None:
    container = needing()["containerDefinitions"][0] | {"repositoryCredentials": {"credentialsParameter": STRIPE}}
    document = {"containerDefinitions": [container]}
    assert lacking(document) == ["registry credentials of app"]
    assert lacking(document, image={"repository": "x.example/orders", "credentials": "orders/stripe"}) == []
    assert lacking(document, secrets={"OLD": {"secretsmanager": "orders/stripe", "retired": True}}) == []


def test_what_sidecars_need_is_given_by_sidecars() -> None:
    foreign = "999999999999.dkr.ecr.eu-west-1.amazonaws.com/base"
    agent = {"name": "agent", "image": f"{foreign}:1", "secrets": [{"name": "API_KEY", "valueFrom": STRIPE}]}
    document = {"containerDefinitions": [*needing()["containerDefinitions"], agent]}
    sidecar = {
        "name": "agent",
        "image": {"repository": foreign, "tag": "1"},
        "api_key": {"secretsmanager": "orders/stripe"},
    }

    assert lacking(document) == [f"image repository {foreign}", "secret API_KEY of agent"]
    assert lacking(document, sidecars=[sidecar]) == []


def test_a_changed_repository_takes_no_right_but_to_a_foreign_registry() -> None:
    foreign = "999999999999.dkr.ecr.eu-west-1.amazonaws.com/base"
    assert lacking(needing(), image={"repository": "team/orders"}) == []
    assert lacking(needing("ghcr.io/someone/orders:1")) == []
    assert lacking(needing(f"{foreign}:1"), image={"repository": foreign}) == []
    assert lacking(needing(f"{foreign}:1")) == [f"image repository {foreign}"]


def test_the_problem_says_what_to_do() -> None:
    [right] = missing(needing(STRIPE_KEY=STRIPE), "orders", ENTRY, DEV)
    assert right.problem == (
        "secret STRIPE_KEY: the service's role may no longer read it; name it in the catalog, marked `retired`, and "
        "provision again"
    )


def mounting(id: str, access_point: str = "fsap-1", read_only: bool = False) -> dict[str, Any]:
    told = {"fileSystemId": id, "authorizationConfig": {"accessPointId": access_point, "iam": "ENABLED"}}
    document = needing() | {"volumes": [{"name": "uploads", "efsVolumeConfiguration": told}, {"name": "scratch"}]}
    point = {"sourceVolume": "uploads", "containerPath": "/uploads", "readOnly": read_only}
    document["containerDefinitions"][0]["mountPoints"] = [point]
    return document


@pytest.mark.parametrize(
    "volume",
    [
        {"efs": "uploads"},
        {"efs": "uploads", "read_only": True, "retired": True},
        {"efs": "old", "existing": "fs-1", "retired": True},
        {"efs": "old", "existing": "fs-1", "access_point_id": "fsap-1"},
    ],
)
def test_a_file_system_that_the_entry_names_may_be_mounted(volume: dict[str, Any]) -> None:
    assert lacking(mounting("fs-1"), volumes=[volume | {"path": "/uploads"}]) == []


@pytest.mark.parametrize(
    "volume",
    [
        {"bind": "uploads"},
        {"efs": "other"},
        {"efs": "uploads", "existing": "fs-2"},
        {"efs": "uploads", "existing": "fs-1", "access_point_id": "fsap-2"},
        {"efs": "uploads", "existing": "fs-1", "read_only": True},
    ],
)
def test_a_file_system_that_the_entry_no_longer_names_may_not_be_mounted(volume: dict[str, Any]) -> None:
    assert lacking(mounting("fs-1"), volumes=[volume | {"path": "/uploads"}]) == ["file system uploads"]


def test_what_was_only_read_needs_no_right_to_write() -> None:
    volume = {"efs": "uploads", "path": "/uploads", "existing": "fs-1", "read_only": True}
    assert lacking(mounting("fs-1", read_only=True), volumes=[volume]) == []
