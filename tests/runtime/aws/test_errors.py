import botocore.exceptions as aws
import pytest

from runtime.aws import errors
from runtime.gateways import Access, Gateways
from tests.provisioning import ENVIRONMENT


def refused(code, status=400, message="no"):
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return aws.ClientError(response, "PutObject")


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (refused("PreconditionFailed", 412), errors.Conflict),
        (refused("ConditionalRequestConflict", 409), errors.Conflict),
        (refused("NoSuchKey", 404), errors.Absent),
        (refused("ClusterNotFoundException"), errors.Absent),
        (refused("ThrottlingException"), errors.Throttled),
        (refused("SlowDown", 503), errors.Throttled),
        (refused("InsufficientStorage", 507), errors.Unavailable),
        (refused("ExpiredTokenException"), errors.CredentialsExpired),
        (refused("UnrecognizedClientException"), errors.NoCredentials),
        (refused("AccessDenied", 403), errors.Denied),
        (refused("InvalidParameterException"), errors.Invalid),
        (refused("ServerException", 500), errors.Unreachable),
        (refused("SomethingNew"), errors.GatewayError),
        (aws.NoCredentialsError(), errors.NoCredentials),
        (aws.ProfileNotFound(profile="nope"), errors.NoCredentials),
        (aws.UnauthorizedSSOTokenError(), errors.CredentialsExpired),
        (aws.EndpointConnectionError(endpoint_url="http://x"), errors.Unreachable),
        (aws.ReadTimeoutError(endpoint_url="http://x"), errors.Unreachable),
        (aws.ConnectionClosedError(endpoint_url="http://x"), errors.Unreachable),
        (aws.ParamValidationError(report="x"), errors.Invalid),
    ],
)
def test_every_error_of_aws_becomes_one_of_ours_with_a_sentence(cause, kind):
    with pytest.raises(errors.GatewayError) as raised, errors.translated("saving the env file"):
        raise cause
    assert type(raised.value) is kind
    assert "saving the env file" in str(raised.value)
    assert raised.value.__cause__ is cause


@pytest.mark.parametrize(
    ("there", "sentence"),
    [
        ([], "orders-api has no release yet, so not 99"),
        ([1], "orders-api has release 1, not 99"),
        ([1, 2, 3], "orders-api has releases 1 to 3, not 99"),
    ],
)
def test_a_number_that_is_not_there_is_answered_with_those_that_are(there, sentence):
    assert errors.lacking("orders-api", "release", 99, there) == sentence


def test_code_of_aws_is_kept_for_who_must_tell_conflicts_apart():
    with pytest.raises(errors.Conflict) as raised, errors.translated("writing"):
        raise refused("ConditionalRequestConflict", 409)
    assert raised.value.code == "ConditionalRequestConflict"


def test_a_profile_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nope")

    with pytest.raises(errors.NoCredentials) as refused:
        Gateways.connect(ENVIRONMENT).releases.history("mail")

    assert str(refused.value) == (
        "there is no AWS profile 'nope' for listing the releases of mail; `aws configure list-profiles` shows those "
        "that there are, set AWS_PROFILE to one of them"
    )


def test_aws_that_does_not_answer_is_unreachable():
    nowhere = Gateways.connect(ENVIRONMENT, Access("http://127.0.0.1:9", {}, "000000000000", "local"))
    with pytest.raises(errors.Unreachable, match="AWS did not answer while listing tasks; check the network"):
        list(nowhere.tasks.pages())


def test_secret_key_is_not_shown():
    assert "s3cr3t" not in repr(Access("http://x", {}, "key", "s3cr3t"))
