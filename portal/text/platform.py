"""The states of what the platform's pages list: a word, a glyph and a tone each."""

from collections.abc import Mapping

from portal.text import states
from portal.text.language import N_
from portal.text.states import State
from runtime.platform.drifted import Kind
from runtime.platform.pending import Action

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
