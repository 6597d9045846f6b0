from infra.documents.secret_references import read_statements, value_from
from service_catalog.model import Secret
from tests.builders import an_environment

SSM = "arn:aws:ssm:ap-northeast-1:123456789012:parameter"
SECRETS = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret"


def test_a_parameter_is_named_by_its_arn_with_or_without_a_leading_slash():
    assert value_from(Secret(ssm="/orders/url"), an_environment()) == f"{SSM}/orders/url"
    assert value_from(Secret(ssm="url"), an_environment()) == f"{SSM}/url"


def test_one_key_of_a_secret_stands_behind_its_arn():
    secret = Secret(secretsmanager="orders/stripe", key="api_key")
    assert value_from(secret, an_environment()) == f"{SECRETS}:orders/stripe:api_key::"


def test_a_whole_secret_is_named_by_its_arn():
    assert value_from(Secret(secretsmanager="orders/stripe"), an_environment()) == f"{SECRETS}:orders/stripe"


def test_own_prefixes_and_named_ones_may_be_read_and_nothing_else():
    named = [
        Secret(ssm="/shared/url"),
        Secret(secretsmanager="stripe", key="a"),
        Secret(secretsmanager="stripe", key="b"),
    ]

    assert read_statements(an_environment(), "orders-api", named) == [
        {
            "Effect": "Allow",
            "Action": ["ssm:GetParameters"],
            "Resource": [f"{SSM}/dev/orders-api/*", f"{SSM}/shared/url"],
        },
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": [f"{SECRETS}:dev/orders-api/*", f"{SECRETS}:stripe-??????"],
        },
    ]


def test_what_an_own_prefix_covers_is_not_named_again():
    own = [Secret(ssm="/dev/orders-api/url"), Secret(secretsmanager="dev/orders-api/stripe")]

    assert read_statements(an_environment(), "orders-api", own) == read_statements(an_environment(), "orders-api", [])
