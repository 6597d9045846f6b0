import pytest

from service_catalog import fargate
from service_catalog.validation.compute_checks import compute_warnings
from service_catalog.validation.service_checks import service_faults
from tests.builders import a_service
from tests.service_catalog.validation.said import said


def placed(**said: object) -> dict[str, object]:
    return {"capacity": "ec2", "placement": said}


@pytest.mark.parametrize(
    ("compute", "fault"),
    [
        (
            {"cpu": 256, "memory_mib": 3000},
            "memory_mib: must be 512 to 2048 MiB in Fargate's steps beside 256 CPU units, got 3000; "
            "the nearest is 2048",
        ),
        (
            {"cpu": 300, "memory_mib": 512},
            "cpu: must be one of Fargate's sizes 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, got 300",
        ),
        (
            {"capacity": "fargate-spot", "spot": {"on_demand": 1}},
            "spot: goes with capacity fargate only, not with fargate-spot",
        ),
        ({"capacity": "ec2", "spot": {"on_demand": 1}}, "spot: goes with capacity fargate only, not with ec2"),
        ({"capacity": "ec2", "cpu": 64}, "cpu: must be 128 to 196608 CPU units, got 64"),
        ({"capacity": "ec2", "memory_mib": 4}, "memory_mib: must be at least 6, got 4"),
        (
            {"capacity": "ec2", "storage_gib": 50},
            "storage_gib: means nothing on ec2, where tasks share the disk of their instance",
        ),
        (
            {"capacity": "managed-instances", "storage_gib": 50},
            "storage_gib: means nothing on managed-instances, where tasks share the disk of their instance",
        ),
        (
            {"capacity": "managed-instances", "spot": {"on_demand": 1}},
            "spot: goes with capacity fargate only, not with managed-instances",
        ),
        ({"gpus": 1}, "gpus: needs instances: fargate has no GPUs"),
        *(
            (
                {"capacity": it, "placement": {"strategies": ["pack-cpu"]}},
                f"placement: goes with capacity ec2 only, not with {it}",
            )
            for it in ("fargate", "managed-instances")
        ),
        (placed(strategies=["pack-cpu", "pack-cpu"]), "placement.strategies[1]: is listed twice"),
        (
            placed(strategies=["random", "pack-cpu"]),
            "placement.strategies[0]: leaves nothing to the strategies after it: put random last",
        ),
        (
            placed(member_of=["instance-type == m7g.large"]),
            "placement.member_of[0]: begins with nothing that ECS knows of an instance: 'instance-type == m7g.large'",
        ),
        ({"capacity": "managed-instances", "cpu": 64}, "cpu: must be 128 to 196608 CPU units, got 64"),
    ],
)
def test_what_does_not_go_with_a_capacity_is_told(compute, fault):
    assert said(service_faults(a_service(compute=compute))) == [f"compute.{fault}"]


BRIDGE = {"capacity": "ec2", "network": "bridge"}


@pytest.mark.parametrize(
    ("said_beside", "fault"),
    [
        (
            {"compute": {"network": "bridge"}},
            "compute.network: bridge goes with capacity ec2 only, not with fargate",
        ),
        (
            {"compute": {"capacity": "managed-instances", "network": "bridge"}},
            "compute.network: bridge goes with capacity ec2 only, not with managed-instances",
        ),
        (
            {"compute": BRIDGE, "connects_to": ["payments"]},
            "connects_to: cannot hold with network bridge, where tasks have no security group that others could let in",
        ),
        *(
            (
                {"compute": BRIDGE, "discovery": way},
                "discovery: cannot hold with network bridge, where tasks have no security group that lets callers in",
            )
            for way in ("service-connect", "cloud-map")
        ),
        (
            {"compute": BRIDGE, "sidecars": [{"preset": "otel"}]},
            "sidecars: cannot be asked with network bridge, where containers of a task do not share `localhost`",
        ),
        (
            {"compute": BRIDGE, "exposure": {"via": "nlb", "protocol": "udp"}},
            "exposure.protocol: udp cannot hold with network bridge: instances let load balancers in by TCP only",
        ),
        (
            {"compute": BRIDGE, "health": {"port": 9090}},
            "health.port: cannot hold with network bridge, where a task has whatever ports its instance has left",
        ),
    ],
)
def test_what_a_task_without_a_network_of_its_own_cannot_hold_is_told(said_beside, fault):
    assert said(service_faults(a_service(**said_beside))) == [fault]


