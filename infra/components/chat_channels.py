"""Channels of Slack and Teams that hear of alarms, by Amazon Q Developer in chat applications (AWS Chatbot)."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import policies
from infra.role import role_with_rights
from service_catalog import model, naming


@dataclass(frozen=True)
class ChatChannelsArgs:
    environment: model.Environment
    chat: model.Chat
    topic_arn: pulumi.Input[str]


class ChatChannels(pulumi.ComponentResource):
    """AWS moves no configuration to another channel under the same name, so each is called by its channel."""

    def __init__(self, name: str, args: ChatChannelsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:ChatChannels", name, {}, opts)
        self._name, self._args = name, args
        told = self._told()
        if slack := args.chat.slack:
            channel = naming.chat_channel(args.environment.name, slack.workspace, slack.channel)
            aws.chatbot.SlackChannelConfiguration(
                channel, slack_team_id=slack.workspace, slack_channel_id=slack.channel, **told, **self._under(channel)
            )
        if teams := args.chat.teams:
            channel = naming.chat_channel(args.environment.name, teams.tenant, teams.team, teams.channel)
            aws.chatbot.TeamsChannelConfiguration(
                channel,
                tenant_id=teams.tenant,
                team_id=teams.team,
                channel_id=teams.channel,
                **told,
                **self._under(channel),
            )
        self.register_outputs({})

    def _under(self, channel: str) -> dict[str, Any]:
        return {"configuration_name": channel, "opts": pulumi.ResourceOptions(parent=self)}

    def _told(self) -> dict[str, Any]:
        """Of what, and what may be asked from there: the state of alarms and their metrics, and nothing else."""
        environment, child = self._args.environment, pulumi.ResourceOptions(parent=self)
        role, _ = role_with_rights(
            self._name,
            naming.chat_role(environment.name),
            policies.chat_may_assume(environment),
            policies.look_at_alarms(environment),
            child,
        )
        return {
            "iam_role_arn": role.arn,
            "sns_topic_arns": [self._args.topic_arn],
            # Left out, whatever the role may do could be asked for, and a role's rights grow.
            "guardrail_policy_arns": [f"arn:{environment.partition}:iam::aws:policy/CloudWatchReadOnlyAccess"],
        }
