"""Who is told of an environment's alarms."""

from typing import Annotated

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry
from service_catalog.model.values import HttpsAddress

EmailAddress = Annotated[str, StringConstraints(pattern=patterns.EMAIL, max_length=254)]


class AlarmReceivers(Entry):
    emails: Annotated[tuple[EmailAddress, ...], Field(strict=False, max_length=50)] = ()
    """AWS sends each a mail first, and tells nobody there until its link is followed"""
    https: Annotated[tuple[HttpsAddress, ...], Field(strict=False, max_length=20)] = ()
    """Addresses that take messages of SNS and confirm by themselves, as on-call services do"""
