"""The bucket that is the platform's memory: env versions, release records, heads, and what was provisioned.

Env versions and release records are written once and kept for ever; the bucket's own policy says so, to everybody but a
break-glass role. Outside the local cloud the bucket is protected: destroying an environment stops with a message before
anything is touched, and only somebody who unprotects and empties the bucket loses history.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.documents import resource_policies
from service_catalog import naming
from service_catalog.model import Environment


@dataclass(frozen=True)
class ConfigBucketArgs:
    environment: Environment


class ConfigBucket(pulumi.ComponentResource):
    def __init__(self, name: str, args: ConfigBucketArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:ConfigBucket", name, {}, opts)
        environment = args.environment
        is_local = environment.name == naming.LOCAL
        bucket = naming.config_bucket(environment.name, environment.account_id)
        private = PrivateBucket(
            name,
            PrivateBucketArgs(
                statements=lambda arn: resource_policies.keep_history(environment, bucket),
                bucket=bucket,
                force_destroy=is_local,
                protect=not is_local,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketVersioning(
            name,
            bucket=private.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket = private.bucket
        self.register_outputs({"bucket": private.bucket})
