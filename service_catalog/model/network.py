"""An environment's VPC: made, or there already."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry
from service_catalog.model.values import PRIVATE_RANGES, Cidr, Retention, SubnetId

Endpoint = Literal[
    "s3",
    "dynamodb",
    "bedrock-runtime",
    "ecr",
    "events",
    "execute-api",
    "firehose",
    "kinesis-streams",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "states",
    "sts",
    "xray",
]


class ExistingNetwork(Entry):
    vpc_id: Annotated[str, StringConstraints(pattern=patterns.VPC)]
    """The VPC to use instead of making one"""
    public_subnet_ids: Annotated[tuple[SubnetId, ...], Field(strict=False, min_length=2)]
    """Where the public load balancer stands; two zones at least"""
    private_subnet_ids: Annotated[tuple[SubnetId, ...], Field(strict=False, min_length=2)]
    """Where tasks and the internal load balancer stand; they need a way to AWS's endpoints"""
    cidrs: Annotated[tuple[Cidr, ...], Field(strict=False, min_length=1, max_length=10)] = PRIVATE_RANGES
    """The VPC's addresses: load balancers ask tasks there only, and the internal one answers nobody else"""


class FlowLogs(Entry):
    traffic: Literal["all", "rejected"] = "all"
    """`rejected` writes down what security groups refuse, and little else"""
    retention_days: Retention = 30
    """How long a line is kept"""


class Network(Entry):
    cidr: Cidr = "10.20.0.0/16"
    """Addresses of the VPC, /16 to /24"""
    zones: Annotated[int, Field(ge=2, le=4)] = 2
    """How many availability zones"""
    nat: Literal["none", "single", "per-zone"] = "single"
    """How private subnets reach the internet; with `none` tasks have public addresses, or paid endpoints alone"""
    endpoints: Annotated[tuple[Endpoint, ...], Field(strict=False)] = ("s3",)
    """Ways to AWS past the NAT; `s3` and `dynamodb` are free, any other costs by the hour and zone"""
    existing: ExistingNetwork | None = None
    """Use a network that is there; `cidr`, `zones`, `nat` and `endpoints` then mean nothing"""
