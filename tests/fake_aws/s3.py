"""S3: objects with ETags, conditional writes, listings in the order of the keys."""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fake_aws.service import AwsService, next_page, page, refused


@dataclass
class StoredObject:
    body: bytes
    written_at: datetime
    content_type: str = "binary/octet-stream"
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body).hexdigest()}"'


class S3(AwsService):
    name = "s3"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.buckets: dict[str, dict[str, StoredObject]] = {}

    def create_bucket(self, Bucket: str, **_: Any) -> None:
        self.buckets.setdefault(Bucket, {})

    def put_object(
        self,
        Bucket: str,
        Key: str,
        Body: bytes | str = b"",
        ContentType: str = "binary/octet-stream",
        Metadata: dict[str, str] | None = None,
        IfMatch: str | None = None,
        IfNoneMatch: str | None = None,
    ) -> dict[str, Any]:
        bucket = self._bucket(Bucket)
        there = bucket.get(Key)
        if IfMatch and there is None:
            raise refused("NoSuchKey", "The specified key does not exist.", 404)
        if (IfNoneMatch and there) or (IfMatch and there and there.etag != IfMatch):
            raise refused("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412)
        body = Body.encode() if isinstance(Body, str) else Body
        bucket[Key] = StoredObject(body, self.aws.now.replace(microsecond=0), ContentType, dict(Metadata or {}))
        return {"ETag": bucket[Key].etag}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return self._described(Bucket, Key, "NoSuchKey") | {"Body": io.BytesIO(self._bucket(Bucket)[Key].body)}

    def head_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return self._described(Bucket, Key, "404")

    def delete_object(self, Bucket: str, Key: str) -> None:
        self._bucket(Bucket).pop(Key, None)

    def list_objects_v2(
        self,
        Bucket: str,
        Prefix: str = "",
        StartAfter: str = "",
        ContinuationToken: str | None = None,
        MaxKeys: int = 1000,
    ) -> dict[str, Any]:
        bucket = self._bucket(Bucket)
        keys = [key for key in sorted(bucket) if key.startswith(Prefix) and key > StartAfter]
        some, token = page(keys, ContinuationToken, MaxKeys)
        contents = [
            {"Key": it, "ETag": bucket[it].etag, "LastModified": bucket[it].written_at, "Size": len(bucket[it].body)}
            for it in some
        ]
        listed = {"Contents": contents} if contents else {}
        return {
            "IsTruncated": bool(token),
            "KeyCount": len(some),
            **listed,
            **next_page("NextContinuationToken", token),
        }

    def _described(self, bucket: str, key: str, code_when_absent: str) -> dict[str, Any]:
        there = self._bucket(bucket).get(key)
        if there is None:
            raise refused(code_when_absent, "The specified key does not exist.", 404)
        return {
            "ETag": there.etag,
            "LastModified": there.written_at,
            "ContentLength": len(there.body),
            "ContentType": there.content_type,
            "Metadata": there.metadata,
        }

    def _bucket(self, name: str) -> dict[str, StoredObject]:
        if name not in self.buckets:
            raise refused("NoSuchBucket", "The specified bucket does not exist", 404)
        return self.buckets[name]
