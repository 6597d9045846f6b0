"""A bucket of its own for what the load balancers write down about each request."""

from dataclasses import dataclass

import pulumi

from infra.components.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.documents import resource_policies
from service_catalog import naming

_KEPT_DAYS = 90


@dataclass(frozen=True)
class AccessLogsArgs:
    environment: str
    account_id: str


class AccessLogs(pulumi.ComponentResource):
    def __init__(self, name: str, args: AccessLogsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:AccessLogs", name, {}, opts)
        private = PrivateBucket(
            name,
            PrivateBucketArgs(
                # Load balancers write below a prefix of their own: <prefix>/AWSLogs/<account>/…
                statements=lambda arn: [
                    resource_policies.deliver_access_logs(pulumi.Output.concat(arn, f"/*/AWSLogs/{args.account_id}/*"))
                ],
                lifecycle_rules=[{"id": "expire", "filter": {"prefix": ""}, "expiration": {"days": _KEPT_DAYS}}],
                # Logs keep coming, so elsewhere the bucket outlives an attempt to destroy it, on purpose.
                force_destroy=args.environment == naming.LOCAL,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.bucket = private.bucket
        self.policy = private.policy
        self.register_outputs({"bucket": private.bucket})
