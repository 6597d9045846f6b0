import pytest
from botocore.exceptions import ParamValidationError

from tests.provisioning import Provisioner
from tests.runtime.fake_aws.sides import CLUSTER, code_of

RUNNING = {"cluster": CLUSTER, "desiredStatus": "RUNNING"}


def test_those_that_are_not_there_are_told_beside_those_that_are(side):
    answer = side.aws("ecs").describe_services(cluster=CLUSTER, services=[side.service, "nosuch"])

    assert [it["serviceName"] for it in answer["services"]] == [side.service]
    assert [it["reason"] for it in answer["failures"]] == ["MISSING"]


def test_what_is_not_there_is_refused_by_name(side):
    ecs = side.aws("ecs")
    which = {"cluster": CLUSTER, "service": "nosuch"}

    assert code_of(ecs.update_service, **which, desiredCount=1) == "ServiceNotFoundException"
    assert code_of(ecs.list_service_deployments, **which) == "ServiceNotFoundException"
    assert code_of(ecs.describe_services, cluster="nosuch", services=["x"]) == "ClusterNotFoundException"
    assert code_of(ecs.describe_task_definition, taskDefinition="nosuch:1") == "ClientException"


def test_a_rollout_is_primary_until_it_came_through(side):
    definition = side.definition()
    assert [it["status"] for it in side.deployments()] == ["SUCCESSFUL"]

    side.update(taskDefinition=definition, desiredCount=1)
    [primary, *_] = side.described()["deployments"]
    assert (primary["status"], primary["rolloutState"], primary["taskDefinition"]) == (
        "PRIMARY",
        "IN_PROGRESS",
        definition,
    )
    assert side.deployments()[-1]["status"] in ("PENDING", "IN_PROGRESS")
    side.ends(side.service)

    [only] = side.described()["deployments"]
    assert (only["rolloutState"], only["runningCount"], side.described()["runningCount"]) == ("COMPLETED", 1, 1)
    assert side.deployments()[-1]["status"] == "SUCCESSFUL"


def test_a_task_says_its_revision_and_its_service(side):
    definition = side.definition()
    side.rolls_out(definition, desiredCount=1)

    [arn] = side.aws("ecs").list_tasks(serviceName=side.service, **RUNNING)["taskArns"]
    [task] = side.aws("ecs").describe_tasks(cluster=CLUSTER, tasks=[arn])["tasks"]

    assert (task["taskDefinitionArn"], task["group"]) == (definition, f"service:{side.service}")
    assert (task["lastStatus"], task["containers"][0]["name"]) == ("RUNNING", "app")


def test_what_does_not_come_through_leaves_what_ran(side):
    good, bad = side.definition(), side.definition("2.0.0-broken")
    side.rolls_out(good, desiredCount=1)

    side.rolls_out(bad)

    failed = side.deployments()[-1]
    assert (failed["status"], failed["deploymentCircuitBreaker"]["status"]) == ("ROLLBACK_SUCCESSFUL", "TRIGGERED")
    back_to = failed["rollback"]["serviceRevisionArn"]
    [revision] = side.aws("ecs").describe_service_revisions(serviceRevisionArns=[back_to])["serviceRevisions"]
    assert revision["taskDefinition"] == good
    [primary, *_] = side.described()["deployments"]
    assert (side.described()["taskDefinition"], primary["taskDefinition"]) == (good, good)


def test_a_rollout_that_somebody_stops_is_rolled_back(side):
    side.rolls_out(side.definition(), desiredCount=1)
    side.update(taskDefinition=side.definition("1.1.0"))
    arn = side.deployments()[-1]["serviceDeploymentArn"]

    side.aws("ecs").stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    side.ends(side.service)

    stopped = side.deployments()[-1]
    assert stopped["status"] == "ROLLBACK_SUCCESSFUL"
    assert stopped["deploymentCircuitBreaker"]["status"] == "MONITORING_COMPLETE"
    assert code_of(side.aws("ecs").stop_service_deployment, serviceDeploymentArn=arn) == "ConflictException"


def test_a_newer_rollout_stops_the_one_under_way(side):
    side.rolls_out(side.definition(), desiredCount=1)
    side.update(taskDefinition=side.definition("1.1.0"))
    side.rolls_out(side.definition())

    assert [it["status"] for it in side.deployments()[-2:]] == ["STOPPED", "SUCCESSFUL"]


def test_a_service_that_was_deleted_is_inactive(side):
    side.aws("ecs").delete_service(cluster=CLUSTER, service=side.service, force=True)

    found = side.aws("ecs").describe_services(cluster=CLUSTER, services=[side.service])["services"]

    assert [it["status"] for it in found] in ([], ["INACTIVE"])


def test_bounds_are_kept(side):
    side.provisioner.set_bounds(side.service, 2, 3)
    assert side.provisioner.limits(side.service) == (2, 3)


def test_new_bounds_leave_scheduled_scaling_suspended(side):
    which = side.provisioner.scalable_target(side.service)
    suspended = {"ScheduledScalingSuspended": True}
    side.aws("application-autoscaling").register_scalable_target(**which, SuspendedState=suspended)
    side.provisioner.set_bounds(side.service, 2, 3)

    which["ResourceIds"] = [which.pop("ResourceId")]
    [target] = side.aws("application-autoscaling").describe_scalable_targets(**which)["ScalableTargets"]
    assert target["SuspendedState"]["ScheduledScalingSuspended"]


# --- where the local cloud is laxer than AWS, the fake is not ---------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "arguments", "most"),
    [
        ("describe_services", lambda some: {"cluster": CLUSTER, "services": some}, 10),
        ("describe_tasks", lambda some: {"cluster": CLUSTER, "tasks": some}, 100),
        ("describe_service_deployments", lambda some: {"serviceDeploymentArns": some}, 20),
        ("describe_service_revisions", lambda some: {"serviceRevisionArns": some}, 20),
    ],
)
def test_no_more_is_described_at_once_than_ecs_takes(fake, operation, arguments, most):
    too_many = arguments([f"x/{number}" for number in range(most + 1)])

    assert code_of(getattr(fake.client("ecs"), operation), **too_many) == "InvalidParameterException"


def test_bounds_bring_the_count_within_them_at_once(fake):
    provisioner = Provisioner(fake.client)
    provisioner.make_environment()
    provisioner.make_service("orders")

    provisioner.set_bounds("orders", 2, 3)

    assert fake.ecs.service("orders").desired == 2


def test_a_parameter_that_boto3_does_not_know_is_refused(fake):
    with pytest.raises(ParamValidationError, match="Unknown parameter in input"):
        fake.client("ecs").describe_services(cluster=CLUSTER, service=["orders"])
