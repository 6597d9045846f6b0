"""The audit trail: what people do, and what became of it."""

from typing import Any, Literal

from pydantic import AwareDatetime

from service_catalog.records.record import Part, Record, Text

AuditAction = Literal[
    "sign-in",
    "sign-out",
    "sign-out-everywhere",
    "register",
    "edit-entry",
    "retire",
    "provision",
    "save-env",
    "reveal-value",
    "make-secret",
    "release",
    "stop-release",
    "answer-release",
    "acknowledge",
    "ask-release",
    "confirm-release",
    "ask-run",
    "confirm-run",
    "start-run",
    "stop-run",
    "pause-schedule",
    "resume-schedule",
    "send-back-dead-letters",
    "confirm-no-secrets",
    "make-token",
    "revoke-token",
    "read",
    "read-env",
]
"""What people do. Env versions and releases are records of themselves, and stand here too, with where they came from.
Reads stand here where they were denied"""
AuditStatus = Literal["done", "refused", "denied"]
"""Refused by AWS or by a check; denied to somebody who may not"""
Through = Literal["portal", "api", "cli"]

PORTAL = "_portal"
"""Stands for a service in what concerns the portal itself: no service's name holds an underscore"""


class AuditOutcome(Record):
    """``audit/<service>/<id>.outcome.json``: what became of it. Without one, nobody knows."""

    status: AuditStatus
    when: AwareDatetime
    reason: Text = ""
    """Why it was refused"""


class Origin(Part):
    """Where a request came from."""

    through: Through = "cli"
    address: str = ""
    """The IP address of whoever sent it"""
    person: str = ""
    """What the identity provider calls them for good"""
    token: str = ""
    """Which token of the API it carried, by the token's public id"""
    request: str = ""
    """As in the portal's log"""


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
    origin: Origin | None = None
    """None where an earlier version did not write it down"""
    outcome: AuditOutcome | None = None
    """Of what was over when this was written; else its own object has it"""
