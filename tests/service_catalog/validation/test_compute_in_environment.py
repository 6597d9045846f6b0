import pytest

from service_catalog.validation.compute_in_environment import COMPUTE_IN_ENVIRONMENT
from service_catalog.validation.in_environment import in_environment
from service_catalog.validation.rules import faults_by
from tests.builders import a_service, an_environment
from tests.service_catalog.validation.said import said

ON_ARM = {"capacity": "ec2", "architecture": "arm64"}
MANAGED = {"capacity": "managed-instances"}
GRAVITON = {"managed_instances": {"cpu_manufacturers": ["amazon-web-services"]}}
INSTANCES = {"ec2": {"instance_types": ["m7g.large"], "max": 4}}


@pytest.mark.parametrize(
    ("compute", "where", "fault"),
    [
        ({"capacity": "ec2"}, {}, "capacity: dev has no EC2 instances"),
        (
            {"capacity": "ec2"},
            {"capacity": INSTANCES},
            "architecture: is x86_64, and the instances of dev are arm64 (m7g.large)",
        ),
        (
            ON_ARM | {"cpu": 4096},
            {"capacity": INSTANCES},
            "cpu: does not fit m7g.large of dev, which has 2048 CPU units and 8192 MiB in all",
        ),
        (
            ON_ARM | {"memory_mib": 8192},
            {"capacity": INSTANCES},
            "memory_mib: does not fit m7g.large of dev, which has 2048 CPU units and 8192 MiB in all",
        ),
        (
            ON_ARM,
            {"capacity": INSTANCES, "network": {"nat": "none"}},
            "capacity: gives its tasks no way out of dev, which has no NAT",
        ),
        (ON_ARM | {"gpus": 1}, {"capacity": INSTANCES}, "gpus: is more than instances of dev have, got 1"),
        (
            {"capacity": "ec2", "gpus": 5},
            {"capacity": {"ec2": {"instance_types": ["g5.xlarge", "g5.12xlarge"], "max": 1}}},
            "gpus: is more than instances of dev have, got 5",
        ),
        (
            MANAGED | {"gpus": 1},
            {"capacity": {"managed_instances": {}}},
            "gpus: is more than instances of dev have, got 1",
        ),
        (
            MANAGED | {"gpus": 4},
            {"capacity": {"managed_instances": {"gpus": {"max": 2}}}},
            "gpus: is more than instances of dev have, got 4",
        ),
        (MANAGED, {"capacity": INSTANCES}, "capacity: dev has no Managed Instances"),
        (
            MANAGED,
            {"capacity": {"managed_instances": {}}, "network": {"nat": "none"}},
            "capacity: gives its tasks no way out of dev, which has no NAT",
        ),
        (MANAGED, {"capacity": GRAVITON}, "architecture: is x86_64, and the Managed Instances of dev are arm64"),
        (
            MANAGED,
            {"capacity": {"managed_instances": {"instance_types": ["m7g.*"]}}},
            "architecture: is x86_64, and the Managed Instances of dev are arm64",
        ),
        (
            MANAGED | {"cpu": 4096},
            {"capacity": {"managed_instances": {"vcpus": {"max": 2}}}},
            "cpu: does not fit the Managed Instances of dev, which have 2048 at most",
        ),
        (
            MANAGED | {"memory_mib": 8193},
            {"capacity": {"managed_instances": {"memory_mib": {"max": 8192}}}},
            "memory_mib: does not fit the Managed Instances of dev, which have 8192 at most",
        ),
    ],
)
def test_what_the_environment_cannot_run_is_told(compute, where, fault):
    found = faults_by(COMPUTE_IN_ENVIRONMENT, a_service(compute=compute), an_environment(**where))
    assert said(found) == [f"compute.{fault}"]


def test_what_is_missing_is_told_with_what_to_write_and_where():
    [fault] = faults_by(COMPUTE_IN_ENVIRONMENT, a_service(compute=ON_ARM), an_environment())
    assert str(fault.hint) == (
        "write capacity: { ec2: { instance_types: [m7g.large], max: 4 } } into environments/dev.yaml"
    )


@pytest.mark.parametrize(
    ("compute", "where"),
    [
        ({}, {"network": {"nat": "none"}}),
        (ON_ARM | {"cpu": 2048, "memory_mib": 8000}, {"capacity": INSTANCES}),
        (MANAGED, {"capacity": {"managed_instances": {"instance_types": ["m7*.*"], "vcpus": {"max": 1}}}}),
        (MANAGED | {"architecture": "arm64"}, {"capacity": GRAVITON}),
        (MANAGED | {"gpus": 4}, {"capacity": {"managed_instances": {"gpus": {}}}}),
        (
            {"capacity": "ec2", "gpus": 1},
            {"capacity": {"ec2": {"instance_types": ["g5.xlarge"], "max": 1}}},
        ),
        (
            {"capacity": "ec2", "gpus": 4},
            {"capacity": {"ec2": {"instance_types": ["g5.xlarge", "g5.12xlarge"], "max": 1}}},
        ),
        (
            {"capacity": "ec2", "gpus": 16},
            {"capacity": {"ec2": {"instance_types": ["g5.xlarge", "p9.48xlarge"], "max": 1}}},
        ),
        (ON_ARM | {"network": "bridge"}, {"capacity": INSTANCES, "network": {"nat": "none"}}),
        (
            {"capacity": "ec2", "cpu": 100_000},
            {"capacity": {"ec2": {"instance_types": ["x2idn.metal"], "max": 1}}},
        ),
    ],
)
def test_what_the_environment_runs_is_let_be(compute, where):
    assert said(faults_by(COMPUTE_IN_ENVIRONMENT, a_service(compute=compute), an_environment(**where))) == []


def test_tasks_that_share_the_addresses_of_their_instances_may_be_more_than_the_subnets_hold():
    where = an_environment(network={"cidr": "10.20.0.0/24"}, capacity=INSTANCES)
    many = {"tasks": {"min": 500}, "exposure": None}
    assert said(in_environment(a_service(compute=ON_ARM, **many), where)) != []
    assert said(in_environment(a_service(compute=ON_ARM | {"network": "bridge"}, **many), where)) == []
