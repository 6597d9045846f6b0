"""Several places for what a service prints: Fluent Bit beside the program, by FireLens, and where its routes lead.

Its configuration is an object called by its own hash, which the definition names: so a release pins it, and a roll back
finds it again. The ``init-`` image fetches it before it starts Fluent Bit, on Fargate, where FireLens itself takes none
from S3, as well as on instances.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import containers, fluent_bit, policies
from infra.feature import Feature
from infra.kept_log_group import kept_log_group
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.arns import bucket_arn
from service_catalog.log_routing import bucket_of, elsewhere, in_log_groups, is_routed, prefix_of
from service_catalog.model import Environment, Logs

IMAGE = "public.ecr.aws/aws-observability/aws-for-fluent-bit:init-3.4.15"
"""Fluent Bit 5.0.9"""
_ROUTERS_LINES_KEPT_DAYS = 30


@dataclass(frozen=True)
class LogRoutingArgs:
    environment: Environment
    service: str
    logs: Logs


class LogRouting(Feature):
    """What only earlier releases have keeps its log group and its rights, and no container."""

    def __init__(self, name: str, args: LogRoutingArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:LogRouting", name, {}, opts)
        environment, service, logs = args.environment, args.service, args.logs
        where = (environment.name, service)
        kept: dict[str, int] = {it.name: it.retention_days for it in in_log_groups(logs)}
        kept[naming.ROUTER_ROUTE] = _ROUTERS_LINES_KEPT_DAYS
        groups = {route: naming.route_log_group(*where, route) for route in kept}
        for route, days in kept.items():
            kept_log_group(self, f"{name}-{route}", groups[route], days)

        of_router = groups[naming.ROUTER_ROUTE]
        beside = self._router(name, args, of_router) if is_routed(logs) else ServiceParts()
        self.parts = beside + ServiceParts(
            execution_statements=(policies.write_log_streams(_streams(environment, of_router)),),
            task_statements=(*policies.route_logs(environment, service), *_rights_elsewhere(args)),
            record=({"log_groups": groups, "logs_elsewhere": elsewhere(logs, environment, service)},),
        )
        self.register_outputs({})

    def _router(self, name: str, args: LogRoutingArgs, log_group: str) -> ServiceParts:
        environment, service = args.environment, args.service
        files = {
            "parsers": fluent_bit.parsers_file(args.logs),
            "routes": fluent_bit.routes_file(args.logs, environment, service),
        }
        arns = [self._file(f"{name}-{what}", args, text) for what, text in files.items()]
        return ServiceParts(
            container_members=(
                {
                    "logConfiguration": {"logDriver": "awsfirelens"},
                    # Not before the router listens: what nobody takes in is lost.
                    "dependsOn": [{"containerName": naming.LOG_ROUTER, "condition": "HEALTHY"}],
                },
            ),
            containers=(_container(args.logs, arns) | containers.logs_to(log_group, environment.region),),
        )

    def _file(self, name: str, args: LogRoutingArgs, text: str) -> str:
        """Its ARN. It outlives what Pulumi knows of: revisions that name it may come back."""
        bucket = naming.config_bucket(args.environment.name, args.environment.account_id)
        key = naming.log_routing_key(args.service, hashlib.sha256(text.encode()).hexdigest())
        aws.s3.BucketObjectv2(
            name,
            bucket=bucket,
            key=key,
            content=text,
            content_type="text/plain; charset=utf-8",
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        return f"{bucket_arn(args.environment, bucket)}/{key}"


def _streams(environment: Environment, log_group: str) -> str:
    return environment.arn("logs", f"log-group:{log_group}:*")


def _rights_elsewhere(args: LogRoutingArgs) -> list[policies.Statement]:
    """To write, and nothing else. What is retired among them: releases that have it shall start again."""
    environment = args.environment
    buckets = [it for it in args.logs.routes if it.to == "s3"]
    objects = [
        f"{bucket_arn(environment, bucket_of(it, environment))}/{prefix_of(it, args.service)}*" for it in buckets
    ]
    streams = sorted({it.stream for it in args.logs.routes if it.stream})
    arns = [environment.arn("firehose", f"deliverystream/{it}") for it in streams]
    return [
        *([policies.allow(["s3:PutObject"], sorted(objects))] if objects else []),
        *([policies.allow(["firehose:PutRecordBatch"], arns)] if arns else []),
    ]


def _container(logs: Logs, files: list[str]) -> dict[str, Any]:
    asked = f"curl -sf http://127.0.0.1:{fluent_bit.HEALTH_PORT}/api/v1/uptime || exit 1"
    return {
        "name": naming.LOG_ROUTER,
        "image": IMAGE,
        # A program whose lines go nowhere shall not run on unseen.
        "essential": True,
        "environment": [
            {"name": f"aws_fluent_bit_init_s3_{number}", "value": arn} for number, arn in enumerate(files, 1)
        ],
        # Lines are told apart by what they say; what ECS would add to each is in the names of group and stream.
        "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "false"}},
        "memoryReservation": logs.router_memory_mib,
        "healthCheck": {
            "command": ["CMD-SHELL", asked],
            "interval": 5,
            "timeout": 2,
            "retries": 3,
            "startPeriod": 30,
        },
        # Longer than it may take to send what it has.
        "stopTimeout": 60,
    }
