"""A bucket as every one of ours is: encrypted, closed to the public, owned by the account, spoken to by TLS only.

Encrypted with S3's own keys (SSE-S3), on purpose. Load balancers deliver logs to nothing else, and the config bucket
holds settings and records, with secrets kept elsewhere: a key of our own would have to be granted to every task that
starts, and losing it would lose every version of every release.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import policies, resource_policies
from infra.json_document import json_of

_GIVEN_UP_UPLOADS = {
    "id": "given-up-uploads",
    "filter": {"prefix": ""},
    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
}


@dataclass(frozen=True)
class PrivateBucketArgs:
    statements: Callable[[Any], Sequence[policies.Statement]]
    """Policy statements beside TLS only, given the bucket's ARN"""
    lifecycle_rules: Sequence[Mapping[str, Any]]
    """What goes by itself; uploads that were given up do in every bucket"""
    bucket: str | None = None
    """A fixed name, if somebody looks for it by name"""
    versioned: bool = False
    force_destroy: bool = False
    protect: bool = False


class PrivateBucket(pulumi.ComponentResource):
    def __init__(self, name: str, args: PrivateBucketArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:PrivateBucket", name, {}, opts)
        bucket = aws.s3.Bucket(
            name,
            bucket=args.bucket,
            force_destroy=args.force_destroy,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect or None),
        )
        child = pulumi.ResourceOptions(parent=self)
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            name, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child
        )
        block = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        lifecycle = self._lifecycle(name, bucket, args)
        self.policy = self._policy(name, bucket, args, after=[block, lifecycle])
        self.bucket: pulumi.Output[str] = bucket.bucket
        self.register_outputs({"bucket": bucket.bucket})

    def _lifecycle(
        self, name: str, bucket: aws.s3.Bucket, args: PrivateBucketArgs
    ) -> aws.s3.BucketLifecycleConfiguration:
        child = pulumi.ResourceOptions(parent=self)
        if args.versioned:
            versioning = aws.s3.BucketVersioning(
                name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=child
            )
            # Rules for what was overwritten mean something only once it is kept.
            child = pulumi.ResourceOptions(parent=self, depends_on=[versioning])
        rules = [{"status": "Enabled", **rule} for rule in [*args.lifecycle_rules, _GIVEN_UP_UPLOADS]]
        return aws.s3.BucketLifecycleConfiguration(name, bucket=bucket.bucket, rules=rules, opts=child)

    def _policy(
        self, name: str, bucket: aws.s3.Bucket, args: PrivateBucketArgs, after: Sequence[pulumi.Resource]
    ) -> aws.s3.BucketPolicy:
        objects = pulumi.Output.concat(bucket.arn, "/*")
        statements = [resource_policies.tls_only(bucket.arn, objects), *args.statements(bucket.arn)]
        return aws.s3.BucketPolicy(
            name,
            bucket=bucket.bucket,
            policy=json_of(policies.document(statements)),
            # S3 refuses two changes of a bucket's policy settings at the same moment; and a policy may deny what was
            # made before it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=after),
        )
