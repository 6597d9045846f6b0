"""What features without AWS resources of their own leave: each alone, since they do not know each other."""

from typing import Any

import pulumi

from infra.components.env_files import EnvFiles, EnvFilesArgs
from infra.components.exec import Exec, ExecArgs
from infra.components.image import Image, ImageArgs
from infra.components.log_group import LogGroup, LogGroupArgs
from infra.components.log_routing import LogRouting, LogRoutingArgs
from infra.components.permissions import Permissions, PermissionsArgs
from infra.components.secrets import Secrets, SecretsArgs
from infra.components.volumes import Volumes, VolumesArgs
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog import model
from tests.builders import a_service, an_environment
from tests.infra.recorder import Recorder

ENVIRONMENT = an_environment()


def parts_of(engine: Recorder, feature: Any, args: object) -> ServiceParts:
    if issubclass(feature, PlainFeature):
        return feature(args).parts
    parts: list[ServiceParts] = []
    engine.run(lambda: parts.append(feature("orders-api", args).parts))
    return parts[0]


def actions(statements: tuple[dict, ...]) -> list[str]:
    return [action for statement in statements for action in statement["Action"]]


def test_env_files_are_blanks_until_a_release_fills_them(engine):
    parts = parts_of(engine, EnvFiles, EnvFilesArgs(ENVIRONMENT, "orders-api", ("app", "common")))

    bucket = "arn:aws:s3:::slipway-dev-123456789012"
    assert parts.environment_files == (
        {"type": "s3", "value": f"{bucket}/env/orders-api/app/unreleased.env"},
        {"type": "s3", "value": f"{bucket}/env/orders-api/common/unreleased.env"},
    )


def test_without_env_files_earlier_ones_can_still_be_read(engine):
    parts = parts_of(engine, EnvFiles, EnvFilesArgs(ENVIRONMENT, "orders-api", ()))
    assert parts.environment_files == ()
    assert actions(parts.execution_statements) == ["s3:GetObject", "s3:GetBucketLocation"]


