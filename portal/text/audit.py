"""What people did, in words: the audit trail keeps codes."""

from collections.abc import Mapping

from portal.text.language import N_, _
from service_catalog.records.audit import AuditAction

ACTIONS: Mapping[AuditAction, str] = {
    "sign-in": N_("Sign in"),
    "sign-out": N_("Sign out"),
    "sign-out-everywhere": N_("Sign out everywhere"),
    "register": N_("Register a service"),
    "edit-entry": N_("Change the entry of a service"),
    "retire": N_("Retire a service"),
    "provision": N_("Provision a service"),
    "save-env": N_("Save an env file"),
    "reveal-value": N_("Reveal a value of a sensitive env file"),
    "make-secret": N_("Make a secret"),
    "release": N_("Release"),
    "stop-release": N_("Stop a release"),
    "answer-release": N_("Answer a release that waits"),
    "acknowledge": N_("Acknowledge a failure"),
    "ask-release": N_("Ask for a release"),
    "confirm-release": N_("Answer a request for a release"),
    "ask-run": N_("Ask for a run"),
    "confirm-run": N_("Answer a request for a run"),
    "start-run": N_("Start a run"),
    "stop-run": N_("Stop a run"),
    "pause-schedule": N_("Pause the schedule"),
    "resume-schedule": N_("Resume the schedule"),
    "send-back-dead-letters": N_("Send dead letters back to the queue"),
    "confirm-no-secrets": N_("Save values that look like secrets"),
    "make-token": N_("Make a token"),
    "revoke-token": N_("Revoke a token"),
    "read": N_("Read"),
    "read-env": N_("Read env files"),
}

STATUSES: Mapping[str, str] = {
    "done": N_("Done"),
    "denied": N_("Denied"),
    "refused": N_("Refused"),
    "unknown": N_("Not known whether it was done"),
}
_THROUGH: Mapping[str, str] = {
    "portal": N_("in the portal"),
    "api": N_("by API"),
    "cli": N_("by command"),
}


def through_words(through: str) -> str:
    return _(_THROUGH[through])


def action_words(action: str) -> str:
    """One that only a newer version knows is told as it is written."""
    return _(ACTIONS[action]) if action in ACTIONS else action  # type: ignore[index]
