"""What the services of the fake have in common: how they refuse, and how they answer in pages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.fake_aws.aws import FakeAws

T = TypeVar("T")


class AwsService:
    """One service of AWS. Its operations are methods by boto3's names, which take and give what boto3's do."""

    name: str

    def __init__(self, aws: "FakeAws"):
        self.aws = aws


def refused(code: str, message: str = "", status: int = 400) -> ClientError:
    said: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, "FakeOperation")


def page(items: Sequence[T], token: str | None, size: int) -> tuple[list[T], str | None]:
    """``token`` says where the page begins; the second is that of the next one, None for the last."""
    start = int(token or 0)
    end = start + size
    return list(items[start:end]), str(end) if end < len(items) else None


def next_page(member: str, token: str | None) -> dict[str, str]:
    """The last page has no such member."""
    return {member: token} if token else {}
