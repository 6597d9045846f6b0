from infra.documents import resource_policies
from tests.builders import an_environment

BUCKET = "arn:aws:s3:::slipway-dev-123456789012"
HISTORY = [f"{BUCKET}/{it}/*" for it in ("env", "releases", "audit", "portal/tokens", "portal/requests")]


def test_history_can_neither_be_overwritten_nor_deleted():
    overwrite, delete, rules = resource_policies.keep_history(an_environment(), "slipway-dev-123456789012")

    assert overwrite == {
        "Sid": "WriteOnce",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject"],
        "Resource": HISTORY,
        "Condition": {"Null": {"s3:if-none-match": "true"}},
    }
    assert delete == {
        "Sid": "KeepForever",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": [*HISTORY, f"{BUCKET}/logs/*"],
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/slipway-break-glass-dev"}},
    }
    # Lifecycle rules delete without asking the policy.
    assert rules == {
        "Sid": "KeepTheRules",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:DeleteBucketPolicy", "s3:PutLifecycleConfiguration"],
        "Resource": [BUCKET],
        "Condition": delete["Condition"],
    }


def test_the_break_glass_role_is_none_that_may_be_handed_to_tasks():
    role = resource_policies.break_glass_role(an_environment()).rpartition("/")[2]
    assert not role.startswith("dev_")


def test_requests_without_tls_are_refused():
    assert resource_policies.tls_only(BUCKET, f"{BUCKET}/*") == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": [BUCKET, f"{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_logs_may_use_the_exec_key_for_the_exec_group_only():
    group = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/slipway/dev/_exec"
    account, logs = resource_policies.exec_key(an_environment(), group)["Statement"]

    assert account["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert logs["Principal"] == {"Service": "logs.ap-northeast-1.amazonaws.com"}
    assert logs["Condition"] == {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}}


def test_in_china_logs_have_a_name_of_their_own():
    _, logs = resource_policies.exec_key(an_environment(region="cn-north-1"), "arn:group")["Statement"]
    assert logs["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}


def test_only_this_accounts_alarms_publish():
    [statement] = resource_policies.alarms_may_publish(an_environment(), "arn:topic")["Statement"]

    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:*"},
    }
