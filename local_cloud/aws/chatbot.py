"""Amazon Q Developer in chat applications: channels that hear of alarms."""

from local_cloud.aws.kind import Call, Kind, Look

KINDS = [
    Kind(
        "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
        "chatbot",
        create=Call("create_slack_channel_configuration"),
        made="ChannelConfiguration",
        id="ChatConfigurationArn",
        look=Look(
            "describe_slack_channel_configurations", {"ChatConfigurationArn": "{id}"}, "SlackChannelConfigurations[0]"
        ),
        find=Look(
            "describe_slack_channel_configurations",
            {},
            "SlackChannelConfigurations[?ConfigurationName == '{configurationName}'] | [0]",
        ),
        updates=(Call("update_slack_channel_configuration", {"ChatConfigurationArn": "{id}"}, together="*"),),
        delete=Call("delete_slack_channel_configuration", {"ChatConfigurationArn": "{id}"}),
        # No update of AWS's takes them.
        fixed="configurationName slackTeamId",
        tags="{id}",
        outputs={"chatConfigurationArn": "ChatConfigurationArn"},
    ),
    Kind(
        "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration",
        "chatbot",
        create=Call("create_microsoft_teams_channel_configuration"),
        made="ChannelConfiguration",
        id="ChatConfigurationArn",
        look=Look(
            "get_microsoft_teams_channel_configuration", {"ChatConfigurationArn": "{id}"}, "ChannelConfiguration"
        ),
        find=Look(
            "list_microsoft_teams_channel_configurations",
            {"TeamId": "{teamId}"},
            "TeamChannelConfigurations[?ConfigurationName == '{configurationName}'] | [0]",
        ),
        updates=(Call("update_microsoft_teams_channel_configuration", {"ChatConfigurationArn": "{id}"}, together="*"),),
        delete=Call("delete_microsoft_teams_channel_configuration", {"ChatConfigurationArn": "{id}"}),
        fixed="configurationName teamId tenantId",
        tags="{id}",
        outputs={"chatConfigurationArn": "ChatConfigurationArn"},
    ),
]
