from infra.components.chat_channels import ChatChannels, ChatChannelsArgs
from service_catalog.model import Chat
from tests.builders import CHAT, an_environment
from tests.infra.recorder import Recorder

SLACK = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration"
TEAMS = "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration"


def made(engine: Recorder, **chat: object) -> Recorder:
    args = ChatChannelsArgs(an_environment(), Chat.model_validate(chat), "arn:topic")
    engine.run(lambda: ChatChannels("dev-chat", args))
    return engine


def test_both_kinds_of_channels_hear_of_the_topic(engine):
    made(engine, **CHAT)
    slack, teams = engine.one(SLACK).inputs, engine.one(TEAMS).inputs
    assert (slack["slackTeamId"], slack["slackChannelId"]) == ("T0123ABCD", "C0123ABCD")
    assert (teams["tenantId"], teams["teamId"], teams["channelId"]) == tuple(CHAT["teams"].values())
    assert slack["snsTopicArns"] == teams["snsTopicArns"] == ["arn:topic"]


def test_from_a_channel_people_look_at_alarms_and_do_nothing(engine):
    made(engine, slack=CHAT["slack"])
    statements = engine.one("aws:iam/rolePolicy:RolePolicy").document("policy")["Statement"]
    assert [it["Action"] for it in statements] == [
        ["cloudwatch:DescribeAlarms"],
        ["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics"],
    ]
    assert statements[0]["Resource"] == ["arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:dev_*"]
    assert engine.one(SLACK).inputs["guardrailPolicyArns"] == ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]


def test_another_channel_is_another_configuration(engine):
    first = made(engine, slack=CHAT["slack"]).one(SLACK).inputs["configurationName"]
    other = made(Recorder(), slack=CHAT["slack"] | {"channel": "C9"}).one(SLACK).inputs["configurationName"]
    assert first != other
    assert first.startswith("slipway-dev-")
