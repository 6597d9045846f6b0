"""IAM and KMS."""

from tests.local_cloud.aws.lives.documents import policy, trust
from tests.local_cloud.aws.lives.life import Life

LIVES = [
    Life(
        "aws:iam/role:Role",
        {
            "name": "dev_orders_task",
            "description": "The task's own",
            "assumeRolePolicy": trust("ecs-tasks.amazonaws.com"),
            "tags": {"Name": "r"},
        },
        update={"assumeRolePolicy": trust("ecs.amazonaws.com"), "maxSessionDuration": 7200, "tags": {"Name": "s"}},
        replace={"name": "dev_orders_execution"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:iam/rolePolicy:RolePolicy",
        {
            "role": "$role.name",
            "name": "inline",
            "policy": policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}),
        },
        update={"policy": policy({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::a/*"})},
        replace={"role": "another"},
        outputs=("name",),
    ),
    Life(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "$role.name", "policyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},
        replace={"policyArn": "arn:aws:iam::aws:policy/Other"},
    ),
    Life(
        "aws:iam/instanceProfile:InstanceProfile",
        {"name": "dev_instances", "role": "$role.name", "tags": {"Name": "p"}},
        update={"role": "$other_role.name", "tags": {"Stage": "q"}},
        replace={"name": "another"},
        outputs=("arn",),
    ),
    Life(
        "aws:kms/key:Key",
        {"description": "exec", "enableKeyRotation": True, "deletionWindowInDays": 7, "tags": {"Name": "k"}},
        update={"description": "sessions", "enableKeyRotation": False, "tags": {"Name": "l"}},
        replace={"keyUsage": "SIGN_VERIFY"},
        outputs=("arn", "keyId"),
    ),
    Life(
        "aws:kms/alias:Alias",
        {"name": "alias/exec", "targetKeyId": "$key.id"},
        update={"targetKeyId": "$other_key.id"},
        replace={"name": "alias/other"},
        outputs=("arn",),
    ),
]
