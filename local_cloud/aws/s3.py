"""S3: buckets, what is set on them, and objects."""

import base64
from collections.abc import Callable
from typing import Any

from local_cloud.aws import tags
from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Values
from local_cloud.aws.shapes import Names


def empty(cloud: Cloud, id: str, inputs: Values) -> None:
    """``forceDestroy``: every version of every object goes first."""
    if inputs.get("forceDestroy"):
        _delete_versions(cloud, id, "", lambda key: True)


def delete_versions(cloud: Cloud, id: str, inputs: Values) -> None:
    """An object of a versioned bucket is only gone when all its versions are."""
    _delete_versions(cloud, inputs["bucket"], inputs["key"], lambda key: key == inputs["key"])


def _delete_versions(cloud: Cloud, bucket: str, prefix: str, wanted: Callable[[str], bool]) -> None:
    for page in _pages_of_versions(cloud, bucket, prefix):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        doomed = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found if wanted(item["Key"])]
        if doomed:
            cloud.call("s3", "delete_objects", Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})


def _pages_of_versions(cloud: Cloud, bucket: str, prefix: str) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = []
    marker: dict[str, str] = {}
    while True:
        try:
            page = cloud.call("s3", "list_object_versions", Bucket=bucket, Prefix=prefix, **marker)
        except CallFailed as failure:
            if failure.is_gone:
                return pages
            raise
        pages.append(page)
        if not page.get("IsTruncated"):
            return pages
        marker = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page.get("NextVersionIdMarker", "")}


def content(properties: dict[str, Any]) -> dict[str, Any]:
    shaped = {prop: value for prop, value in properties.items() if prop not in ("content", "contentBase64", "tags")}
    if "contentBase64" in properties:
        shaped["body"] = base64.b64decode(properties["contentBase64"])
    else:
        shaped["body"] = properties.get("content", "")
    if properties.get("tags"):
        shaped["tagging"] = tags.query(properties["tags"])
    return shaped


def within(member: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """S3 wants everything but the bucket one level down."""
    return lambda properties: {member: properties}


def lifecycle_rules(properties: dict[str, Any]) -> dict[str, Any]:
    """A rule for the whole bucket has an empty filter; S3 refuses one with none."""
    return {"lifecycleConfiguration": {"rules": [{"filter": {"prefix": ""}, **rule} for rule in properties["rules"]]}}


def of_bucket(
    token: str,
    put: str,
    prop: str,
    look: Look,
    delete: Call,
    reshape: Callable[[dict[str, Any]], dict[str, Any]],
    **rest: Any,
) -> Kind:
    """Something that is set on a bucket as a whole, and has the bucket's name for an id."""
    call = Call(put, {"Bucket": "{bucket}"}, takes=prop, reshape=reshape, together="*", names=NAMES)
    return Kind(token, "s3", call, "{bucket}", look, delete, updates=(call,), fixed="bucket", **rest)


NAMES: Names = {"ID": "id", "MFADelete": "mfaDelete", "Rules": ("rules", "rule"), "Transitions": "transitions"}
BUCKET = {"Bucket": "{bucket}"}
PUT_OBJECT = Call(
    "put_object",
    takes="content contentBase64 tags",
    reshape=content,
    together="*",
    names={
        "SSEKMSKeyId": "kmsKeyId",
        "ServerSideEncryption": "serverSideEncryption",
        "WebsiteRedirectLocation": "websiteRedirect",
        "Body": "body",
    },
)


def objects(token: str) -> Kind:
    return Kind(
        token,
        "s3",
        create=PUT_OBJECT,
        id="{key}",
        look=Look("head_object", {"Bucket": "{bucket}", "Key": "{key}"}),
        updates=(PUT_OBJECT,),
        delete=delete_versions,
        fixed="bucket key",
        local="forceDestroy sourceHash",
        outputs={"arn": "arn:{partition}:s3:::{bucket}/{key}", "versionId": "VersionId", "contentType": "ContentType"},
    )


KINDS = [
    Kind(
        "aws:s3/bucket:Bucket",
        "s3",
        create=Call(
            "create_bucket",
            {"CreateBucketConfiguration": "{location}"},
            names={"ObjectLockEnabledForBucket": "objectLockEnabled"},
        ),
        id="{bucket}",
        look=Look("head_bucket", {"Bucket": "{id}"}),
        before_delete=empty,
        delete=Call("delete_bucket", {"Bucket": "{id}"}),
        fixed="bucket objectLockEnabled",
        local="forceDestroy",
        named=Named("bucket", longest=63, lower=True),
        tags="{id}",
        outputs={
            "arn": "arn:{partition}:s3:::{id}",
            "bucketDomainName": "{id}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{id}.s3.{region}.amazonaws.com",
            "bucketRegion": "{region}",
        },
    ),
    of_bucket(
        "aws:s3/bucketVersioning:BucketVersioning",
        "put_bucket_versioning",
        "versioningConfiguration",
        Look("get_bucket_versioning", BUCKET, "[@][?Status == 'Enabled'] | [0]"),
        Call("put_bucket_versioning", {**BUCKET, "VersioningConfiguration": {"Status": "Suspended"}}),
        lambda properties: properties,
    ),
    of_bucket(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "put_bucket_encryption",
        "rules",
        Look("get_bucket_encryption", BUCKET, "ServerSideEncryptionConfiguration"),
        Call("delete_bucket_encryption", BUCKET),
        within("serverSideEncryptionConfiguration"),
    ),
    of_bucket(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "put_public_access_block",
        "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets",
        Look("get_public_access_block", BUCKET, "PublicAccessBlockConfiguration"),
        Call("delete_public_access_block", BUCKET),
        within("publicAccessBlockConfiguration"),
        local="skipDestroy",
        kept_if="skipDestroy",
    ),
    of_bucket(
        "aws:s3/bucketPolicy:BucketPolicy",
        "put_bucket_policy",
        "policy",
        Look("get_bucket_policy", BUCKET),
        Call("delete_bucket_policy", BUCKET),
        lambda properties: properties,
    ),
    of_bucket(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "put_bucket_ownership_controls",
        "rule",
        Look("get_bucket_ownership_controls", BUCKET, "OwnershipControls"),
        Call("delete_bucket_ownership_controls", BUCKET),
        within("ownershipControls"),
    ),
    of_bucket(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "put_bucket_lifecycle_configuration",
        "rules",
        Look("get_bucket_lifecycle_configuration", BUCKET),
        Call("delete_bucket_lifecycle", BUCKET),
        lifecycle_rules,
    ),
    objects("aws:s3/bucketObjectv2:BucketObjectv2"),
    objects("aws:s3/bucketObject:BucketObject"),
]
