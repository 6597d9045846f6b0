"""A bucket of its own for log lines that services send to S3, below a prefix for each service and route."""

from dataclasses import dataclass
from typing import Any

import pulumi

from infra.components.private_bucket import PrivateBucket, PrivateBucketArgs
from service_catalog import naming
from service_catalog.model import Environment, LogArchive


@dataclass(frozen=True)
class LogArchiveArgs:
    environment: Environment
    wanted: LogArchive


class LogArchiveBucket(pulumi.ComponentResource):
    def __init__(self, name: str, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:LogArchive", name, {}, opts)
        environment = args.environment
        PrivateBucket(
            name,
            PrivateBucketArgs(
                # Each task writes with its own role.
                statements=lambda arn: [],
                lifecycle_rules=[_lifecycle(args.wanted)],
                # Releases name it, so it is called by its environment.
                bucket=naming.log_archive(environment.name, environment.account_id),
                # Elsewhere what is in it outlives an attempt to destroy it, on purpose.
                force_destroy=environment.name == naming.LOCAL,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def _lifecycle(wanted: LogArchive) -> dict[str, Any]:
    rule = {"id": "expire", "filter": {"prefix": ""}, "expiration": {"days": wanted.retention_days}}
    if wanted.infrequent_after_days is None:
        return rule
    return rule | {"transitions": [{"days": wanted.infrequent_after_days, "storage_class": "STANDARD_IA"}]}