def test_secrets_stay_where_they_are_and_the_task_reads_them_as_it_starts(engine):
    secrets = {"URL": model.Secret(ssm="/orders/url"), "KEY": model.Secret(secretsmanager="stripe", key="api")}

    parts = parts_of(engine, Secrets, SecretsArgs(ENVIRONMENT, "orders-api", secrets))

    assert parts.secrets == (
        {"name": "URL", "valueFrom": "arn:aws:ssm:ap-northeast-1:123456789012:parameter/orders/url"},
        {"name": "KEY", "valueFrom": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:stripe:api::"},
    )
    assert actions(parts.execution_statements) == ["ssm:GetParameters", "secretsmanager:GetSecretValue"]
    assert parts.task_statements == ()


def test_permissions_are_the_running_programs_alone(engine):
    wanted = (model.Permission(queue="orders", access="write"),)
    parts = parts_of(engine, Permissions, PermissionsArgs(ENVIRONMENT, wanted))
    assert actions(parts.task_statements)[0] == "sqs:SendMessage"
    assert parts.execution_statements == ()


def test_retired_secrets_may_be_read_and_are_not_handed_over(engine):
    secrets = {
        "OLD_URL": model.Secret(ssm="/orders/url", retired=True),
        "OLD_KEY": model.Secret(secretsmanager="stripe", retired=True),
    }

    parts = parts_of(engine, Secrets, SecretsArgs(ENVIRONMENT, "orders-api", secrets))

    assert parts.secrets == ()
    parameters, named = (statement["Resource"] for statement in parts.execution_statements)
    assert parameters[1:] == ["arn:aws:ssm:ap-northeast-1:123456789012:parameter/orders/url"]
    assert named[1:] == ["arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:stripe-??????"]


def test_images_of_the_own_registry_may_be_pulled_whatever_the_entry_names(engine):
    args = ImageArgs(ENVIRONMENT, "orders-api", model.Image(repository="docker.io/library/nginx"))
    pull, token = parts_of(engine, Image, args).execution_statements
    assert pull["Resource"] == ["arn:aws:ecr:ap-northeast-1:123456789012:repository/*"]
    assert (token["Action"], token["Resource"]) == (["ecr:GetAuthorizationToken"], ["*"])


def test_a_private_registry_is_entered_with_a_secret_that_the_execution_role_reads(engine):
    image = model.Image(repository="registry.example.com/orders", credentials="registries/example")

    parts = parts_of(engine, Image, ImageArgs(ENVIRONMENT, "orders-api", image))

    secret = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:registries/example"
    assert parts.container_members == ({"repositoryCredentials": {"credentialsParameter": secret}},)
    read = parts.execution_statements[-1]
    assert (read["Action"], read["Resource"]) == (["secretsmanager:GetSecretValue"], [f"{secret}-??????"])


def test_volumes_are_mounted_where_the_entry_says(engine):
    wanted = (model.Volume(bind="scratch", path="/tmp"), model.Volume(bind="site", path="/srv", read_only=True))
    parts = parts_of(engine, Volumes, VolumesArgs(wanted))
    assert parts.volumes == ({"name": "scratch"}, {"name": "site"})
    assert parts.mount_points == (
        {"sourceVolume": "scratch", "containerPath": "/tmp"},
        {"sourceVolume": "site", "containerPath": "/srv", "readOnly": True},
    )


def test_exec_sessions_reach_the_audit_log_and_nothing_else(engine):
    parts = parts_of(engine, Exec, ExecArgs(ENVIRONMENT, "arn:key"))

    assert [statement["Resource"] for statement in parts.task_statements] == [
        ["*"],
        ["*"],
        ["arn:aws:logs:ap-northeast-1:123456789012:log-group:/slipway/dev/_exec:*"],
        ["arn:key"],
    ]
    assert sorted(parts.task_statements[0]["Action"]) == [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]
    assert parts.container_members == ({"linuxParameters": {"initProcessEnabled": True}},)
    assert parts.service_arguments == ({"enable_execute_command": True},)


def test_the_log_group_bears_the_contract_name_and_takes_the_containers_lines(engine):
    parts = parts_of(engine, LogGroup, LogGroupArgs(ENVIRONMENT, "orders-api", model.Logs(retention_days=14)))

    assert engine.of_type("aws:cloudwatch/logGroup:LogGroup") == [
        {"name": "/slipway/dev/orders-api", "retentionInDays": 14}
    ]
    [members] = parts.container_members
    assert members["logConfiguration"]["options"] == {
        "awslogs-group": "/slipway/dev/orders-api",
        "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "ecs",
    }
    assert parts.execution_statements == (
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": ["arn:aws:logs:ap-northeast-1:123456789012:log-group:/slipway/dev/orders-api:*"],
        },
    )


def test_log_groups_outlive_the_service_and_are_taken_over_when_it_comes_back(engine):
    there = {"logGroupNames": ["/slipway/dev/orders-api", "/slipway/dev/orders-api/errors"]}
    engine.answers["aws:cloudwatch/getLogGroups:getLogGroups"] = there
    routes = a_service(logs={"routes": [{"name": "errors", "when": {"level": "ERROR"}}]}).logs

    parts_of(engine, LogGroup, LogGroupArgs(ENVIRONMENT, "orders-api", routes))
    parts_of(engine, LogRouting, LogRoutingArgs(ENVIRONMENT, "orders-api", routes))

    groups = engine.all("aws:cloudwatch/logGroup:LogGroup")
    assert {it.inputs["name"]: (it.retain_on_delete, it.import_id) for it in groups} == {
        "/slipway/dev/orders-api": (True, "/slipway/dev/orders-api"),
        "/slipway/dev/orders-api/errors": (True, "/slipway/dev/orders-api/errors"),
        "/slipway/dev/orders-api/_router": (True, ""),
    }


def test_a_feature_hangs_together_in_the_preview_under_its_own_type(engine):
    types: list[str] = []

    def program() -> None:
        feature = LogGroup("orders-api", LogGroupArgs(ENVIRONMENT, "orders-api", model.Logs(retention_days=14)))
        feature.urn.apply(types.append)
        assert isinstance(feature, pulumi.ComponentResource)

    engine.run(program)
    assert types == ["urn:pulumi:stack::slipway::slipway:service:LogGroup::orders-api"]