@pytest.mark.parametrize(
    "compute",
    [
        BRIDGE,
        placed(strategies=["spread-zones", "random"], member_of=["not(task:group == service:dev_mailer)"]),
        placed(member_of=["attribute:ecs.instance-type =~ m7g.*"], distinct_instances=True),
        {},
        {"capacity": "fargate-spot"},
        {"spot": {"on_demand": 1}},
        {"capacity": "ec2", "cpu": 300, "memory_mib": 700},
        {"capacity": "managed-instances", "cpu": 300, "memory_mib": 700},
    ],
)
def test_what_goes_with_a_capacity_is_let_be(compute):
    assert said(service_faults(a_service(compute=compute))) == []


def test_every_size_in_the_table_is_legal():
    pairs = [(cpu, memory) for cpu, sizes in fargate.MEMORY_MIB.items() for memory in sizes]
    assert len(pairs) == 3 + 4 + 7 + 13 + 23 + 12 + 12 + 3
    assert [fargate.size_problem(*pair) for pair in pairs] == [None] * len(pairs)


@pytest.mark.parametrize(("tasks", "is_told"), [({"min": 1, "max": 4}, False), ({"min": 2}, True), ({"max": 2}, True)])
def test_spot_beyond_more_tasks_than_there_ever_are_is_hardly_meant(tasks, is_told):
    found = said(compute_warnings(a_service(compute={"spot": {"on_demand": 2}}, tasks=tasks)))
    assert found == (["compute.spot: has no effect: at most 2 tasks run, and so many run on demand"] if is_told else [])


def test_spot_beyond_the_tasks_of_the_night_is_meant_for_the_day():
    by_day = {"schedule": [{"cron": "0 8 * * ? *", "max": 9}]}
    service = a_service(compute={"spot": {"on_demand": 2}}, tasks={"min": 2}, scaling=by_day)
    assert said(compute_warnings(service)) == []


DAEMON, ON_EC2 = {"daemon": True}, {"capacity": "ec2"}
NOTHING = "means nothing beside tasks.daemon: one task runs on each instance, old before new"


@pytest.mark.parametrize(
    ("said_beside", "fault"),
    [
        ({"compute": {}}, "tasks.daemon: goes with capacity ec2 only, not with fargate"),
        (
            {"compute": {"capacity": "managed-instances"}},
            "tasks.daemon: goes with capacity ec2 only, not with managed-instances",
        ),
        ({"tasks": DAEMON | {"min": 2}}, f"tasks.min: {NOTHING}"),
        ({"tasks": DAEMON | {"max": 2}}, f"tasks.max: {NOTHING}"),
        ({"scaling": {"cpu_percent": 60}}, f"scaling.cpu_percent: {NOTHING}"),
        ({"deployment": {"strategy": "recreate"}}, f"deployment.strategy: {NOTHING}"),
        ({"deployment": {"maximum_percent": 250}}, f"deployment.maximum_percent: {NOTHING}"),
        *(
            (
                {"compute": ON_EC2 | {"placement": placement}},
                "compute.placement: leaves only member_of to choose by beside tasks.daemon, which runs on every other "
                "instance",
            )
            for placement in ({"strategies": ["pack-cpu"]}, {"distinct_instances": True})
        ),
    ],
)
def test_what_means_nothing_to_a_daemon_is_told(said_beside, fault):
    assert said(service_faults(a_service(**{"tasks": DAEMON, "compute": ON_EC2} | said_beside))) == [fault]


def test_a_daemon_is_kept_from_some_instances_by_what_they_are():
    compute = placed(member_of=["attribute:ecs.instance-type =~ m7g.*"])
    assert said(service_faults(a_service(tasks=DAEMON, compute=compute))) == []
