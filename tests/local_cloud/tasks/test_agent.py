from pathlib import Path

import pytest

from local_cloud.tasks.agent import Agent, Sources, TargetGroup, container_check, target_group_check
from local_cloud.tasks.environment import CannotStart
from local_cloud.tasks.images import Image, ImageTable, NoSuchImage
from local_cloud.tasks.volumes import Volumes

TABLE = ImageTable([Image("web", ("web",), ("1",)), Image("job", ("job",), ("1",), takes_command=True)])
GROUP = {"TargetGroupArn": "arn:tg", "HealthCheckPath": "/up", "Matcher": {"HttpCode": "200-299,301"}}


def an_agent(objects=None, groups=(), state=Path("/nowhere")):
    read = {} if objects is None else objects
    return Agent(
        TABLE,
        Sources(
            lambda bucket, key: read.get(key),
            lambda _: None,
            lambda *_: None,
            {"/known"}.__contains__,
            lambda told: f"{told['fileSystemId']}/uploads",
            lambda *_: groups,
        ),
        Volumes(state),
    )


def wanted(agent, container, image="web:1", env=None, **task):
    container = {"name": "app"} | container
    definition = {"family": "web", "revision": 1, "containerDefinitions": [container], **task}
    return agent.wanted(container, definition, "task/1", image, env or {}, {})


def test_plain_settings_beat_env_files():
    agent = an_agent({"a.env": b"A=file\nB=file\n"})
    definition = {"environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::config/a.env"}]}
    assert wanted(agent, definition, env={"A": "plain"}).env == {"A": "plain", "B": "file"}


def test_an_unknown_image_cannot_be_pulled():
    with pytest.raises(NoSuchImage, match="pull access denied for other/thing"):
        wanted(an_agent(), {}, image="registry.example/other/thing:1")


def test_entry_point_and_command_reach_only_images_that_take_them():
    asked = {"entryPoint": ["exit"], "command": ["7"]}
    assert wanted(an_agent(), asked, image="job:1").arguments == ("exit", "7")
    with pytest.raises(CannotStart, match=r"container app sets entryPoint, .*; container app sets command, "):
        wanted(an_agent(), asked)


def test_what_is_not_honoured_fails_the_start_and_what_has_no_effect_is_noted():
    with pytest.raises(CannotStart, match="container app sets volumesFrom, which the local cloud does not have"):
        wanted(an_agent(), {"volumesFrom": [{"sourceContainer": "other"}]})
    noted = wanted(an_agent(), {"readonlyRootFilesystem": True, "stopTimeout": 90, "workingDirectory": "/tmp"})
    assert noted.notes == ("readonlyRootFilesystem protects nothing: a process may write where its user may",)
    assert (noted.stop_seconds, noted.working_directory) == (90, "/tmp")


def test_a_volume_of_the_task_is_one_directory_for_all_its_containers(tmp_path):
    agent, volumes = an_agent(state=tmp_path), [{"name": "scratch"}]
    point = {"sourceVolume": "scratch", "containerPath": "/tmp/work"}

    [own] = wanted(agent, {"mountPoints": [point]}, volumes=volumes).mounts
    [other] = wanted(agent, {"name": "sidecar", "mountPoints": [point | {"readOnly": True}]}, volumes=volumes).mounts

    assert own.directory.is_dir()
    assert own.directory == other.directory
    assert own.note == f"/tmp/work is not mounted: the directory {own.directory} stands for it"
    assert other.note == f"{own.note}, which nothing here keeps it from writing to"


def test_a_target_group_asks_the_container_port():
    [check] = wanted(
        an_agent(groups=[TargetGroup(8080, GROUP, {})]), {"portMappings": [{"containerPort": 8080}]}
    ).checks
    assert (check.port, check.path, check.failure) == (
        8080,
        "/up",
        "Task failed ELB health checks in (target-group arn:tg)",
    )
    assert check.codes == frozenset(range(200, 300)) | {301}


