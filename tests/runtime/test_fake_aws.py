"""The fake AWS answers as the local cloud does: one script over both, so that neither can drift from the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from service_catalog import naming
from tests.fake_aws import FakeAws
from tests.provisioning import ENVIRONMENT, Provisioner, Wanted
from tests.runtime.watching import eventually

pytestmark = pytest.mark.xdist_group("runtime-cloud")

CLUSTER = naming.cluster(ENVIRONMENT.name)
RUNNING = {"cluster": CLUSTER, "desiredStatus": "RUNNING"}


@dataclass
class Side:
    """``ends`` brings what a service rolls out to the end that it is bound to have."""

    aws: Callable[[str], Any]
    provisioner: Provisioner
    service: str
    ends: Callable[[str], None]

    def update(self, **changes: Any) -> None:
        self.aws("ecs").update_service(cluster=CLUSTER, service=self.service, **changes)

    def described(self) -> dict[str, Any]:
        [found] = self.aws("ecs").describe_services(cluster=CLUSTER, services=[self.service])["services"]
        return found

    def deployments(self) -> list[dict[str, Any]]:
        """Oldest first, in full."""
        briefs = self.aws("ecs").list_service_deployments(cluster=CLUSTER, service=self.service)["serviceDeployments"]
        arns = [it["serviceDeploymentArn"] for it in briefs]
        found = self.aws("ecs").describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]
        return sorted(found, key=lambda it: arns[::-1].index(it["serviceDeploymentArn"]))

    def rolls_out(self, definition: str, **changes: Any) -> None:
        self.update(taskDefinition=definition, **changes)
        self.ends(self.service)

    def definition(self, tag: str = "1.0.0") -> str:
        """A revision that runs, or that does not with ``2.0.0-broken``."""
        return self.provisioner.register_blanks(self.service, Wanted(pinned_tag=tag, env_files=()))


@pytest.fixture
def fake() -> FakeAws:
    return FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, 5, tzinfo=UTC))


@pytest.fixture(params=["fake", "local cloud"])
def side(request: pytest.FixtureRequest, service_name: str, fake: FakeAws) -> Side:
    """A service that was provisioned and never released, on either."""
    if request.param == "fake":
        provisioner = Provisioner(fake.client)
        provisioner.make_environment()
        provisioner.make_service(service_name)
        return Side(fake.client, provisioner, service_name, lambda name: ends_in_the_fake(fake, name))
    aws, provisioner = request.getfixturevalue("aws"), request.getfixturevalue("provisioner")
    provisioner.make_service(service_name)
    return Side(aws, provisioner, service_name, lambda name: ends_in_the_cloud(aws, name))


def ends_in_the_fake(fake: FakeAws, name: str) -> None:
    fake.passes(seconds=60)
    service = fake.ecs.service(name)
    if service.under_way is None:
        return
    image = fake.client("ecs").describe_task_definition(taskDefinition=service.definition)["taskDefinition"]
    if "broken" in image["containerDefinitions"][0]["image"] or service.under_way.status != "IN_PROGRESS":
        service.go_back()
    else:
        service.roll_out()


def ends_in_the_cloud(aws: Callable[[str], Any], name: str) -> None:
    which = {"cluster": CLUSTER, "service": name}

    def has_ended() -> bool:
        [*_, newest] = sorted(
            aws("ecs").list_service_deployments(**which)["serviceDeployments"], key=lambda it: it["createdAt"]
        )
        return newest["status"] in ("SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED")

    assert eventually(has_ended, tries=600)


def code_of(ask: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        ask(**arguments)
    return refused.value.response["Error"]["Code"]


# --- S3 ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def objects(side: Side) -> Callable[..., Any]:
    """An operation of S3 on a key of this test alone."""

    def ask(operation: str, **arguments: Any) -> Any:
        key = {"Key": f"conformance/{side.service}"} if operation != "list_objects_v2" else {}
        return getattr(side.aws("s3"), operation)(**{"Bucket": side.provisioner.bucket, **key, **arguments})

    return ask


def test_a_key_is_created_once(objects):
    objects("put_object", Body=b"first", IfNoneMatch="*")

    assert code_of(objects, operation="put_object", Body=b"second", IfNoneMatch="*") == "PreconditionFailed"
    assert objects("get_object")["Body"].read() == b"first"


def test_only_what_was_read_is_replaced(objects):
    assert code_of(objects, operation="put_object", Body=b"x", IfMatch='"0"') in ("NoSuchKey", "PreconditionFailed")
    etag = objects("put_object", Body=b"first")["ETag"]
    objects("put_object", Body=b"second", IfMatch=etag)

    assert code_of(objects, operation="put_object", Body=b"third", IfMatch=etag) == "PreconditionFailed"
    assert objects("get_object")["Body"].read() == b"second"


def test_metadata_and_time_come_with_the_object(objects):
    objects("put_object", Body=b"x", Metadata={"slipway": "word"}, ContentType="text/plain")

    found = objects("head_object")

    assert (found["Metadata"], found["ContentType"]) == ({"slipway": "word"}, "text/plain")
    assert found["LastModified"].tzinfo is not None
    assert "date" in found["ResponseMetadata"]["HTTPHeaders"]


def test_an_object_that_is_not_there_is_said_so(objects):
    assert code_of(objects, operation="get_object") == "NoSuchKey"
    assert code_of(objects, operation="head_object") == "404"


def test_keys_are_listed_in_their_order_in_pages(objects, side):
    prefix = f"conformance/{side.service}/"
    for name in ("b", "c", "a", "d"):
        objects("put_object", Key=f"{prefix}{name}", Body=b"x")

    first = objects("list_objects_v2", Prefix=prefix, StartAfter=f"{prefix}a", MaxKeys=2)
    second = objects("list_objects_v2", Prefix=prefix, MaxKeys=2, ContinuationToken=first["NextContinuationToken"])

    assert [it["Key"][-1] for it in first["Contents"]] == ["b", "c"]
    assert first["IsTruncated"]
    assert "Contents" not in objects("list_objects_v2", Prefix=f"{prefix}nothing")
    assert second["Contents"][-1]["Key"][-1] == "d"


# --- ECS --------------------------------------------------------------------------------------------------------------


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


# --- ECR, CloudWatch Logs, parameters ---------------------------------------------------------------------------------


def test_images_are_found_by_tag_and_those_that_are_not_there_are_refused(side):
    ecr, repository = side.aws("ecr"), f"web-{side.service}"

    pages = ecr.get_paginator("describe_images").paginate(repositoryName=repository, filter={"tagStatus": "TAGGED"})
    tags = {tag for page in pages for it in page["imageDetails"] for tag in it["imageTags"]}

    assert tags == {"1.0.0", "1.1.0", "2.0.0-broken"}
    [found] = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": "1.0.0"}])["imageDetails"]
    assert found["imageTags"] == ["1.0.0"]
    assert code_of(ecr.describe_images, repositoryName="nosuch") == "RepositoryNotFoundException"


def test_the_newest_lines_come_oldest_first(side):
    logs, group = side.aws("logs"), naming.log_group(ENVIRONMENT.name, side.service)
    noon = int((datetime.now(UTC) - timedelta(minutes=5)).timestamp() * 1000)
    which = {"logGroupName": group, "logStreamName": "ecs/app/1"}
    logs.create_log_stream(**which)
    logs.put_log_events(**which, logEvents=[{"timestamp": noon + it, "message": f"line {it}"} for it in range(10)])

    def lines(**asked: Any) -> list[str]:
        return [it["message"] for it in logs.get_log_events(**which, startFromHead=False, **asked)["events"]]

    assert lines(limit=2) == ["line 8", "line 9"]
    assert lines(limit=2, endTime=noon + 5) == ["line 3", "line 4"]
    [stream] = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True)["logStreams"]
    assert stream["firstEventTimestamp"] == noon


def test_a_log_that_is_not_there_is_refused(side):
    logs, group = side.aws("logs"), naming.log_group(ENVIRONMENT.name, side.service)

    asked = {"logGroupName": group, "logStreamName": "nosuch"}
    assert code_of(logs.get_log_events, **asked) == "ResourceNotFoundException"
    assert code_of(logs.describe_log_streams, logGroupName="/nosuch") == "ResourceNotFoundException"
    [found, *_] = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["logGroupName"] == group


def test_secrets_are_looked_for_by_name(side):
    ssm, secrets = side.aws("ssm"), side.aws("secretsmanager")
    name = f"/{side.service}/url"
    ssm.put_parameter(Name=name, Value="x", Type="SecureString")
    made = secrets.create_secret(Name=f"{side.service}/stripe", SecretString="x")

    def there(*names: str) -> list[str]:
        filters = [{"Key": "Name", "Option": "Equals", "Values": list(names)}]
        return [it["Name"] for it in ssm.describe_parameters(ParameterFilters=filters)["Parameters"]]

    assert there(name, "/nosuch") == [name]
    assert secrets.describe_secret(SecretId=f"{side.service}/stripe")["ARN"] == made["ARN"]
    assert code_of(secrets.describe_secret, SecretId="nosuch") == "ResourceNotFoundException"


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


def test_an_image_that_is_not_there_is_refused(fake):
    fake.client("ecr").create_repository(repositoryName="web")

    asked = {"repositoryName": "web", "imageIds": [{"imageTag": "nosuch"}]}
    assert code_of(fake.client("ecr").describe_images, **asked) == "ImageNotFoundException"


def test_bounds_bring_the_count_within_them_at_once(fake):
    provisioner = Provisioner(fake.client)
    provisioner.make_environment()
    provisioner.make_service("orders")

    provisioner.set_bounds("orders", 2, 3)

    assert fake.ecs.service("orders").desired == 2


def test_a_parameter_that_boto3_does_not_know_is_refused(fake):
    with pytest.raises(ParamValidationError, match="Unknown parameter in input"):
        fake.client("ecs").describe_services(cluster=CLUSTER, service=["orders"])
