import pytest

from runtime import definitions
from runtime.definitions import Change
from runtime.preflight import wrong_roles
from service_catalog.model import Environment
from tests.runtime.provisioning import Wanted, blank_definition

DEV = Environment(name="dev", account_id="123456789012", region="ap-northeast-1")
REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
IMAGE = f"{REGISTRY}/web-orders:1.0.0"


def blanks(**changes):
    return blank_definition(DEV, "orders", Wanted(**changes), "slipway-dev-123456789012")


def keys(definition):
    return definitions.env_object_keys(definitions.app_container(definition))


def test_blanks_are_filled_with_image_and_env_versions():
    found = definitions.filled(blanks(env_files=("app", "web")), "orders", IMAGE, {"app": 42, "web": 7})
    assert definitions.app_container(found)["image"] == IMAGE
    assert keys(found) == ["env/orders/app/v000042.env", "env/orders/web/v000007.env"]
    assert definitions.env_versions(found, "orders") == {"app": 42, "web": 7}
    assert definitions.env_files(found, "orders") == []


def test_env_file_without_versions_is_left_out():
    found = definitions.filled(blanks(env_files=("app", "web")), "orders", IMAGE, {"web": 7})
    assert keys(found) == ["env/orders/web/v000007.env"]
    assert definitions.app_container(definitions.filled(blanks(), "orders", IMAGE, {}))["environmentFiles"] == []


def test_filling_changes_nothing_of_the_definition_itself():
    definition = blanks()
    definitions.filled(definition, "orders", IMAGE, {"app": 1})
    assert definition == blanks()


def test_pinned_image_and_sidecars_stand_as_they_are():
    sidecar = {"name": "router", "image": "fluent-bit:3"}
    definition = blanks(pinned_tag="2.0.0")
    definition["containerDefinitions"].append(sidecar)
    found = definitions.filled(definition, "orders", IMAGE, {})
    assert [it["image"] for it in found["containerDefinitions"]] == [f"{REGISTRY}/web-orders:2.0.0", "fluent-bit:3"]


def test_only_what_register_takes_is_kept():
    described = blanks() | {
        "taskDefinitionArn": "arn:x",
        "revision": 7,
        "status": "ACTIVE",
        "requiresAttributes": [{"name": "x"}],
        "compatibilities": ["FARGATE"],
        "registeredBy": "arn:who",
        "volumes": [],
        "placementConstraints": [],
    }
    assert definitions.revision_input(described, "dev_orders") == blanks() | {"family": "dev_orders"}


def test_differences_are_said_in_words_without_values():
    container = {
        "environment": [{"name": "MODE", "value": "fast"}, {"name": "NEW", "value": "1"}],
        "secrets": [{"name": "DB", "valueFrom": "arn:aws:ssm:r:1:parameter/b"}],
        "portMappings": [{"containerPort": 9090}],
    }
    before = {
        "environment": [{"name": "MODE", "value": "slow"}, {"name": "OLD", "value": "1"}],
        "secrets": [{"name": "DB", "valueFrom": "arn:aws:ssm:r:1:parameter/a"}],
    }
    old = blanks(container=before, definition={"cpu": "256"})
    new = blanks(container=container, definition={"cpu": "512"}, env_files=("app", "web"))

    found = definitions.differences(old, new)

    assert [str(change) for change in found] == [
        "cpu 256 → 512",
        "port 8080 → 9090",
        "variable MODE changed",
        "variable OLD removed",
        "secret DB arn:aws:ssm:r:1:parameter/a → arn:aws:ssm:r:1:parameter/b",
        "env file web added",
        "variable NEW added",
    ]
    assert Change("cpu", "256", "512") == ("cpu", "256", "512")


def test_other_versions_of_env_and_image_are_no_difference_of_the_definition():
    old = definitions.filled(blanks(), "orders", IMAGE, {"app": 1})
    new = definitions.filled(blanks(), "orders", f"{REGISTRY}/web-orders:2.0.0", {"app": 2})
    assert definitions.differences(old, new) == []


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        (IMAGE, f"{REGISTRY}/web-orders"),
        ("localhost:5000/orders", "localhost:5000/orders"),
        ("localhost:5000/orders:1", "localhost:5000/orders"),
        (f"{REGISTRY}/orders@sha256:{'0' * 64}", f"{REGISTRY}/orders"),
    ],
)
def test_repository_of_a_reference(image, repository):
    assert definitions.repository(image) == repository


def test_roles_of_another_service_or_account_are_wrong():
    assert wrong_roles(DEV, "orders", blanks()) == []
    foreign = "arn:aws:iam::210987654321:role/dev_orders_task"
    [problem] = wrong_roles(DEV, "orders", blanks(definition={"taskRoleArn": foreign}))
    own = "arn:aws:iam::123456789012:role/dev_orders_task"
    assert problem == f"taskRoleArn: must be {own}, got {foreign}; provision the service again"


def test_secret_sources_are_listed_once_each():
    secrets = [{"name": "A", "valueFrom": "x"}, {"name": "B", "valueFrom": "x"}, {"name": "C", "valueFrom": "y"}]
    logging = {"logDriver": "awsfirelens", "secretOptions": [{"name": "K", "valueFrom": "z"}]}
    definition = blanks(container={"secrets": secrets, "logConfiguration": logging})
    assert definitions.secret_sources(definition) == ["x", "y", "z"]
