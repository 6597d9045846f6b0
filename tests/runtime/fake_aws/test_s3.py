from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.fake_aws.sides import Side, code_of


@pytest.fixture
def objects(side: Side) -> Callable[..., Any]:
    """An operation of S3 on a key of this test alone."""

    def ask(operation: str, **arguments: Any) -> Any:
        key = {"Key": f"conformance/{side.service}"} if operation != "list_objects_v2" else {}
        return getattr(side.aws("s3"), operation)(**{"Bucket": side.provisioner.bucket, **key, **arguments})

    return ask


def test_a_key_is_created_once(objects):
    objects("put_object", Body=b"first", IfNoneMatch="*")

    assert code_of(objects, operation="put_object", Body=b"second", IfNoneMatch="*") == "PreconditionFailed"
    assert objects("get_object")["Body"].read() == b"first"


def test_only_what_was_read_is_replaced(objects):
    assert code_of(objects, operation="put_object", Body=b"x", IfMatch='"0"') in ("NoSuchKey", "PreconditionFailed")
    etag = objects("put_object", Body=b"first")["ETag"]
    objects("put_object", Body=b"second", IfMatch=etag)

    assert code_of(objects, operation="put_object", Body=b"third", IfMatch=etag) == "PreconditionFailed"
    assert objects("get_object")["Body"].read() == b"second"


def test_metadata_and_time_come_with_the_object(objects):
    objects("put_object", Body=b"x", Metadata={"slipway": "word"}, ContentType="text/plain")

    found = objects("head_object")

    assert (found["Metadata"], found["ContentType"]) == ({"slipway": "word"}, "text/plain")
    assert found["LastModified"].tzinfo is not None
    assert "date" in found["ResponseMetadata"]["HTTPHeaders"]


def test_an_object_that_is_not_there_is_said_so(objects):
    assert code_of(objects, operation="get_object") == "NoSuchKey"
    assert code_of(objects, operation="head_object") == "404"


def test_keys_are_listed_in_their_order_in_pages(objects, side):
    prefix = f"conformance/{side.service}/"
    for name in ("b", "c", "a", "d"):
        objects("put_object", Key=f"{prefix}{name}", Body=b"x")

    first = objects("list_objects_v2", Prefix=prefix, StartAfter=f"{prefix}a", MaxKeys=2)
    second = objects("list_objects_v2", Prefix=prefix, MaxKeys=2, ContinuationToken=first["NextContinuationToken"])

    assert [it["Key"][-1] for it in first["Contents"]] == ["b", "c"]
    assert first["IsTruncated"]
    assert "Contents" not in objects("list_objects_v2", Prefix=f"{prefix}nothing")
    assert second["Contents"][-1]["Key"][-1] == "d"
