import ministack.app
import pytest
from botocore.exceptions import ClientError


def test_a_name_is_taken_once_and_what_is_gone_is_told_as_such(aws, fresh_name):
    asked = {
        "ConfigurationName": fresh_name,
        "SlackTeamId": "T0123ABCD",
        "SlackChannelId": "C0123ABCD",
        "SlackChannelName": "alarms",
        "IamRoleArn": "arn:aws:iam::000000000000:role/dev_chat",
        "SnsTopicArns": [],
    }
    made = aws("chatbot").create_slack_channel_configuration(**asked)["ChannelConfiguration"]
    arn = made["ChatConfigurationArn"]
    assert arn == f"arn:aws:chatbot::000000000000:chat-configuration/slack-channel/{fresh_name}"
    with pytest.raises(ClientError, match="ConflictException"):
        aws("chatbot").create_slack_channel_configuration(**asked)

    aws("chatbot").delete_slack_channel_configuration(ChatConfigurationArn=arn)

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws("chatbot").describe_slack_channel_configurations(ChatConfigurationArn=arn)


def test_ministack_still_has_no_chat_channels():
    assert "chatbot" not in ministack.app.SERVICE_REGISTRY
