"""The states of what the platform's pages list: a word, a glyph and a tone each."""

from collections.abc import Mapping

from portal.text import states
from portal.text.language import N_
from portal.text.states import State
from runtime.platform.checks import Check
from runtime.platform.drifted import Kind
from runtime.platform.pending import Action
from runtime.running_tasks import Capacity

PENDING: Mapping[Action, State] = {
    "mend": states.BROKEN_ENTRY,
    "provision": State("provision", N_("Provision"), "staged", "wait"),
    "destroy": State("destroy", N_("Destroy"), "warn", "wait"),
    "release": State("release", N_("Release"), "staged", "wait"),
}
DRIFT: Mapping[Kind, State] = {
    "deleted": states.DELETED,
    "changed": states.CHANGED_OUTSIDE,
    "left-catalog": states.NOT_IN_CATALOG,
    "unregistered": State("unregistered", N_("Not registered"), "warn", "wait"),
    "unreadable": states.UNREADABLE,
}
CHECKS: Mapping[Check, State] = {
    "release-failed": State("release-failed", N_("Release failed"), "back", "wait"),
    "provisioning-failed": states.PROVISIONING_FAILED,
    "expires": State("expires", N_("Comes to an end"), "age", "wait"),
    "not-rotated": State("not-rotated", N_("Not rotated"), "age", "wait"),
    "unused": State("unused", N_("Not used"), "none"),
    "idle": State("idle", N_("Idle"), "pause"),
    "never-released": State("never-released", N_("Never released"), "none"),
    "release-old": State("release-old", N_("Old release"), "age"),
    "one-zone": State("one-zone", N_("One zone"), "warn"),
    "no-alarms": State("no-alarms", N_("No alarms"), "none"),
    "no-owner": State("no-owner", N_("No owner"), "none"),
}
CAPACITIES: Mapping[Capacity, str] = {
    "fargate": N_("Fargate"),
    "fargate-spot": N_("Fargate Spot"),
    "ec2": N_("EC2 instances"),
    "managed-instances": N_("Managed Instances"),
    "unknown": N_("Not told"),
}
