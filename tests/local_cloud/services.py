"""An ECS service of one sample program, as tests make, change and watch it."""

from collections.abc import Callable
from typing import Any

from tests.local_cloud.waiting import eventually

CLUSTER = "tests"
BUCKET = "tests-config"
LOG_GROUP = "/tests"
PORT = 8080
OPEN = ("PENDING", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "STOP_REQUESTED")
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


class SampleService:
    def __init__(self, aws: Callable[[str], Any], name: str):
        self.aws = aws
        self.name = name
        self.ecs = aws("ecs")

    def definition(
        self, image: str = "hello:1.0.0", env: str | None = None, port: int | None = PORT, **more: Any
    ) -> str:
        """Registers a revision; ``env`` becomes an environment file of its own. Its ARN."""
        container = {"name": "app", "image": image, "logConfiguration": self._logging(), **more}
        if port:
            container["portMappings"] = [{"containerPort": port}]
        if env is not None:
            key = f"{self.name}/{abs(hash(env))}.env"
            self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=env.encode())
            container["environmentFiles"] = [{"type": "s3", "value": f"arn:aws:s3:::{BUCKET}/{key}"}]
        return self.register([container])

    def register(self, containers: list[dict[str, Any]]) -> str:
        made = self.ecs.register_task_definition(
            family=self.name,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=containers,
        )
        return made["taskDefinition"]["taskDefinitionArn"]

    def create(self, definition: str, count: int = 1, **more: Any) -> None:
        more = {"deploymentConfiguration": BREAKER} | more
        self.ecs.create_service(
            cluster=CLUSTER,
            serviceName=self.name,
            taskDefinition=definition,
            desiredCount=count,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            **more,
        )

    def update(self, **more: Any) -> None:
        self.ecs.update_service(cluster=CLUSTER, service=self.name, **more)

    def settled(self) -> str:
        """How the newest service deployment ended."""
        eventually(lambda: self.newest()["status"] not in OPEN)
        return self.newest()["status"]

    def newest(self) -> dict[str, Any]:
        return self.rollouts()[0]

    def rollouts(self) -> list[dict[str, Any]]:
        """Service deployments, newest first, whole."""
        listed = self.ecs.list_service_deployments(cluster=CLUSTER, service=self.name)["serviceDeployments"]
        arns = [one["serviceDeploymentArn"] for one in listed]
        return self.ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]

    def revision(self, arn: str) -> dict[str, Any]:
        [found] = self.ecs.describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"]
        return found

    def describe(self, **more: Any) -> dict[str, Any]:
        [found] = self.ecs.describe_services(cluster=CLUSTER, services=[self.name], **more)["services"]
        return found

    def tasks(self, desired: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=CLUSTER, family=self.name, desiredStatus=desired)["taskArns"]
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []

    def running(self) -> list[dict[str, Any]]:
        return [task for task in self.tasks() if task["lastStatus"] == "RUNNING"]

    def stopped(self) -> list[dict[str, Any]]:
        return self.tasks("STOPPED")

    def log_lines(self, task: dict[str, Any]) -> list[str]:
        stream = f"ecs/app/{task['taskArn'].rsplit('/', 1)[1]}"
        logs = self.aws("logs")
        try:
            events = logs.get_log_events(logGroupName=LOG_GROUP, logStreamName=stream)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in events]

    def _logging(self) -> dict[str, Any]:
        options = {"awslogs-group": LOG_GROUP, "awslogs-region": "ap-northeast-1", "awslogs-stream-prefix": "ecs"}
        return {"logDriver": "awslogs", "options": options}


def prepare(aws: Callable[[str], Any]) -> None:
    """What all services of the tests share."""
    aws("ecs").create_cluster(clusterName=CLUSTER)
    aws("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    aws("logs").create_log_group(logGroupName=LOG_GROUP)
