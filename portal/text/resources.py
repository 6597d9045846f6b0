"""How a page calls what a preview would do to a resource."""

from collections.abc import Mapping
from typing import Any

from portal.text.language import N_, _

_ACTIONS = {
    "create": N_("made"),
    "import": N_("taken over"),
    "update": N_("changed"),
    "replace": N_("replaced"),
    "delete": N_("removed"),
}
_SIGNS = {"create": "+", "import": "=", "update": "~", "replace": "±", "delete": "−"}


def action_word(action: str) -> str:
    return _(_ACTIONS[action]) if action in _ACTIONS else action


def counts_words(counts: Mapping[str, int]) -> str:
    """In the order of the actions above: ``made 1, changed 2``."""
    return _(", ").join(f"{_(_ACTIONS[it])}\N{NO-BREAK SPACE}{counts[it]}" for it in _ACTIONS if it in counts)


def step_words(step: Mapping[str, Any]) -> str:
    kind = str(step.get("type", "")).rpartition(":")[2]
    action, changed = str(step.get("action", "")), step.get("changed") or []
    what = f" ({', '.join(map(str, changed))})" if changed and action != "create" else ""
    return f"{_SIGNS.get(action, '')} {kind} {step.get('name')}{what}"
