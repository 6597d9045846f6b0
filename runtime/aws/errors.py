"""Errors of this room, each with a sentence, and the one place where AWS's errors become them.

``code`` keeps AWS's own word, for callers that tell two conflicts apart. A sentence never holds an env value: AWS is
only ever sent names where its error messages could repeat them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from service_catalog.messages import Message, joined, say


class GatewayError(Exception):
    """AWS did not do what was asked. ``sentence`` is for people, a message where it is to be translated."""

    def __init__(self, sentence: str, code: str = ""):
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class Absent(GatewayError):
    """What was asked for is not there."""


class Conflict(GatewayError):
    """Somebody else was first, or something is under way."""


class Invalid(GatewayError):
    """What was asked cannot be done as it stands. ``problems`` holds one line each."""

    def __init__(self, *problems: str, code: str = ""):
        super().__init__(joined("\n", problems), code)
        self.problems = list(problems)


class Denied(GatewayError):
    """The credentials are good, but may not do this."""


class Unavailable(GatewayError):
    """Nothing is wrong with the question: ask again later."""


class NotWritten(Unavailable):
    """AWS did not answer a write, and it is known not to be done."""


class InDoubt(Unavailable):
    """AWS did not answer a write, nor whether it is there."""


class Throttled(Unavailable):
    """AWS asked to slow down."""


class Unreachable(Unavailable):
    """AWS did not answer."""


class NoCredentials(Unavailable):
    """There are no credentials, or AWS does not know them."""


class CredentialsExpired(NoCredentials):
    """The credentials were good once."""


def lacking(owner: str, noun: str, asked: int, there: Sequence[int]) -> Message:
    """``app has versions 1 to 3, not 99``; ``there`` are all that there are, rising."""
    if not there:
        return say("%(owner)s has no %(noun)s yet, so not %(asked)s", owner=owner, noun=noun, asked=asked)
    known = {"owner": owner, "noun": noun, "asked": asked, "first": there[0], "last": there[-1]}
    if len(there) == 1:
        return say("%(owner)s has %(noun)s %(first)s, not %(asked)s", **known)
    return say("%(owner)s has %(noun)ss %(first)s to %(last)s, not %(asked)s", **known)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Errors of boto3 leave this block as our own; ``doing`` says what was tried, as in "reading the env file"."""
    try:
        yield
    except aws.ClientError as error:
        raise _refused(error, doing) from error
    except aws.BotoCoreError as error:
        raise _failed(error, doing) from error
    except (ResponseParserError, HTTPError) as error:
        raise garbled(doing) from error


def garbled(doing: str) -> Unreachable:
    """Something answered that was not AWS, or only half of an answer came: whether AWS did it, nobody knows."""
    sentence = say(
        "what answered while %(doing)s was not AWS, or was cut short; is a proxy in between? Try again in a moment",
        doing=doing,
    )
    return Unreachable(sentence, "Garbled")


def _refused(error: aws.ClientError, doing: str) -> GatewayError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = error.response.get("Error", {}).get("Message", "")[:300]
    for kind, codes, sentence in _CODES:
        if code in codes.split():
            return kind(say(sentence, doing=doing, message=message), code=code)
    if status >= 500:
        return Unreachable(
            say("AWS failed while %(doing)s (%(code)s); try again in a moment", doing=doing, code=code), code
        )
    return GatewayError(
        say("AWS refused %(doing)s: %(code)s: %(message)s", doing=doing, code=code, message=message), code
    )


def _failed(error: aws.BotoCoreError, doing: str) -> GatewayError:
    for kind, causes, sentence in _FAILURES:
        if isinstance(error, causes):
            profile = getattr(error, "kwargs", {}).get("profile", "")
            return kind(say(sentence, doing=doing, error=error, profile=profile), code=type(error).__name__)
    return GatewayError(say("%(doing)s failed: %(error)s", doing=doing, error=error), type(error).__name__)


THROTTLES = (
    "Throttling ThrottlingException ThrottledException TooManyRequestsException RequestLimitExceeded SlowDown "
    "RequestThrottled RequestThrottledException ProvisionedThroughputExceededException"
)
_CODES: tuple[tuple[type[GatewayError], str, Message], ...] = (
    (
        Conflict,
        "PreconditionFailed ConditionalRequestConflict ConflictException ExecutionAlreadyExists ParameterAlreadyExists "
        "ResourceExistsException 412",
        say("somebody else was first while %(doing)s; reload and try again"),
    ),
    (
        Absent,
        "404 NotFound NoSuchKey NoSuchBucket ResourceNotFoundException ParameterNotFound ServiceNotFoundException "
        "ServiceNotActiveException ClusterNotFoundException RepositoryNotFoundException ImageNotFoundException "
        "ServiceDeploymentNotFoundException ObjectNotFoundException ExecutionDoesNotExist StateMachineDoesNotExist "
        "QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue",
        say("%(doing)s: it is not there (%(message)s)"),
    ),
    (
        Throttled,
        THROTTLES,
        say("AWS asked to slow down while %(doing)s; try again in a minute"),
    ),
    (
        Unavailable,
        "InsufficientStorage",  # the local cloud's own
        say("%(doing)s was refused, the storage is full: %(message)s; free some, then try again"),
    ),
    (
        CredentialsExpired,
        "ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired",
        say("the AWS credentials expired while %(doing)s; sign in to AWS again"),
    ),
    (
        NoCredentials,
        "InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId SignatureDoesNotMatch AuthFailure "
        "InvalidSignatureException",
        say("AWS does not know the credentials used for %(doing)s; check the profile or the keys"),
    ),
    (
        Denied,
        "AccessDenied AccessDeniedException UnauthorizedOperation UnauthorizedException AllAccessDisabled "
        "AuthorizationError 403",
        say("AWS does not allow %(doing)s with these credentials: %(message)s"),
    ),
    (
        Invalid,
        "InvalidParameterException ClientException ValidationException ValidationError InvalidRequest "
        "InvalidParameterValue PlatformTaskDefinitionIncompatibilityException",
        say("AWS refused %(doing)s: %(message)s"),
    ),
)

_FAILURES: tuple[tuple[type[GatewayError], tuple[type[Exception], ...], Message], ...] = (
    (
        CredentialsExpired,
        (aws.UnauthorizedSSOTokenError, aws.SSOTokenLoadError, aws.TokenRetrievalError),
        say("the AWS sign-in has expired (%(doing)s); run `aws sso login`"),
    ),
    (
        NoCredentials,
        (aws.ProfileNotFound,),
        say(
            "there is no AWS profile '%(profile)s' for %(doing)s; `aws configure list-profiles` shows those that there "
            "are, set AWS_PROFILE to one of them"
        ),
    ),
    (
        NoCredentials,
        (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError),
        say("there are no AWS credentials for %(doing)s; set AWS_PROFILE, or sign in to AWS"),
    ),
    (Invalid, (aws.ParamValidationError,), say("%(doing)s: %(error)s")),
    (
        Unreachable,
        (aws.HTTPClientError, aws.ConnectionError, aws.ResponseStreamingError, aws.IncompleteReadError),
        say("AWS did not answer while %(doing)s; check the network, then try again"),
    ),
)
