"""What AWS calls the things that an entry names."""

import pytest

from service_catalog.arns import placeholder_reference, repository_uri, value_from
from service_catalog.model import Image, Secret
from tests.builders import an_environment

REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
DIGEST = "sha256:" + "0" * 64
SSM = "arn:aws:ssm:ap-northeast-1:123456789012:parameter"
SECRETS = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret"


@pytest.mark.parametrize(
    ("repository", "uri"),
    [
        ("orders-api", f"{REGISTRY}/orders-api"),
        ("commerce/orders-api", f"{REGISTRY}/commerce/orders-api"),
        ("docker.io/library/nginx", "docker.io/library/nginx"),
        ("registry:5000/orders", "registry:5000/orders"),
    ],
)
def test_only_a_first_word_that_looks_like_a_host_is_a_registry(repository, uri):
    assert repository_uri(Image(repository=repository), an_environment()) == uri


@pytest.mark.parametrize(
    ("pin", "ending"), [({}, ":unreleased"), ({"tag": "v7"}, ":v7"), ({"digest": DIGEST}, f"@{DIGEST}")]
)
def test_the_definition_names_a_pinned_image_or_a_blank(pin, ending):
    image = Image(repository="orders-api", **pin)
    assert placeholder_reference(image, an_environment()) == f"{REGISTRY}/orders-api{ending}"


def test_a_parameter_is_named_by_its_arn_with_or_without_a_leading_slash():
    assert value_from(Secret(ssm="/orders/url"), an_environment()) == f"{SSM}/orders/url"
    assert value_from(Secret(ssm="url"), an_environment()) == f"{SSM}/url"


def test_one_key_of_a_secret_stands_behind_its_arn():
    secret = Secret(secretsmanager="orders/stripe", key="api_key")
    assert value_from(secret, an_environment()) == f"{SECRETS}:orders/stripe:api_key::"


def test_a_whole_secret_is_named_by_its_arn():
    assert value_from(Secret(secretsmanager="orders/stripe"), an_environment()) == f"{SECRETS}:orders/stripe"


def test_a_version_of_a_secret_stands_behind_its_key():
    previous = Secret(secretsmanager="orders/stripe", key="api_key", stage="AWSPREVIOUS")
    assert value_from(previous, an_environment()) == f"{SECRETS}:orders/stripe:api_key:AWSPREVIOUS:"
    pinned = Secret(secretsmanager="orders/stripe", version="1a2b")
    assert value_from(pinned, an_environment()) == f"{SECRETS}:orders/stripe:::1a2b"


def test_a_whole_arn_is_taken_as_it_stands():
    secret = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:app-config-AbCdEf"
    parameter = "arn:aws:ssm:eu-west-1:210987654321:parameter/shared/url"

    assert value_from(Secret(secretsmanager=secret, key="k"), an_environment()) == f"{secret}:k::"
    assert value_from(Secret(ssm=parameter), an_environment()) == parameter
