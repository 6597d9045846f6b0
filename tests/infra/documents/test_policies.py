from infra.documents import policies
from tests.builders import an_environment


def test_only_ecs_tasks_of_this_account_may_be_in_a_role():
    [statement] = policies.tasks_may_assume(an_environment())["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": "arn:aws:ecs:ap-northeast-1:123456789012:*"},
        },
    }


def test_every_version_of_a_services_own_env_files_may_be_read_and_no_others():
    objects, bucket = policies.read_env_files(an_environment(), "orders-api")
    assert objects == {
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::slipway-dev-123456789012/env/orders-api/*"],
    }
    assert bucket["Resource"] == ["arn:aws:s3:::slipway-dev-123456789012"]


def test_a_service_whose_name_begins_like_anothers_cannot_read_its_files():
    objects, _ = policies.read_env_files(an_environment(), "orders")
    assert objects["Resource"] == ["arn:aws:s3:::slipway-dev-123456789012/env/orders/*"]
