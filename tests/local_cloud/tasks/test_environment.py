import pytest

from local_cloud.tasks.environment import CannotStart, from_files, from_secrets, parse

STRIPE = "arn:aws:secretsmanager:ap-northeast-1:000000000000:secret:orders/stripe"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=1\nA=2", {"A": "2"}),
        ("URL=http://x?a=b=c", {"URL": "http://x?a=b=c"}),
        ("A=\nB", {}),
        ("=x", {}),
        ("# A=1\n #B=2", {" #B": "2"}),
        ('A="quoted"\nexport B=x # y', {"A": '"quoted"', "export B": "x # y"}),
        ("A= x ", {"A": " x "}),
        ("A=one\x0btwo\x85three", {"A": "one\x0btwo\x85three"}),
    ],
)
def test_a_file_is_read_as_ecs_reads_it(text, expected):
    assert parse(text) == expected


def files(*keys):
    return [{"type": "s3", "value": f"arn:aws:s3:::config/{key}"} for key in keys]


def test_first_file_that_has_a_key_wins():
    objects = {("config", "a.env"): b"A=first\n", ("config", "b.env"): b"A=second\nB=2\n"}
    found = from_files(files("a.env", "b.env"), lambda bucket, key: objects.get((bucket, key)))
    assert found == {"A": "first", "B": "2"}


def test_a_missing_object_is_told_as_ecs_tells_it():
    with pytest.raises(CannotStart) as refused:
        from_files(files("env/orders-api/app/v000002.env"), lambda bucket, key: None)
    assert str(refused.value) == (
        "ResourceInitializationError: failed to download env files: file download command: non empty error stream: "
        "service call has been retried 1 time(s): failed to download env file env/orders-api/app/v000002.env "
        "from bucket config: NoSuchKey: The specified key does not exist."
    )


def test_a_file_that_does_not_end_in_env_is_refused():
    with pytest.raises(CannotStart, match=r"must have a \.env extension"):
        from_files(files("settings.txt"), lambda bucket, key: b"A=1")


def test_eleven_files_are_one_too_many():
    with pytest.raises(CannotStart, match="at most 10 files are allowed, got 11"):
        from_files(files(*["a.env"] * 11), lambda bucket, key: b"A=1")


def secrets(source, parameter=None, secret=None):
    wanted = [{"name": "KEY", "valueFrom": source}]
    return from_secrets(wanted, {source: parameter}.get, lambda arn, stage, version: secret)


def test_a_parameter_is_read_by_name_or_arn():
    assert secrets("/orders/url", parameter="x") == {"KEY": "x"}
    assert secrets("arn:aws:ssm:ap-northeast-1:000000000000:parameter/orders/url", parameter="x") == {"KEY": "x"}


def test_a_missing_parameter_is_told_as_ecs_tells_it():
    with pytest.raises(CannotStart) as refused:
        secrets("/orders/url")
    assert str(refused.value).endswith("unable to retrieve secrets from ssm: invalid parameters: /orders/url")


def test_one_key_of_a_json_secret_is_enough():
    assert secrets(f"{STRIPE}:api_key::", secret='{"api_key": "sk", "other": 1}') == {"KEY": "sk"}


def test_stage_and_version_of_a_secret_are_asked_for():
    asked = []

    def read_secret(*given: str) -> str:
        asked.append(given)
        return "x"

    from_secrets([{"name": "K", "valueFrom": f"{STRIPE}::AWSPREVIOUS:v7"}], str, read_secret)
    assert asked == [(STRIPE, "AWSPREVIOUS", "v7")]


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (None, "ResourceNotFoundException: Secrets Manager can't find the specified secret."),
        ("no json", "is not JSON, so it has no key api_key"),
        ('{"other": 1}', "did not contain json key api_key"),
    ],
)
def test_a_secret_that_cannot_be_had_is_told_without_its_value(secret, reason):
    with pytest.raises(CannotStart) as refused:
        secrets(f"{STRIPE}:api_key::", secret=secret)
    assert str(refused.value).endswith(reason)
    assert "no json" not in str(refused.value)
