from infra.documents import containers
from infra.service_parts import ServiceParts
from service_catalog.model import Health
from tests.builders import a_service, an_environment

REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
PORT = {"name": "main", "containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}


def test_a_port_that_speaks_nothing_in_particular_says_so_by_leaving_it_out():
    parts = ServiceParts(port_members=({"appProtocol": None},))
    [container] = containers.of_task(a_service(), an_environment(), parts)
    assert container["portMappings"] == [PORT]


def test_a_plain_container_says_nothing_that_is_empty():
    [container] = containers.of_task(a_service(), an_environment(), ServiceParts())
    assert container == {
        "name": "app",
        "image": f"{REGISTRY}/orders-api:unreleased",
        "essential": True,
        "portMappings": [PORT | {"appProtocol": "http"}],
    }


def test_settings_and_secrets_stand_in_order_of_name_whatever_the_entry_says():
    service = a_service(environment={"B": "2", "A": "1"})
    parts = ServiceParts(
        environment=({"name": "AA", "value": "feature"},),
        secrets=({"name": "Z", "valueFrom": "z"}, {"name": "Y", "valueFrom": "y"}),
    )

    [container] = containers.of_task(service, an_environment(), parts)

    assert container["environment"] == [
        {"name": "A", "value": "1"},
        {"name": "AA", "value": "feature"},
        {"name": "B", "value": "2"},
    ]
    assert [secret["name"] for secret in container["secrets"]] == ["Y", "Z"]


def test_env_files_keep_the_order_in_which_the_first_wins():
    files = ({"type": "s3", "value": "b"}, {"type": "s3", "value": "a"})
    [container] = containers.of_task(a_service(), an_environment(), ServiceParts(environment_files=files))
    assert container["environmentFiles"] == list(files)


def test_what_features_bring_stands_in_the_container():
    parts = ServiceParts(
        port_mappings=({"containerPort": 9090, "hostPort": 9090, "protocol": "tcp"},),
        mount_points=({"sourceVolume": "data", "containerPath": "/data"},),
        container_members=({"linuxParameters": {"initProcessEnabled": True}}, {"stopTimeout": 60}),
    )

    [container] = containers.of_task(a_service(), an_environment(), parts)

    assert [mapping["containerPort"] for mapping in container["portMappings"]] == [8080, 9090]
    assert container["mountPoints"] == [{"sourceVolume": "data", "containerPath": "/data"}]
    assert container["linuxParameters"] == {"initProcessEnabled": True}
    assert container["stopTimeout"] == 60


def test_the_entry_says_how_the_program_is_started_and_stopped():
    service = a_service(
        entry_point=["/bin/tini", "--"],
        command=["bin/server", "--quiet"],
        working_directory="/srv",
        user="1000:1000",
        stop_seconds=90,
        port=None,
        exposure=None,
    )

    [container] = containers.of_task(service, an_environment(), ServiceParts())

    assert (container["entryPoint"], container["command"]) == (["/bin/tini", "--"], ["bin/server", "--quiet"])
    assert (container["workingDirectory"], container["user"]) == ("/srv", "1000:1000")
    assert container["stopTimeout"] == 90
    assert "portMappings" not in container


def test_the_entry_says_what_the_program_may_do_to_linux():
    service = a_service(
        ulimits={"nofile": {"soft": 4096, "hard": 65535}},
        init_process=True,
        capabilities={"add": ["SYS_PTRACE"], "drop": ["NET_RAW", "MKNOD"]},
        read_only_root=True,
    )

    [container] = containers.of_task(service, an_environment(), ServiceParts())

    assert container["ulimits"] == [{"name": "nofile", "softLimit": 4096, "hardLimit": 65535}]
    assert container["linuxParameters"] == {
        "initProcessEnabled": True,
        "capabilities": {"add": ["SYS_PTRACE"], "drop": ["NET_RAW", "MKNOD"]},
    }
    assert container["readonlyRootFilesystem"] is True


def test_further_containers_stand_behind_the_services_own():
    proxy = {"name": "proxy", "image": "envoy:1", "essential": True, "environment": []}
    parts = ServiceParts(containers=(proxy,))

    own, other = containers.of_task(a_service(), an_environment(), parts)

    assert own["name"] == "app"
    assert other == {"name": "proxy", "image": "envoy:1", "essential": True}


def test_a_check_inside_the_container_stays_within_what_ecs_takes():
    health = Health(command=("CMD-SHELL", "true"), interval_seconds=5, grace_seconds=7200)
    assert containers.health_check(health) == {
        "command": ["CMD-SHELL", "true"],
        "interval": 5,
        "timeout": 4,
        "retries": 2,
        "startPeriod": 300,
    }
