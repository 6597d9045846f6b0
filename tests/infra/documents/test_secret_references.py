from infra.documents.secret_references import read_further, read_statements
from service_catalog.model import Secret
from tests.builders import KEY, an_environment

SSM = "arn:aws:ssm:ap-northeast-1:123456789012:parameter"
SECRETS = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret"


def test_a_whole_arn_is_taken_as_it_stands():
    secret = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:app-config-AbCdEf"
    parameter = "arn:aws:ssm:eu-west-1:210987654321:parameter/shared/url"
    named = [Secret(secretsmanager=secret, key="k"), Secret(ssm=parameter)]

    assert [it["Resource"][1:] for it in read_statements(an_environment(), "x", named)] == [[parameter], [secret]]


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


def test_secrets_under_a_key_of_ones_own_come_with_the_right_to_decrypt():
    key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    *_, decrypt = read_statements(an_environment(secrets_key_arn=key), "orders-api", [])
    assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [key])


def test_a_secret_under_a_key_of_its_own_opens_that_key_alone():
    secrets = [Secret(ssm="/shared/url", key_arn=KEY), Secret(secretsmanager="stripe", key_arn=KEY, retired=True)]

    *_, decrypt = read_statements(an_environment(), "orders-api", secrets)
    assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [KEY])

    *_, both = read_statements(an_environment(secrets_key_arn=f"{KEY}0"), "orders-api", secrets)
    assert both["Resource"] == [f"{KEY}0", KEY]


def test_what_a_sidecar_is_handed_opens_its_key_unless_the_environment_does():
    secrets = [Secret(ssm="/shared/datadog", key_arn=KEY)]

    *_, decrypt = read_further(an_environment(), "orders-api", secrets)
    assert decrypt["Resource"] == [KEY]

    [read] = read_further(an_environment(secrets_key_arn=KEY), "orders-api", secrets)
    assert read["Action"] == ["ssm:GetParameters"]