def test_a_target_group_may_ask_another_port():
    check = target_group_check(8080, GROUP | {"HealthCheckPort": "9000"})
    assert check
    assert check.port == 9000


def test_what_no_http_question_answers_is_not_asked_and_said():
    grpc = TargetGroup(8080, GROUP | {"ProtocolVersion": "GRPC", "Matcher": {"GrpcCode": "12"}}, {})
    started = wanted(an_agent(groups=[grpc]), {"portMappings": [{"containerPort": 8080}]})
    assert started.checks == ()
    assert len(started.notes) == 1


def test_a_tcp_target_group_is_not_asked():
    assert target_group_check(8080, GROUP | {"HealthCheckProtocol": "TCP"}) is None


@pytest.mark.parametrize(
    "command",
    [
        ["CMD-SHELL", "curl -f http://localhost:8080/healthz || exit 1"],
        ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/healthz"],
    ],
)
def test_a_container_check_that_asks_a_local_url_is_asked_without_a_shell(command):
    check = container_check({"healthCheck": {"command": command, "retries": 2}}, 8080)
    assert check
    assert (check.port, check.path, check.retries, check.is_containers_own) == (8080, "/healthz", 2, True)


@pytest.mark.parametrize("command", [["CMD-SHELL", "rm -rf ~"], ["CMD-SHELL", "curl https://evil.example"], []])
def test_any_other_container_check_is_not_run(command):
    assert container_check({"healthCheck": {"command": command}}, 8080) is None


def logging_to(group, **options):
    return {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": group, **options}}}


def test_a_missing_log_group_fails_the_start():
    with pytest.raises(CannotStart, match="The specified log group does not exist"):
        wanted(an_agent(), logging_to("/unknown"))


@pytest.mark.parametrize(
    "definition", [logging_to("/known"), logging_to("/new", **{"awslogs-create-group": "true"}), {}]
)
def test_a_log_group_that_is_there_or_made_or_not_wanted_is_fine(definition):
    assert wanted(an_agent(), definition).name == "app"


def test_events_say_what_the_load_balancer_got_of_an_unhealthy_target():
    check = target_group_check(8080, {"TargetGroupArn": "arn:tg", "HealthCheckPath": "/nope"})

    assert check
    assert check.event(("127.0.0.1", 1)) == (
        "(port 8080) is unhealthy in (target-group arn:tg) due to (reason Request timed out)"
    )


FIRELENS = {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "false"}}
VARIABLES = {"aws_fluent_bit_init_s3_1": "arn:aws:s3:::config/logs/web/1.conf"}


@pytest.mark.parametrize(
    ("objects", "env", "why"),
    [
        (
            {"logs/web/1.conf": b"[FILTER]\n    Name grep\n    Match *\n"},
            VARIABLES,
            "the log router of the local cloud refuses logs/web/1.conf: line 1: [FILTER] grep: no such filter",
        ),
        ({}, VARIABLES, "refuses its configuration: there is no logs/web/1.conf in config"),
        ({}, {"aws_fluent_bit_init_file": "/parse-json.conf"}, "refuses the variable aws_fluent_bit_init_file"),
        ({}, {}, "refuses to start without configuration"),
    ],
)
def test_a_log_router_whose_configuration_is_not_known_fails_the_start_by_its_name(objects, env, why):
    with pytest.raises(CannotStart, match="ResourceInitializationError") as error:
        wanted(an_agent(objects), {"firelensConfiguration": FIRELENS}, env=env)
    assert why in str(error.value)


def test_lines_of_a_container_are_handed_to_its_log_router():
    container = {"name": "app", "logConfiguration": {"logDriver": "awsfirelens"}}
    router = {"name": "router", "firelensConfiguration": FIRELENS}
    definition = {"family": "web", "revision": 1, "containerDefinitions": [router, container]}
    assert an_agent().wanted(container, definition, "task/1", "web:1", {}, {}).log_router_port == 24224
    assert wanted(an_agent(), {}).log_router_port is None
