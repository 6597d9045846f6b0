"""Who may invoke Lambda functions, which are somebody else's."""

from tests.local_cloud.aws.lives.life import Life

LIVES = [
    Life(
        "aws:lambda/permission:Permission",
        {
            "statementId": "slipway-dev-keys",
            "action": "lambda:InvokeFunction",
            "function": "arn:aws:lambda:ap-northeast-1:123456789012:function:needed",
            "principal": "apigateway.amazonaws.com",
            "sourceArn": "arn:aws:execute-api:ap-northeast-1:123456789012:1a2b/authorizers/3c4d",
        },
        replace={"sourceArn": "arn:aws:execute-api:ap-northeast-1:123456789012:1a2b/authorizers/5e6f"},
    ),
    Life(
        "aws:lambda/permission:Permission",
        {
            "statementId": "slipway-dev-keys",
            "action": "lambda:InvokeFunction",
            "function": "arn:aws:lambda:ap-northeast-1:123456789012:function:needed",
            "qualifier": "live",
            "principal": "apigateway.amazonaws.com",
        },
        replace={"qualifier": "next"},
    ),
]
