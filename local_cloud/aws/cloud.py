"""AWS, or the emulators that stand for it: where it is, and how an operation is called.

Clients are built once and shared by all threads (boto3's clients are safe to share, building one is not). What goes
wrong comes out as ``CallFailed``, in words, with AWS's own code for those who must tell one refusal from another.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from botocore.model import StructureShape
from botocore.parsers import ResponseParserError

from local_cloud.engine.provider import ProviderError

PARALLEL_CALLS = 32
ATTEMPTS = 3

# One session for all: it reads the description of a service once, which for EC2 takes longer than an apply. It knows no
# credentials; each client is given its own. Nothing in it may be used by two threads at a time.
_session = botocore.session.Session({"profile": (None, None, None, None)})  # nor the user's profile
_session_lock = threading.RLock()
_service_models: dict[str, Any] = {}


@dataclass(frozen=True)
class Access:
    region: str
    access_key_id: str
    secret_access_key: str
    endpoint_url: str | None = None
    """For every service that ``endpoints`` does not name."""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """By boto3's service name."""

    def endpoint(self, service: str) -> str | None:
        return self.endpoints.get(service, self.endpoint_url)


_GONE_IN_WORDS = (
    r"^Unable to describe task definition|^No scal\w+ \w+ found|^AutoScalingGroup name not found"
    r"|apacity provider .*(not found|does not exist)"
)


@dataclass
class CallFailed(ProviderError):
    """``code`` is AWS's, such as ``ResourceInUse``; empty when there was no answer."""

    operation: str
    code: str
    reason: str
    in_doubt: bool = False

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}" + (f" ({self.code})" if self.code else "")

    @property
    def is_gone(self) -> bool:
        if re.search(r"NotFound|NoSuch|NotExist|Non[Ee]xistent|^404$", self.code):
            return True
        # ECS and auto scaling say it in words only, under a code that they use for much else.
        return bool(re.search(_GONE_IN_WORDS, self.reason))

    @property
    def is_in_use(self) -> bool:
        return bool(re.search(r"DependencyViolation|InUse|DeleteConflict|BucketNotEmpty", self.code))


class Cloud:
    """One region of one account."""

    def __init__(self, access: Access, region: str, sleep: Callable[[float], None] = time.sleep):
        self.access = access
        self.region = region
        self._sleep = sleep
        self._clients: dict[str, Any] = {}
        self._account: str | None = None

    def call(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        """Asks again when no answer came. Raises CallFailed. ``operation`` is in boto3's spelling (``create_vpc``)."""
        for attempt in range(1, ATTEMPTS):
            try:
                return self.call_once(service, operation, **arguments)
            except CallFailed as failure:
                if not failure.in_doubt:
                    raise
                self._sleep(attempt / 5)
        return self.call_once(service, operation, **arguments)

    def call_once(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        """For what may not be done twice, such as making something."""
        try:
            return getattr(self.client(service), operation)(**arguments)
        except ClientError as error:
            answer = error.response.get("Error", {})
            failed = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500
            reason = answer.get("Message") or str(error)
            raise CallFailed(operation, answer.get("Code", ""), reason, in_doubt=failed) from error
        except (HTTPClientError, ConnectionError) as error:
            raise CallFailed(operation, "", str(error), in_doubt=True) from error
        except ResponseParserError as error:
            raise CallFailed(operation, "", "the answer cannot be read", in_doubt=True) from error
        except BotoCoreError as error:
            # botocore quotes the values it does not like, and a value may be secret.
            raise CallFailed(operation, "", re.sub(r"value: .*?, type", "type", str(error))) from error

    def client(self, service: str) -> Any:
        with _session_lock:
            if service not in self._clients:
                self._clients[service] = self._built(service)
            return self._clients[service]

    def _built(self, service: str) -> Any:
        config = Config(
            max_pool_connections=PARALLEL_CALLS,
            retries={"total_max_attempts": 1},  # `call` knows what may be asked again
            s3={"addressing_style": "path"},
            proxies={},  # emulators listen on this machine
        )
        return _session.create_client(
            service,
            self.region,
            endpoint_url=self.access.endpoint(service),
            aws_access_key_id=self.access.access_key_id,
            aws_secret_access_key=self.access.secret_access_key,
            config=config,
        )

    @property
    def account(self) -> str:
        if self._account is None:
            self._account = str(self.call("sts", "get_caller_identity")["Account"])
        return self._account

    @property
    def partition(self) -> str:
        return str(_session.get_partition_for_region(self.region))

    def names(self) -> dict[str, Any]:
        """What a row's templates may use besides a resource's own properties."""
        return {
            "account": self.account,
            "region": self.region,
            "partition": self.partition,
            "location": {} if self.region == "us-east-1" else {"LocationConstraint": self.region},
        }


_shapes: dict[tuple[str, str], StructureShape] = {}


def input_shape(service: str, operation: str) -> StructureShape:
    """What botocore says that an operation takes."""
    with _session_lock:
        if (service, operation) not in _shapes:
            _shapes[service, operation] = _read_input_shape(service, operation)
        return _shapes[service, operation]


def _read_input_shape(service: str, operation: str) -> StructureShape:
    if service not in _service_models:
        _service_models[service] = _session.get_service_model(service)
    model = _service_models[service]
    wanted = operation.replace("_", "")
    name = next(name for name in model.operation_names if name.lower() == wanted)
    return model.operation_model(name).input_shape
