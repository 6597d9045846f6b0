"""S3."""

from tests.local_cloud.aws.lives.documents import read_objects
from tests.local_cloud.aws.lives.life import Life

LIVES = [
    Life(
        "aws:s3/bucket:Bucket",
        {"bucket": "slipway-dev-config", "forceDestroy": True, "tags": {"Name": "b"}},
        update={"tags": {"Name": "c"}},
        replace={"bucket": "another"},
        outputs=("arn", "bucket", "bucketDomainName", "bucketRegionalDomainName"),
    ),
    Life(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": "$bucket.id", "versioningConfiguration": {"status": "Enabled"}},
        replace={"bucket": "another"},
    ),
    Life(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"bucket": "$bucket.id", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        update={
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "$key.arn"},
                    "bucketKeyEnabled": True,
                }
            ]
        },
        replace={"bucket": "another"},
        stays_on=("ministack",),  # and on AWS: a bucket is always encrypted
    ),
    Life(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": "$bucket.id", "blockPublicAcls": True, "blockPublicPolicy": True},
        update={"ignorePublicAcls": True, "restrictPublicBuckets": True},
        replace={"bucket": "another"},
    ),
    Life(
        "aws:s3/bucketPolicy:BucketPolicy",
        {"bucket": "$bucket.id", "policy": read_objects("needed-by-others")},
        update={"policy": read_objects("needed-by-others/env")},
        replace={"bucket": "another"},
    ),
    Life(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"bucket": "$bucket.id", "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        update={"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        replace={"bucket": "another"},
    ),
    Life(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
            "bucket": "$bucket.id",
            "rules": [
                {"id": "old", "status": "Enabled", "expiration": {"days": 90}, "filter": {"prefix": "logs/"}},
                {"id": "parts", "status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}},
            ],
        },
        update={
            "rules": [{"id": "old", "status": "Enabled", "noncurrentVersionExpiration": {"noncurrentDays": 30}}],
        },
        replace={"bucket": "another"},
    ),
    Life(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        {"bucket": "$bucket.id", "key": "provisioned/orders.json", "content": "{}", "contentType": "application/json"},
        update={"content": '{"definition": 1}', "tags": {"a": "b"}},
        replace={"key": "provisioned/other.json"},
        outputs=("arn", "key"),
    ),
    Life(
        "aws:s3/bucketObject:BucketObject",
        {"bucket": "$bucket.id", "key": "provisioned/orders.json", "contentBase64": "e30="},
        update={"contentBase64": "W10="},
        replace={"key": "provisioned/other.json"},
        outputs=("arn", "key"),
    ),
]
