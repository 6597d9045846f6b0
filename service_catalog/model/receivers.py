"""Who is told of an environment's alarms, and of what happens to its releases."""

from typing import Annotated

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry
from service_catalog.model.values import HttpsAddress

ReceiverAddress = Annotated[str, StringConstraints(pattern=patterns.RECEIVER, max_length=2048)]
EmailAddress = Annotated[str, StringConstraints(pattern=patterns.EMAIL, max_length=254)]


class Slack(Entry):
    workspace: Annotated[str, StringConstraints(pattern=patterns.SLACK_WORKSPACE, max_length=64)]
    """Id of the workspace, which somebody has let Amazon Q Developer into"""
    channel: Annotated[str, StringConstraints(pattern=patterns.SLACK_CHANNEL, max_length=64)]
    """Id of the channel, at the end of its link"""


class Teams(Entry):
    tenant: Annotated[str, StringConstraints(pattern=patterns.UUID)]
    """Id of the tenant, which somebody has let Amazon Q Developer into"""
    team: Annotated[str, StringConstraints(pattern=patterns.UUID)]
    """Id of the team, in its link"""
    channel: Annotated[str, StringConstraints(pattern=patterns.TEAMS_CHANNEL, max_length=255)]
    """Id of the channel, as its link spells it"""


class Chat(Entry):
    slack: Slack | None = None
    """A channel of Slack"""
    teams: Teams | None = None
    """A channel of Microsoft Teams"""


class AlarmReceivers(Entry):
    emails: Annotated[tuple[EmailAddress, ...], Field(strict=False, max_length=50)] = ()
    """AWS sends each a mail first, and tells nobody there until its link is followed"""
    https: Annotated[tuple[HttpsAddress, ...], Field(strict=False, max_length=20)] = ()
    """Addresses that take messages of SNS and confirm by themselves, as on-call services do"""
    chat: Chat | None = None
    """Channels, by way of Amazon Q Developer in chat applications"""


class Events(Entry):
    receivers: Annotated[tuple[ReceiverAddress, ...], Field(strict=False, max_length=20)] = ()
    """Addresses of HTTPS that take messages of SNS and confirm by themselves; others may subscribe to the topic"""
    portal: ReceiverAddress | None = None
    """Where people find the portal, to whose pages messages lead: `https://slipway.example.com`"""
