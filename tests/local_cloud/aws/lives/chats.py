"""Chat channels, on the local cloud alone: neither emulator has the service."""

from tests.local_cloud.aws.lives.life import Life

_TOLD = {"snsTopicArns": ["$topic.arn"], "iamRoleArn": "$role.arn", "tags": {"Name": "c"}}
_CHANNEL = "19%3Aabc%40thread.tacv2"

LIVES = [
    Life(
        "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
        {"configurationName": "slipway-dev-1", "slackTeamId": "T0123ABCD", "slackChannelId": "C0123ABCD", **_TOLD},
        update={"slackChannelId": "C9876ABCD", "tags": {"Name": "d"}},
        replace={"configurationName": "slipway-dev-2"},
        outputs=("chatConfigurationArn",),
        not_on=("ministack", "moto"),
    ),
    Life(
        "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration",
        {
            "configurationName": "slipway-dev-3",
            "tenantId": "01234567-89ab-cdef-0123-456789abcdef",
            "teamId": "11234567-89ab-cdef-0123-456789abcdef",
            "channelId": _CHANNEL,
            **_TOLD,
        },
        update={"snsTopicArns": [], "tags": {"Name": "d"}},
        replace={"configurationName": "slipway-dev-4"},
        outputs=("chatConfigurationArn",),
        not_on=("ministack", "moto"),
    ),
]
