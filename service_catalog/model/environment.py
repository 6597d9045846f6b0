"""One environment: an account, a region and what its services share."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import naming, patterns
from service_catalog.model.capacity import Capacity
from service_catalog.model.entry import Entry
from service_catalog.model.network import FlowLogs, Network
from service_catalog.model.receivers import AlarmReceivers, Events
from service_catalog.model.values import EnvironmentName, KeyArn, ProviderName, Retention
from service_catalog.model.ways_in import (
    Api,
    Domain,
    IdentityProvider,
    InternalDomain,
    LoadBalancers,
    NetworkLoadBalancers,
    Waf,
)

Protection = Literal["platform", "four-eyes"]


class Registry(Entry):
    account_id: Annotated[str, StringConstraints(pattern=patterns.ACCOUNT)] | None = None
    """Whose ECR registry holds the images that services name by a short name; the environment's own if left out"""
    region: Annotated[str, StringConstraints(pattern=patterns.REGION)] | None = None
    """Where that registry is; the environment's region if left out"""
    make: bool = False
    """Each service makes the repository that its image names: immutable tags, scanned on push, kept when it leaves"""
    untagged_days: Annotated[int, Field(ge=1, le=3650)] = 14
    """Images without a tag are deleted after so many days"""
    keep_images: Annotated[int, Field(ge=10, le=100_000)] | None = None
    """Only so many images stay, the newest; releases of older ones cannot come back; all stay if left out"""
    pull_accounts: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=patterns.ACCOUNT)], ...], Field(strict=False, max_length=100)
    ] = ()
    """Accounts of other environments, which pull from the repositories that are made here"""
    key_arn: KeyArn | None = None
    """A KMS key of your own that encrypts repositories made from now on; ECR's own encryption if left out"""


class LogArchive(Entry):
    retention_days: Annotated[int, Field(ge=1, le=36_500)] = 365
    """How long lines are kept there"""
    infrequent_after_days: Annotated[int, Field(ge=30, le=36_500)] | None = None
    """From then on they cost less to keep, and something to read"""


class Environment(Entry):
    """One environment: an account, a region and what its services share."""

    name: EnvironmentName
    """The file's stem"""
    account_id: Annotated[str, StringConstraints(pattern=patterns.ACCOUNT)]
    """A run against any other account fails before anything is touched"""
    region: Annotated[str, StringConstraints(pattern=patterns.REGION)]
    """AWS region"""
    network: Network = Network()
    """VPC and subnets"""
    namespace: Annotated[str, StringConstraints(pattern=patterns.DOMAIN, max_length=128)] = "slipway.internal"
    """In which services find each other, the same in every environment; environments of one VPC need one each"""
    domain: Domain | None = None
    """Left out, the public load balancer speaks plain HTTP"""
    internal_domain: InternalDomain | None = None
    """A name, a certificate and a zone for the internal load balancer; left out, it speaks plain HTTP"""
    api: Api | None = None
    """An HTTP API of API Gateway, for services that are exposed by it: write `api: {}`"""
    load_balancers: LoadBalancers = LoadBalancers()
    """What both load balancers do with connections and answers"""
    sign_in: dict[ProviderName, IdentityProvider] = Field(default_factory=dict)
    """OpenID Connect providers that the public load balancer may sign users in with, by a name for each"""
    log_archive: LogArchive | None = None
    """A bucket for log lines that routes send to S3: write `log_archive: {}`"""
    waf: Waf | None = None
    """A web ACL before the public load balancer; it costs by the rule and the request"""
    registry: Registry | None = None
    """Where images are that services name by a short name, and whether their repositories are made"""
    nlb: NetworkLoadBalancers = NetworkLoadBalancers()
    """Network Load Balancers, for services that speak another protocol than HTTP; each costs by the hour"""
    flow_logs: FlowLogs | None = None
    """What passes the VPC's network interfaces, written to CloudWatch Logs, which costs by the gigabyte"""
    alarms: AlarmReceivers | None = None
    """Who is told of alarms of services; the topic is there in any case"""
    events: Events | None = None
    """A topic of SNS that tells programs of releases that end or wait, and of alarms: write `events: {}`"""
    capacity: Capacity = Capacity()
    """What tasks can run on besides Fargate"""
    container_insights: Literal["disabled", "enabled", "enhanced"] = "disabled"
    """CloudWatch Container Insights on the cluster; it costs per metric"""
    exec_log_retention_days: Retention = 365
    """How long ECS Exec sessions are kept"""
    protection: Protection | None = None
    """Who releases and runs: `platform`, that team; `four-eyes`, one asks, another confirms; else the owner's team"""
    secrets_key_arn: KeyArn | None = None
    """The KMS key of your own that encrypts secrets and parameters, if any; the key's policy must leave it to IAM"""
    access_role_arn: Annotated[str, StringConstraints(pattern=patterns.ROLE, max_length=2048)] | None = None
    """The role that the portal takes on to reach this environment, as where it is in another account"""
    access_external_id: Annotated[str, StringConstraints(pattern=patterns.EXTERNAL_ID)] | None = None
    """What that role's trust policy demands as `sts:ExternalId`, if anything; it is no secret"""
    cost_explorer: bool = False
    """The portal shows what was really billed, by the tags of the stacks; AWS takes $0.01 for asking, once a day"""
    deletion_protection: bool = True
    """Nobody destroys load balancers, API, their addresses or config bucket until a run with `false`; off in `local`"""

    @property
    def partition(self) -> str:
        """The first word after ``arn:``."""
        return partition_of(self.region)

    @property
    def dns_suffix(self) -> str:
        """In which names of AWS's own endpoints end, and some of its service principals."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    @property
    def registry_host(self) -> str:
        """Of the ECR registry where short names of images are."""
        account_id, region = (self.registry.account_id, self.registry.region) if self.registry else (None, None)
        return registry_host(account_id or self.account_id, region or self.region)

    @property
    def is_protected(self) -> bool:
        return self.deletion_protection and self.name != naming.LOCAL

    def arn(self, service: str, resource: str) -> str:
        """``arn:aws:<service>:<region>:<account>:<resource>``."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"


@cache
def registry_host(account_id: str, region: str) -> str:
    """Of an account's ECR registry in a region."""
    suffix = "amazonaws.com.cn" if partition_of(region) == "aws-cn" else "amazonaws.com"
    return f"{account_id}.dkr.ecr.{region}.{suffix}"


@cache
def partition_of(region: str) -> str:
    """Asked for every ARN of every service."""
    prefixes = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for prefix, name in prefixes.items() if region.startswith(f"{prefix}-")), "aws")
