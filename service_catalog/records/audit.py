"""The audit trail: what people do beside releases, and what became of it."""

from typing import Any, Literal

from pydantic import AwareDatetime

from service_catalog.records.record import Record, Text

AuditAction = Literal[
    "start-run",
    "stop-run",
    "pause-schedule",
    "resume-schedule",
    "send-back-dead-letters",
    "confirm-no-secrets",
]
"""What people do beside releases. Env versions and releases are records of themselves"""
AuditStatus = Literal["done", "refused"]


class AuditEntry(Record):
    """``audit/<service>/<id>.json``: what somebody asked for, written before it was tried."""

    service: str
    action: str
    """An AuditAction, or one that only a newer version knows"""
    who: str
    why: Text = ""
    when: AwareDatetime
    about: dict[str, Any] = {}
    """What it was done to and how, as names and numbers: nobody can ever take a secret out of here again"""


class AuditOutcome(Record):
    """``audit/<service>/<id>.outcome.json``: what became of it. Without one, nobody knows."""

    status: AuditStatus
    when: AwareDatetime
    reason: Text = ""
    """Why it was refused"""
