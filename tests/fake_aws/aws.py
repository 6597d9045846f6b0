"""All of the fake: one clock, one set of services, and what may become of a request on its way."""

import copy
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from runtime.gateways import Access, Clock
from tests.fake_aws import parameters, quotas
from tests.fake_aws.application_autoscaling import ApplicationAutoScaling
from tests.fake_aws.client import Client
from tests.fake_aws.cloudwatch import CloudWatch
from tests.fake_aws.ecr import Ecr
from tests.fake_aws.ecs import Ecs
from tests.fake_aws.logs import Logs
from tests.fake_aws.s3 import S3
from tests.fake_aws.scheduler import Scheduler
from tests.fake_aws.service import AwsService
from tests.fake_aws.sns import Sns
from tests.fake_aws.sqs import Sqs
from tests.fake_aws.step_functions import StepFunctions

Fate = Literal["lost", "unanswered", "last"]
"""A request that never arrives; one that is carried out while its answer is lost; one after which AWS is away, too"""
_URL = "https://fake.aws"


class FakeAws:
    def __init__(self, account: str, region: str, now: datetime):
        self.account, self.region, self.now = account, region, now
        self.began = now
        self.s3, self.ecr, self.cloudwatch, self.logs = S3(self), Ecr(self), CloudWatch(self), Logs(self)
        self.ssm, self.secretsmanager = parameters.Ssm(self), parameters.SecretsManager(self)
        self.ecs = Ecs(self)
        self.scaling, self.scheduler = ApplicationAutoScaling(self), Scheduler(self)
        self.elb, self.iam, self.ec2 = quotas.LoadBalancers(self), quotas.Iam(self), quotas.Ec2(self)
        self.quotas, self.acm = quotas.ServiceQuotas(self), quotas.Acm(self)
        self.cost_explorer = quotas.CostExplorer(self)
        self.sns, self.sqs, self.step_functions = Sns(self), Sqs(self), StepFunctions(self)
        services: list[AwsService] = [
            self.s3,
            self.ecr,
            self.cloudwatch,
            self.logs,
            self.ssm,
            self.secretsmanager,
            self.ecs,
            self.scaling,
            self.scheduler,
            self.sns,
            self.sqs,
            self.step_functions,
            self.elb,
            self.iam,
            self.ec2,
            self.quotas,
            self.acm,
            self.cost_explorer,
        ]
        self._services = {service.name: service for service in services}
        self._clients = {service.name: Client(self, service) for service in services}
        self._lock = threading.RLock()
        self.fates: dict[str, Fate] = {}
        """By operation, such as ``ecs.update_service``, by service, or ``*`` for everything"""
        self.refusals: dict[str, BaseException] = {}
        """What an operation is refused with, or what else happens in its place"""
        self.asked: list[str] = []
        """Every operation that was asked for, such as ``ecs.describe_services``"""
        self.requests: list[tuple[str, Mapping[str, Any]]] = []
        """With what it was asked for"""
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def access(self) -> Access:
        return Access(client=self.client)

    @property
    def clock(self) -> Clock:
        """For the gateways: nobody waits, and time passes when the test says so."""
        return Clock(
            now=lambda: self.now,
            monotonic=lambda: (self.now - self.began).total_seconds(),
            sleep=lambda seconds: None,
        )

    def client(self, service: str) -> Client:
        return self._clients[service]

    def service(self, name: str) -> AwsService:
        """What stands behind its client; what is asked of it directly, AWS asks itself."""
        return self._services[name]

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def passes(self, **time: float) -> None:
        """``aws.passes(seconds=10)``"""
        self.now += timedelta(**time)

    @property
    def outage(self) -> bool:
        return "*" in self.fates

    @outage.setter
    def outage(self, lasts: bool) -> None:
        self.fates.pop("*", None)
        if lasts:
            self.fates["*"] = "lost"

    def ask(self, service: AwsService, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        name = f"{service.name}.{operation}"
        self.asked.append(name)
        self.requests.append((name, arguments))
        assert self.may_answer.wait(60), "the test never let AWS answer"
        fate = self.fates.get(name) or self.fates.get(service.name) or self.fates.get("*")
        if fate == "lost":
            raise ConnectTimeoutError(endpoint_url=_URL) if self.outage else ReadTimeoutError(endpoint_url=_URL)
        if name in self.refusals:
            raise self.refusals[name]
        with self._lock:
            self.step_functions.go_on()
            answer = copy.deepcopy(getattr(service, operation)(**copy.deepcopy(dict(arguments))) or {})
        if fate == "last":
            self.outage = True
        if fate in ("unanswered", "last"):
            raise ReadTimeoutError(endpoint_url=_URL)
        headers = {"date": self.now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")}
        return {**answer, "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": headers}}
