import getpass

import pytest

from local_cloud.aws.cloud import input_shape
from local_cloud.tasks.members import CONTAINER, NOTED, TASK, judge, notes_of_target_group


def judged(container=None, takes_command=False, before=(), **task):
    container = {"name": "app"} | (container or {})
    definition = {"containerDefinitions": [*({"name": name} for name in before), container], **task}
    return judge(container, definition, takes_command)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("volumesFrom", [{"sourceContainer": "other"}]),
        ("privileged", True),
        ("restartPolicy", {"enabled": True}),
        ("somethingNew", {"a": 1}),
    ],
)
def test_a_member_that_is_not_honoured_is_refused_by_name(member: str, value: object):
    assert judged({member: value}).refused == (f"container app sets {member}, which the local cloud does not have",)


def test_directories_of_this_machine_are_nobodys_to_mount():
    assert judged(volumes=[{"name": "scratch"}, {"name": "tmp", "host": {}}]).refused == ()
    [refused] = judged(volumes=[{"name": "etc", "host": {"sourcePath": "/etc"}}]).refused
    assert refused == "the task definition sets volumes, whose host the local cloud does not have"


def test_of_a_directory_in_efs_only_what_is_honoured_and_what_ecs_takes_is_taken():
    def told(**said):
        return judged(volumes=[{"name": "uploads", "efsVolumeConfiguration": {"fileSystemId": "fs-1"} | said}]).refused

    through = {"accessPointId": "fsap-1", "iam": "ENABLED"}
    assert told() == told(authorizationConfig=through, transitEncryption="ENABLED") == ()
    assert "needs transitEncryption: ENABLED" in told(authorizationConfig=through)[0]
    by_root = told(authorizationConfig=through, transitEncryption="ENABLED", rootDirectory="/x")
    assert "rootDirectory must be / or left out" in by_root[0]
    assert (
        "efsVolumeConfiguration.transitEncryptionPort the local cloud does not have" in told(transitEncryptionPort=1)[0]
    )


def test_a_mount_point_needs_a_volume_of_the_task():
    points = {"mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp"}]}
    assert judged(points, volumes=[{"name": "scratch"}]).refused == ()
    assert judged(points).refused == ("container app sets mountPoints, and the task has no volume scratch",)


def test_what_says_nothing_is_no_member():
    assert judged({"volumesFrom": [], "cpu": 0, "privileged": False}, volumes=[], pidMode="").refused == ()


def test_what_has_no_effect_is_noted():
    judgement = judged({"ulimits": [{"name": "nofile"}], "cpu": 128}, ephemeralStorage={"sizeInGiB": 50}, cpu="256")
    assert judgement.refused == ()
    assert [note.partition(" ")[0] for note in judgement.notes] == ["ephemeralStorage", "cpu", "ulimits"]


def test_a_health_check_that_cannot_be_run_is_noted():
    assert judged({"healthCheck": {"command": ["CMD-SHELL", "test -f /tmp/up"]}}).notes == (
        "healthCheck is not run: only one that asks a URL of its own container is",
    )
    assert judged({"healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/up"]}}).notes == ()


def test_containers_wait_for_others_of_their_task():
    def waiting(condition: str) -> dict[str, object]:
        return {"dependsOn": [{"containerName": "router", "condition": condition}]}

    assert judged(waiting("SUCCESS"), before=["router"]).refused == ()
    assert judged(waiting("START")).refused == ("container app sets dependsOn, and the task has no container router",)


def test_of_linux_parameters_an_init_process_is_had_and_capabilities_are_noted():
    judgement = judged({"linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}}})
    assert judgement.refused == ()
    assert judgement.notes == ("capabilities are those that the user of this machine has",)
    [refused] = judged({"linuxParameters": {"initProcessEnabled": True, "tmpfs": []}}).refused
    assert "whose tmpfs the local cloud does not have" in refused


def test_other_log_drivers_are_refused():
    assert "driver splunk" in judged({"logConfiguration": {"logDriver": "splunk"}}).refused[0]


FIRELENS = {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "false"}}


def test_lines_go_to_the_log_router_that_the_task_has():
    container = {"name": "app", "logConfiguration": {"logDriver": "awsfirelens"}}
    router = {"name": "router", "firelensConfiguration": FIRELENS}
    assert judge(container, {"containerDefinitions": [router, container]}, False).refused == ()
    assert judge(router, {"containerDefinitions": [router, container]}, False).refused == ()
    [refused] = judged(container).refused
    assert refused.endswith("whose driver needs one container with firelensConfiguration, not 0")
    [refused] = judged({"logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "es"}}}).refused
    assert refused.endswith("whose options Name the local cloud does not have: what happens to lines its router says")


@pytest.mark.parametrize(
    ("configuration", "why"),
    [
        ({"type": "fluentd"}, "whose type fluentd the local cloud does not have"),
        ({"type": "fluentbit"}, "and adds ECS's metadata to each line, which the local cloud does not"),
        (
            {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "false", "config-file-type": "file"}},
            "whose options config-file-type the local cloud does not have",
        ),
    ],
)
def test_of_firelens_only_what_the_local_router_does_is_taken(configuration, why):
    assert why in judged({"firelensConfiguration": configuration}).refused[0]


def test_programs_run_as_the_user_of_the_local_cloud_alone():
    assert judged({"user": getpass.getuser()}).refused == ()
    assert "programs of the local cloud run as" in judged({"user": "nobody-here:staff"}).refused[0]


def test_a_working_directory_must_be_on_this_machine():
    assert judged({"workingDirectory": "/"}).refused == ()
    assert judged({"workingDirectory": "/no/such"}).refused == (
        "container app sets workingDirectory, and this machine has no directory /no/such",
    )


def test_all_that_is_refused_is_told_at_once():
    volumes = [{"name": "etc", "host": {"sourcePath": "/etc"}}]
    members = {"command": ["a"], "volumesFrom": [1], "user": "nobody-here"}
    assert len(judged(members, volumes=volumes).refused) == 4


def test_the_tables_name_members_that_ecs_knows():
    task = input_shape("ecs", "register_task_definition").members
    containers = task["containerDefinitions"].member.members
    answered = {"compatibilities", "deregisteredAt", "registeredAt", "registeredBy", "revision", "status"}
    assert set(containers) >= set(CONTAINER.split())
    assert {*task, *answered, "taskDefinitionArn"} >= set(TASK.split())
    assert {*task, *containers} >= set(NOTED)


def test_what_of_a_target_group_reaches_no_program_is_noted():
    assert list(notes_of_target_group({"Protocol": "HTTP"}, {"slow_start.duration_seconds": "0"})) == []
    group = {"Protocol": "HTTPS", "ProtocolVersion": "GRPC"}
    assert list(notes_of_target_group(group, {"slow_start.duration_seconds": "60"})) == [
        "the target group's GRPC is not spoken: requests come by HTTP/1.1, and its health checks are not asked",
        "the target group's HTTPS is not spoken: requests come without TLS",
        "the target group's slow start is none: a new task gets its full share of requests at once",
    ]
