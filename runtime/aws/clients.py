"""The one edge to AWS: where it is, clients built once, errors translated, pages followed.

Gateways say ``aws.call("s3", "get_object", "reading the env file", Bucket=…)``. So no gateway holds a client, none sees
a ``ClientError``, and time limits and retries stand in one place.
"""

import ipaddress
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config

from runtime.aws import service_models
from runtime.aws.assumed_role import AssumedCredentials, OnlyAssumed, Role
from runtime.aws.call_counts import OK, CallCounts
from runtime.aws.errors import THROTTLES, GatewayError, garbled, translated
from runtime.aws.silence import Silence

T = TypeVar("T")

_READING = ("get_", "head_", "list_", "describe_", "filter_", "batch_get_")
_READS = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "adaptive", "total_max_attempts": 3}, max_pool_connections=32
)
# A repeated UpdateService could undo a later release: one attempt, and a doubt is settled by looking.
_ONCE = Config(connect_timeout=3, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 1})


@dataclass(frozen=True)
class Access:
    """Where AWS is. Empty means boto3's own defaults."""

    endpoint_url: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Addresses of single AWS services, by boto3's names; before ``endpoint_url``."""
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    role: Role | None = None
    """What is taken on with these credentials before anything is asked"""
    client: Callable[[str], Any] | None = None
    """Gives the client of a service, by boto3's name for it, where it is not boto3 that does: an AWS in memory"""
    gives_up: bool = False
    """Whether somebody looks at a page meanwhile, so that a silent AWS is not waited for (``silence``)"""

    def endpoint(self, aws_service: str) -> str | None:
        return self.endpoints.get(aws_service, self.endpoint_url)


class Answer(dict[str, Any]):
    """boto3 reads a proxy's page, where JSON was due, as an answer with nothing in it."""

    def __init__(self, said: Mapping[str, Any], doing: str):
        super().__init__(said)
        self._doing = doing

    def __missing__(self, key: str) -> NoReturn:
        raise garbled(self._doing)


class Clients:
    """One session; clients are slow to build (50 to 100 ms), so each is built once, when it is first needed."""

    def __init__(self, region: str, access: Access, counts: CallCounts | None = None):
        self._region = region
        self._access = access
        self.counts = counts or CallCounts()
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None
        self._built: dict[tuple[str, bool], Any] = {}
        self._silence = Silence() if access.gives_up else None

    def call(self, aws_service: str, operation: str, doing: str, /, **arguments: Any) -> dict[str, Any]:
        """One request; reads and idempotent writes are tried again by boto3."""
        with self._failures_counted(aws_service, operation), translated(doing):
            request = partial(getattr(self.client(aws_service), operation), **arguments)
            is_read = operation.startswith(_READING)
            return Answer(self._counted(aws_service, operation, request, is_read), doing)

    def call_once(self, aws_service: str, operation: str, doing: str, /, **arguments: Any) -> dict[str, Any]:
        """One request, sent once. An ``Unreachable`` then means: it may have been done."""
        with self._failures_counted(aws_service, operation), translated(doing):
            request = partial(getattr(self.client(aws_service, once=True), operation), **arguments)
            return Answer(self._counted(aws_service, operation, request, is_read=False), doing)

    def pages(self, aws_service: str, operation: str, doing: str, /, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Every page of a listing; ``nextToken`` or what the operation uses in its place is followed."""
        with self._failures_counted(aws_service, operation), translated(doing):
            pages = iter(self.client(aws_service).get_paginator(operation).paginate(**arguments))
            while page := self._counted(aws_service, operation, partial(next, pages, None), is_read=True):
                yield Answer(page, doing)

    def _counted(self, aws_service: str, operation: str, request: Callable[[], T], is_read: bool) -> T:
        """The end of a listing is found without a call."""
        try:
            answer = self._asked(request, is_read)
        except Exception as error:
            self.counts.note(aws_service, operation, error=error)
            raise
        if answer is not None:
            self.counts.note(aws_service, operation, answer)
            self.counts.outcomes.add(aws_service, operation, OK)
        return answer

    @contextmanager
    def _failures_counted(self, aws_service: str, operation: str) -> Iterator[None]:
        """By what the caller is told."""
        try:
            yield
        except GatewayError as error:
            self.counts.outcomes.add(aws_service, operation, type(error).__name__)
            raise

    def _asked(self, request: Callable[[], T], is_read: bool) -> T:
        """A write that has begun is waited for: it may arrive, and whoever sent it should know."""
        if self._silence is None:
            return request()
        if is_read:
            return self._silence.ask(request)
        self._silence.refuse_if_silent()
        return request()

    def client(self, aws_service: str, once: bool = False) -> Any:
        """boto3's own. Whoever calls it sees its errors: gateways do not."""
        with self._lock:
            if (aws_service, once) not in self._built:
                self._built[aws_service, once] = self._build(aws_service, _ONCE if once else _READS)
            return self._built[aws_service, once]

    def _build(self, aws_service: str, config: Config) -> Any:
        if self._access.client:
            return self._access.client(aws_service)
        if self._session is None:
            self._session = _session(self._region, self._access)
        endpoint = self._access.endpoint(aws_service)
        if aws_service == "s3" and endpoint:
            # Bucket names as host names need DNS, which an emulator's address has not.
            config = config.merge(Config(s3={"addressing_style": "path"}))
        if endpoint and is_loopback(endpoint):
            # What runs on this machine is behind no proxy, whatever HTTP_PROXY says.
            config = config.merge(Config(proxies={}))
        client = self._session.client(aws_service, endpoint_url=endpoint, config=config)
        client.meta.events.register("response-received", self._count_throttle)
        return client

    def _count_throttle(self, event_name: str, parsed_response: Mapping[str, Any] | None, **_rest: Any) -> None:
        """Of every attempt: boto3 tries again by itself, and what a caller sees is the last."""
        code = (parsed_response or {}).get("Error", {}).get("Code", "")
        if code in THROTTLES.split():
            _, aws_service, operation = event_name.split(".")
            self.counts.throttles.add(aws_service, xform_name(operation))


def _session(region: str, access: Access) -> boto3.Session:
    # Who brings keys of their own needs no profile: the one that AWS_PROFILE names may not even be there.
    no_profile = {"profile": (None, None, None, None)} if access.access_key_id else {}
    own = boto3.Session(
        aws_access_key_id=access.access_key_id,
        aws_secret_access_key=access.secret_access_key,
        region_name=region,
        botocore_session=_core(session_vars=no_profile),
    )
    return _assuming(access.role, own, access) if access.role else own


def _core(**said: Any) -> botocore.session.Session:
    session = botocore.session.Session(**said)
    session.register_component("data_loader", service_models.loader())
    return session


def _assuming(role: Role, own: boto3.Session, access: Access) -> boto3.Session:
    sts = own.client("sts", endpoint_url=access.endpoint("sts"), config=_READS)
    session = _core()
    session.register_component("credential_provider", OnlyAssumed(AssumedCredentials(role, lambda: sts)))
    return boto3.Session(region_name=own.region_name, botocore_session=session)


def is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
