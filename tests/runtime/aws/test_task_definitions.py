from runtime.aws import task_definitions
from runtime.aws.task_definitions import DefinitionChange
from runtime.releases.preflight import wrong_roles
from service_catalog.model import Environment
from tests.provisioning import Wanted, definition_template

DEV = Environment(name="dev", account_id="123456789012", region="ap-northeast-1")
REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
IMAGE = f"{REGISTRY}/web-orders:1.0.0"


def template(**changes):
    return definition_template(DEV, "orders", Wanted(**changes), "slipway-dev-123456789012")


def keys(definition):
    return task_definitions.env_object_keys(task_definitions.app_container(definition))


def test_blanks_are_filled_with_image_and_env_versions():
    found = task_definitions.filled(template(env_files=("app", "web")), "orders", IMAGE, {"app": 42, "web": 7})
    assert task_definitions.app_container(found)["image"] == IMAGE
    assert keys(found) == ["env/orders/app/v000042.env", "env/orders/web/v000007.env"]
    assert task_definitions.env_versions(found, "orders") == {"app": 42, "web": 7}
    assert task_definitions.env_files(found, "orders") == []


def test_env_file_without_versions_is_left_out():
    found = task_definitions.filled(template(env_files=("app", "web")), "orders", IMAGE, {"web": 7})
    assert keys(found) == ["env/orders/web/v000007.env"]
    assert (
        task_definitions.app_container(task_definitions.filled(template(), "orders", IMAGE, {}))["environmentFiles"]
        == []
    )


def test_filling_changes_nothing_of_the_definition_itself():
    definition = template()
    task_definitions.filled(definition, "orders", IMAGE, {"app": 1})
    assert definition == template()


def test_pinned_image_and_sidecars_stand_as_they_are():
    sidecar = {"name": "router", "image": "fluent-bit:3"}
    definition = template(pinned_tag="2.0.0")
    definition["containerDefinitions"].append(sidecar)
    found = task_definitions.filled(definition, "orders", IMAGE, {})
    assert [it["image"] for it in found["containerDefinitions"]] == [f"{REGISTRY}/web-orders:2.0.0", "fluent-bit:3"]


def test_only_what_register_takes_is_kept():
    described = template() | {
        "taskDefinitionArn": "arn:x",
        "revision": 7,
        "status": "ACTIVE",
        "requiresAttributes": [{"name": "x"}],
        "compatibilities": ["FARGATE"],
        "registeredBy": "arn:who",
        "volumes": [],
        "placementConstraints": [],
    }
    assert task_definitions.revision_input(described, "dev_orders") == template() | {"family": "dev_orders"}


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
    old = template(container=before, definition={"cpu": "256"})
    new = template(container=container, definition={"cpu": "512"}, env_files=("app", "web"))

    found = task_definitions.differences(old, new)

    assert [str(change) for change in found] == [
        "cpu 256 → 512",
        "port 8080 → 9090",
        "variable MODE changed",
        "variable OLD removed",
        "secret DB arn:aws:ssm:r:1:parameter/a → arn:aws:ssm:r:1:parameter/b",
        "env file web added",
        "variable NEW added",
    ]
    assert DefinitionChange("cpu", "256", "512") == ("cpu", "256", "512")


def test_every_member_that_differs_is_told():
    started = {"entryPoint": ["tini"], "user": "1000", "stopTimeout": 30}
    other = {"workingDirectory": "/srv", "user": "app", "stopTimeout": 60, "linuxParameters": {"swappiness": 0}}

    found = task_definitions.differences(template(container=started), template(container=other))

    assert [str(change) for change in found] == [
        "entry point removed",
        "stop timeout 30 → 60",
        "user 1000 → app",
        "linuxParameters added",
        "working directory: /srv added",
    ]


def test_what_ecs_adds_without_being_asked_is_no_difference():
    told = {"cpu": 0, "volumesFrom": [], "systemControls": []}
    described = template(container=told, definition={"placementConstraints": [], "enableFaultInjection": False})
    assert task_definitions.differences(template(), described) == []


def test_other_versions_of_env_and_image_are_no_difference_of_the_definition():
    old = task_definitions.filled(template(), "orders", IMAGE, {"app": 1})
    new = task_definitions.filled(template(), "orders", f"{REGISTRY}/web-orders:2.0.0", {"app": 2})
    assert task_definitions.differences(old, new) == []


def test_roles_of_another_service_or_account_are_wrong():
    assert wrong_roles(DEV, "orders", template()) == []
    foreign = "arn:aws:iam::210987654321:role/dev_orders_task"
    [problem] = wrong_roles(DEV, "orders", template(definition={"taskRoleArn": foreign}))
    own = "arn:aws:iam::123456789012:role/dev_orders_task"
    assert problem == f"taskRoleArn: must be {own}, got {foreign}; provision the service again"


def test_secret_sources_are_listed_once_each():
    secrets = [{"name": "A", "valueFrom": "x"}, {"name": "B", "valueFrom": "x"}, {"name": "C", "valueFrom": "y"}]
    logging = {"logDriver": "awsfirelens", "secretOptions": [{"name": "K", "valueFrom": "z"}]}
    definition = template(container={"secrets": secrets, "logConfiguration": logging})
    assert task_definitions.secret_sources(definition) == ["x", "y", "z"]
