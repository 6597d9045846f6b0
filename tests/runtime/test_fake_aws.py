"""The fake AWS answers as the local cloud does: one script over both, so that neither can drift from the other."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from infra.documents.runs import RunPlan
from service_catalog import naming
from tests.fake_aws import FakeAws
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, Provisioner, Wanted

pytestmark = pytest.mark.xdist_group("runtime-cloud")

CLUSTER = naming.cluster(ENVIRONMENT.name)
RUNNING = {"cluster": CLUSTER, "desiredStatus": "RUNNING"}


@dataclass
class Side:
    """``ends`` brings what a service rolls out to the end that it is bound to have, ``run_ends`` an execution to its
    own, whose tasks exit with that code."""

    aws: Callable[[str], Any]
    provisioner: Provisioner
    service: str
    ends: Callable[[str], None]
    run_ends: Callable[[str, int], None]

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
        return Side(
            fake.client,
            provisioner,
            service_name,
            lambda name: ends_in_the_fake(fake, name),
            lambda run, code: run_ends_in_the_fake(fake, run, code),
        )
    aws, provisioner = request.getfixturevalue("aws"), request.getfixturevalue("provisioner")
    provisioner.make_service(service_name)
    return Side(
        aws,
        provisioner,
        service_name,
        lambda name: ends_in_the_cloud(aws, name),
        lambda run, code: run_ends_in_the_cloud(aws, run),
    )


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

    assert eventually(has_ended)


def run_ends_in_the_fake(fake: FakeAws, run: str, code: int) -> None:
    fake.passes(seconds=5)
    fake.step_functions.ends(run.rpartition(":")[2], exit_code=code)


def run_ends_in_the_cloud(aws: Callable[[str], Any], run: str) -> None:
    sfn = aws("stepfunctions")
    assert eventually(lambda: sfn.describe_execution(executionArn=run)["status"] != "RUNNING")


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


def test_new_bounds_leave_scheduled_scaling_suspended(side):
    which = side.provisioner.scalable_target(side.service)
    suspended = {"ScheduledScalingSuspended": True}
    side.aws("application-autoscaling").register_scalable_target(**which, SuspendedState=suspended)
    side.provisioner.set_bounds(side.service, 2, 3)

    which["ResourceIds"] = [which.pop("ResourceId")]
    [target] = side.aws("application-autoscaling").describe_scalable_targets(**which)["ScalableTargets"]
    assert target["SuspendedState"]["ScheduledScalingSuspended"]


# --- Step Functions ---------------------------------------------------------------------------------------------------


@dataclass
class Job:
    """With the state machine that provisioning makes; a run of its own while another goes on is left out."""

    side: Side
    name: str

    def __post_init__(self) -> None:
        endless = {"environment": [{"name": "STEPS", "value": "0"}, {"name": "STEP_SECONDS", "value": "0.1"}]}
        plan = RunPlan(copies=1, attempts=1, timeout_seconds=60, skips=True)
        wanted = Wanted(program="job", kind="job", env_files=(), pinned_tag="1.0.0", container=endless, run_plan=plan)
        self.side.provisioner.make_service(self.name, wanted)
        self.revision = self.side.provisioner.register_blanks(self.name, wanted)
        self.machine = self.side.provisioner.state_machine_arn(self.name)
        self.sfn, self.ecs = self.side.aws("stepfunctions"), self.side.aws("ecs")

    def start(self, name: str = "run-1", **given: Any) -> str:
        """Its ARN. It goes on for ever."""
        said = json.dumps({"revision": self.revision, **given})
        return self.sfn.start_execution(stateMachineArn=self.machine, name=name, input=said)["executionArn"]

    def exits(self, code: int, **given: Any) -> dict[str, Any]:
        run = self.start(**{"command": ["exit", str(code)], "environment": {"STEPS": "1"}, **given})
        self.side.run_ends(run, code)
        return self.sfn.describe_execution(executionArn=run)

    def tasks(self) -> list[dict[str, Any]]:
        family = naming.definition_family(ENVIRONMENT.name, self.name)
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in self.ecs.list_tasks(cluster=CLUSTER, family=family, desiredStatus=status)["taskArns"]
        ]
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []

    def events(self, run: str) -> list[dict[str, Any]]:
        return self.sfn.get_execution_history(executionArn=run, maxResults=1000)["events"]


@pytest.fixture
def job(side):
    return Job(side, f"{side.service}-job")


def test_a_run_starts_its_copies_as_tasks_and_succeeds_with_them(job):
    ended = job.exits(0, copies=2, environment={"COLOR": "red", "STEPS": "1"}, cpu=512)

    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"failed": 0, "timed_out": 0})
    assert ended["stopDate"] > ended["startDate"]
    tasks = job.tasks()
    assert {(it["taskDefinitionArn"], it["group"], it["overrides"]["cpu"]) for it in tasks} == {
        (job.revision, naming.run_group("run-1"), "512")
    }
    [one, other] = [it["overrides"]["containerOverrides"][0] for it in tasks]
    assert one["command"] == ["exit", "0"]
    settings = [{it["name"]: it["value"] for it in override["environment"]} for override in (one, other)]
    assert sorted(it["RUN_COPY"] for it in settings) == ["1", "2"]
    assert {(it["RUN_ID"], it["COLOR"]) for it in settings} == {("run-1", "red")}
    assert [(it["containers"][0]["exitCode"], it["stopCode"]) for it in tasks] == [(0, "EssentialContainerExited")] * 2


def test_a_run_fails_with_a_copy_and_its_history_says_how_that_ended(job):
    ended = job.exits(7)

    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "CopiesFailed", "1 of 1 failed")
    events = {it["type"]: it for it in job.events(ended["executionArn"])}
    submitted = json.loads(events["TaskSubmitted"]["taskSubmittedEventDetails"]["output"])["Tasks"][0]
    failed = events["TaskFailed"]["taskFailedEventDetails"]
    assert (failed["error"], failed["resourceType"], failed["resource"]) == ("States.TaskFailed", "ecs", "runTask.sync")
    cause = json.loads(failed["cause"])
    assert cause["TaskArn"] == submitted["TaskArn"] == job.tasks()[0]["taskArn"]
    assert cause["Containers"][0]["ExitCode"] == 7
    assert events["ExecutionFailed"]["executionFailedEventDetails"]["error"] == "CopiesFailed"


def test_a_copy_that_takes_too_long_is_stopped(job):
    ended = job.exits(143, environment={}, timeout_seconds=1)

    assert (ended["status"], ended["error"]) == ("FAILED", "CopiesTimedOut")
    [task] = job.tasks()
    assert (task["desiredStatus"], task["stopCode"]) == ("STOPPED", "UserInitiated")


def test_a_run_that_is_stopped_stops_its_tasks_and_stays_as_it_was(job):
    run = job.start()
    assert eventually(lambda: [it["lastStatus"] for it in job.tasks()] == ["RUNNING"])

    job.sfn.stop_execution(executionArn=run, error="Stopped", cause="by sato")
    job.sfn.stop_execution(executionArn=run, cause="by ito")

    stopped = job.sfn.describe_execution(executionArn=run)
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Stopped", "by sato")
    assert eventually(lambda: [it["lastStatus"] for it in job.tasks()] == ["STOPPED"])
    assert job.tasks()[0]["stopCode"] == "UserInitiated"
    assert "ExecutionAborted" in [it["type"] for it in job.events(run)]


def test_what_ended_cannot_be_stopped(job):
    run = job.exits(0)["executionArn"]

    assert code_of(job.sfn.stop_execution, executionArn=run) == "ValidationException"


def test_a_name_is_given_once(job):
    ended = job.exits(0)

    again = {"stateMachineArn": job.machine, "name": "run-1"}
    assert code_of(job.sfn.start_execution, **again, input=ended["input"]) == "ExecutionAlreadyExists"
    assert code_of(job.sfn.start_execution, **again, input="{}") == "ExecutionAlreadyExists"


def test_a_run_takes_what_is_live_when_it_names_no_revision(job):
    assert job.exits(0, revision=None)["error"] == "NotReleased"

    live = json.dumps({"version": 1, "release": 1, "revision": job.revision})
    key = naming.live_key(job.name)
    job.side.aws("s3").put_object(Bucket=job.side.provisioner.bucket, Key=key, Body=live.encode())

    assert job.exits(0, name="run-2", revision=None)["status"] == "SUCCEEDED"
    assert [it["taskDefinitionArn"] for it in job.tasks()] == [job.revision]


def test_a_revision_that_is_not_there_is_told_in_ecs_words(job):
    ended = job.exits(0, revision="nobody:1")

    assert ended["error"] == "CopiesFailed"
    [failed] = [it["taskFailedEventDetails"] for it in job.events(ended["executionArn"]) if it["type"] == "TaskFailed"]
    assert failed["error"] == "ECS.ClientException"


def test_a_run_beside_another_is_left_out_and_both_are_listed_newest_first(job):
    first = job.start()
    second = job.exits(0, name="run-2")

    assert json.loads(second["output"]) == {"skipped": True}

    def listed(**asked: Any) -> list[str]:
        pages = job.sfn.get_paginator("list_executions").paginate(stateMachineArn=job.machine, **asked)
        return [it["name"] for page in pages for it in page["executions"]]

    assert listed(PaginationConfig={"PageSize": 1}) == ["run-2", "run-1"]
    assert listed(statusFilter="RUNNING") == ["run-1"]
    job.sfn.stop_execution(executionArn=first)


def test_what_step_functions_does_not_know_is_refused(job):
    other, execution = f"{job.machine}-other", job.start().replace("run-1", "run-2")

    assert code_of(job.sfn.start_execution, stateMachineArn=other) == "StateMachineDoesNotExist"
    assert code_of(job.sfn.describe_state_machine, stateMachineArn=other) == "StateMachineDoesNotExist"
    assert code_of(job.sfn.update_state_machine, stateMachineArn=other, definition="{}") == "StateMachineDoesNotExist"
    assert code_of(job.sfn.describe_execution, executionArn=execution) == "ExecutionDoesNotExist"
    assert code_of(job.sfn.get_execution_history, executionArn=execution) == "ExecutionDoesNotExist"
    assert code_of(job.sfn.stop_execution, executionArn=execution) == "ExecutionDoesNotExist"


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


def test_executions_of_no_machine_are_refused(fake):
    nosuch = ENVIRONMENT.arn("states", "stateMachine:nosuch")

    assert code_of(fake.client("stepfunctions").list_executions, stateMachineArn=nosuch) == "StateMachineDoesNotExist"


def test_the_same_name_and_input_while_it_goes_on_is_the_same_execution(fake):
    provisioner = Provisioner(fake.client)
    provisioner.make_environment()
    side = Side(fake.client, provisioner, "orders", lambda _: None, lambda run, code: None)
    job = Job(side, "nightly")

    assert job.start() == job.start()
    assert len(job.tasks()) == 1
    assert code_of(job.start, copies=2) == "ExecutionAlreadyExists"


def test_ecs_forgets_a_task_an_hour_after_its_end(fake):
    provisioner = Provisioner(fake.client)
    provisioner.make_environment()
    job = Job(Side(fake.client, provisioner, "orders", lambda _: None, partial(run_ends_in_the_fake, fake)), "nightly")
    job.exits(0)

    fake.passes(minutes=60)
    assert len(job.tasks()) == 1
    fake.passes(seconds=1)
    assert job.tasks() == []
