"""How a run of provisioning reads on a page: its phases first, single resources for whoever asks."""

from collections.abc import Mapping

from portal.child_runs import ChildRun
from portal.provisioning import is_retirement
from portal.text.language import N_, _
from portal.text.states import State
from portal.text.translate import said

_PHASES = {
    "provisioning": N_("Creating and changing its AWS resources"),
    "provisioned": N_("Its AWS resources are in place"),
    "releasing": N_("Releasing what that changed"),
    "ended": N_("The release has ended"),
    "destroying": N_("Destroying its AWS resources"),
    "destroyed": N_("Its AWS resources are gone"),
    "freed": N_("Its slot at the load balancer is free"),
}

_RUNNING = State("running", N_("Provisioning"), "move", "move")
_SUCCEEDED = State("succeeded", N_("Provisioned"), "ok", "ok")
_FAILED = State("failed", N_("Provisioning failed"), "bad", "bad")
_RETIRING = State("running", N_("Retiring"), "move", "move")
_RETIRED = State("succeeded", N_("Retired"), "ok", "ok")
_NOT_RETIRED = State("failed", N_("Its retirement did not come through"), "bad", "bad")


def state(run: ChildRun) -> State:
    if is_retirement(run):
        return _RETIRING if run.is_running else _RETIRED if run.succeeded else _NOT_RETIRED
    if run.is_running:
        return _RUNNING
    return _SUCCEEDED if run.succeeded else _FAILED


def phase_words(line: Mapping[str, object]) -> str:
    phase, text = str(line.get("phase", "")), str(line.get("text", ""))
    return _(_PHASES[phase]) if phase in _PHASES else said(text)


def run_words(line: Mapping[str, object]) -> str:
    """One line of what ``slipway up --format jsonl`` prints."""
    match line.get("event"):
        case "step":
            kind = str(line.get("type", "")).rpartition(":")[2]
            reason = f": {line['reason']}" if line.get("reason") else ""
            return f"{line.get('action')} {kind} {line.get('name')} {line.get('state')}{reason}"
        case "result":
            return f"{line.get('stack')}: {line.get('ended') or line.get('why')}"
        case _:
            return str(line.get("text", ""))
