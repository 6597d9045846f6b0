"""One environment in the AWS in memory, and what happens to it: Pulumi provisions, people save and release, ECS carries
out or gives up. Everything that Slipway itself does is done by the real gateways."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from runtime.aws import task_definitions
from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.model import Environment, Service
from service_catalog.records.provisioned import ProvisionedEnvironment
from service_catalog.records.releases import Release
from tests.fake_aws import FakeAws
from tests.fake_aws.ecs_services import Task
from tests.provisioning import Provisioner, wanted

Ending = Literal["succeeded", "rolled-back", "stopped"]
_LASTS = timedelta(minutes=3)
"""A release that comes to its end"""
_METRICS = {
    "cpu": ("AWS/ECS", "CPUUtilization"),
    "memory": ("AWS/ECS", "MemoryUtilization"),
    "requests": ("AWS/ApplicationELB", "RequestCount"),
    "errors": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"),
    "latency": ("AWS/ApplicationELB", "TargetResponseTime"),
    "refused": ("AWS/ApplicationELB", "HTTPCode_Target_4XX_Count"),
    "unhealthy": ("AWS/ApplicationELB", "UnHealthyHostCount"),
}


class FakeEnvironment:
    def __init__(self, aws: FakeAws, environment: Environment, stands: bool = True):
        """``stands``: it was provisioned, and no service in it."""
        self.aws, self.environment = aws, environment
        self.provisioner = Provisioner(aws.client, environment)
        if stands:
            self.provisioner.make_environment()
        self.gateways = self.connect()

    def connect(self) -> Gateways:
        """As one more process has them: nothing that another has read is known to it."""
        return Gateways.connect(self.environment, self.aws.access, self.aws.clock)

    # --- Pulumi ---

    def provision(self, service: Service, **more: Any) -> None:
        """For the first time, or once more with what the catalog says by now."""
        dimensions = {"LoadBalancer": "app/public/1", "TargetGroup": f"targetgroup/{service.name}/2"}
        reach = {"url": f"http://127.0.0.1:8081/{service.name}", "dimensions": dimensions}
        says = wanted(service, self.environment, **{"reach": reach, **more})
        if self.has(service.name):
            self.provisioner.change_service(service.name, says)
        else:
            self.provisioner.make_service(service.name, says)

    def subscribe(self, *addresses: str) -> str:
        """What the environment's stack exports: the topic of its alarms. None of the receivers has confirmed."""
        topic = self.aws.arn("sns", f"{self.environment.name}-alarms-0123456")
        record = ProvisionedEnvironment(fingerprint="f1", exports={"alarm_topic_arn": topic})
        bucket = naming.config_bucket(self.environment.name, self.environment.account_id)
        self.aws.client("s3").put_object(Bucket=bucket, Key=naming.provisioned_environment_key(), Body=record.to_json())
        for address in addresses:
            self.aws.sns.subscribes(topic, address)
        return topic

    def make_anew(self, service: Service) -> None:
        """A change for which Pulumi replaces the ECS service."""
        self.provisioner.replace_service(service.name, wanted(service, self.environment))

    # --- people ---

    def push(self, repository: str, *tags: str) -> None:
        """The last one is the newest."""
        if repository not in self.aws.ecr.repositories:
            self.provisioner.make_images(repository, ())
        self.provisioner.push(repository, *tags)

    def save(
        self, service: str, text: str, base: int = 0, *, file: str = "app", author: str = "Suzuki Ren", **said: Any
    ) -> int:
        """The version's number."""
        said = {"message": ""} | said
        return self.gateways.env_files.save(service, file, text, base=base, author=author, **said).number

    def begin(
        self,
        service: str,
        image: str | None = None,
        env: int | Mapping[str, int] | None = None,
        *,
        to: int | None = None,
        who: str = "Ito Haruka",
        why: str = "Rounds tax per line again",
    ) -> Release:
        """A release that is under way from now on; ``env`` is a version by file, or that of app.env."""
        versions = {"app": env} if isinstance(env, int) else env or {}
        request = ReleaseRequest(image, versions, to=to)
        return self.gateways.releases.release(service, request, who=who, why=why)

    def release(
        self,
        service: str,
        image: str | None = None,
        env: int | Mapping[str, int] | None = None,
        *,
        ends: Ending = "succeeded",
        **said: Any,
    ) -> Release:
        """A release that has come to its end three minutes later."""
        begun = self.begin(service, image, env, **said)
        self.end(service, ends)
        return self.gateways.releases.get(service, begun.number)

    def end(self, service: str, ends: Ending = "succeeded") -> None:
        """What is under way ends three minutes later, and somebody has seen how."""
        self.aws.now += _LASTS
        self.ends(service, ends)
        self.gateways.releases.settle(service)

    # --- ECS ---

    def ends(self, service: str, ends: Ending = "succeeded") -> None:
        """What is under way ends now, and nobody has looked yet."""
        if ends == "succeeded":
            self.aws.ecs.rolls_out(service)
            return
        if ends == "stopped":
            newest = self.gateways.releases.history(service, 1).releases[0]
            self.gateways.releases.stop(service, newest.number, who="Ito Haruka")
        self.aws.ecs.goes_back(service)

    def fails(self, service: str, *lines: str, **how: Any) -> Task:
        """A task of what rolls out, else of what runs, ends by itself after it printed ``lines``."""
        task = self.aws.ecs.service(service).fail(**how)
        self.prints(service, task.id, *lines)
        return task

    def runs_exec_agents(self, service: str) -> None:
        """In its tasks, as if they had been started with ECS Exec."""
        for task in self.aws.ecs.service(service).tasks:
            task.exec_agent = "RUNNING"

    def runs_end(self, service: str, **how: Any) -> None:
        """From now on, each as soon as it was started: ``runs_end("orders", exit_code=1, lines=["no"])``. One that
        goes on ends by ``aws.step_functions.ends``, or when its time is over."""
        self.aws.step_functions.always_ends(naming.state_machine(self.environment.name, service), **how)

    def tasks(self, service: str) -> list[str]:
        """The ids of those that run."""
        return [task.id for task in self.aws.ecs.service(service).tasks if task.runs]

    def prints(self, service: str, task: str, *lines: str, route: str = "") -> None:
        """Into the service's own log group, or that of a route."""
        if lines:
            names = (self.environment.name, service)
            group = naming.route_log_group(*names, route) if route else naming.log_group(*names)
            container = naming.LOG_ROUTER if route == naming.ROUTER_ROUTE else naming.CONTAINER
            self.aws.logs.prints(group, naming.log_stream(task, container), lines)

    # --- outside ---

    def scale(self, service: str, count: int) -> None:
        """Somebody does, in the console."""
        cluster = naming.cluster(self.environment.name)
        self.aws.client("ecs").update_service(cluster=cluster, service=service, desiredCount=count)

    def put_back(self, service: str, revision: str) -> None:
        """Somebody runs another task definition, in the console."""
        self.aws.ecs.service(service).is_put_back(revision)

    def change_outside(self, service: str) -> None:
        """Somebody runs a revision of no release."""
        running = self.aws.ecs.service(service).definition
        definition = self.aws.client("ecs").describe_task_definition(taskDefinition=running)["taskDefinition"]
        family = naming.release_family(self.environment.name, service)
        copy = task_definitions.revision_input(definition, family)
        made = self.aws.client("ecs").register_task_definition(**copy)
        self.put_back(service, made["taskDefinition"]["taskDefinitionArn"])

    def roll_again(self, service: str) -> None:
        """ECS replaces the tasks of what is live, such as after a change of the service itself."""
        cluster = naming.cluster(self.environment.name)
        self.aws.client("ecs").update_service(cluster=cluster, service=service, forceNewDeployment=True)

    def wait_for_approval(self, service: str) -> None:
        """What is under way shifts requests, and waits for somebody to continue it."""
        rolling = self.aws.ecs.service(service)
        hooks = [{"targetType": "PAUSE"}]
        rolling.settings["deploymentConfiguration"] = {"strategy": "BLUE_GREEN", "lifecycleHooks": hooks}
        rolling.wait(self.aws.now + timedelta(hours=2))

    def lose_log_group(self, service: str) -> None:
        self.aws.client("logs").delete_log_group(logGroupName=naming.log_group(self.environment.name, service))

    def ring(self, service: str, measure: str, reason: str = "") -> None:
        self.aws.cloudwatch.rings(naming.alarm(self.environment.name, service, measure), reason)

    def measure(self, service: str, **values: Sequence[float | None]) -> None:
        """The values of the newest minutes by measure, oldest first, the last one of the minute that runs now."""
        tasks = {"ClusterName": naming.cluster(self.environment.name), "ServiceName": service}
        way = {"LoadBalancer": "app/public/1", "TargetGroup": f"targetgroup/{service}/2"}
        for measure, points in values.items():
            namespace, metric = _METRICS[measure]
            self.aws.cloudwatch.measures(namespace, metric, tasks if namespace == "AWS/ECS" else way, points)

    def has(self, service: str) -> bool:
        found = self.aws.ecs.services.get((naming.cluster(self.environment.name), service))
        return found is not None and not found.is_gone
