"""The bucket that is the platform's memory: env versions, release records, the service index, and what was provisioned.

Env versions and release records are written once and kept for ever; the bucket's own policy says so, to everybody but a
break-glass role. While the environment has ``deletion_protection`` the bucket is protected too: `slipway down` and the
preview of `pulumi destroy` stop before anything is touched (with `--skip-preview` it stops at the bucket, when most
else is gone). Only somebody who empties the bucket loses history.
"""

from dataclasses import dataclass
from typing import Any

import pulumi

from infra.components.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.documents import resource_policies
from service_catalog import naming
from service_catalog.model import Environment

_OVERWRITTEN_KEPT_DAYS = 90


@dataclass(frozen=True)
class ConfigBucketArgs:
    environment: Environment


class ConfigBucket(pulumi.ComponentResource):
    def __init__(self, name: str, args: ConfigBucketArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:ConfigBucket", name, {}, opts)
        environment = args.environment
        bucket = naming.config_bucket(environment.name, environment.account_id)
        private = PrivateBucket(
            name,
            PrivateBucketArgs(
                statements=lambda arn: resource_policies.keep_history(environment, bucket),
                # Once they stand, the policy keeps everybody but the break-glass role from changing these rules.
                lifecycle_rules=[
                    _only_the_newest(prefix) for prefix in (naming.SERVICE_INDEX_PREFIX, naming.PROVISIONED_PREFIX)
                ],
                bucket=bucket,
                versioned=True,
                force_destroy=environment.name == naming.LOCAL,
                protect=environment.is_protected,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.bucket = private.bucket
        self.register_outputs({"bucket": private.bucket})


def _only_the_newest(prefix: str) -> dict[str, Any]:
    """These objects are overwritten all the time; they are an index and a copy, not history."""
    return {
        "id": f"overwritten-{prefix.rstrip('/')}",
        "filter": {"prefix": prefix},
        "noncurrent_version_expiration": {"noncurrent_days": _OVERWRITTEN_KEPT_DAYS},
    }
