"""An edit of an env file in words: what it changes, and what stops its save."""

from collections import Counter
from collections.abc import Iterable, Mapping

from portal.data.env_comparison import Cell, Side, State
from portal.data.env_elsewhere import Elsewhere
from portal.env_editor import Edit
from portal.text.language import N_, _, ngettext
from service_catalog.env_file import EnvProblem, KeyChange


def change_counts(changes: Iterable[KeyChange]) -> str:
    counts: Counter[str] = Counter(change.kind for change in changes)
    words = {
        "added": ngettext("%(num)s added", "%(num)s added", counts["added"]),
        "changed": ngettext("%(num)s changed", "%(num)s changed", counts["changed"]),
        "removed": ngettext("%(num)s removed", "%(num)s removed", counts["removed"]),
    }
    return _(", ").join(text for kind, text in words.items() if counts[kind])


def verdict(edit: Edit) -> str:
    """What stops the save, and what does not."""
    errors, secrets, warnings = edit.errors, len(edit.open_secrets), edit.warnings
    words = [] if errors or secrets else [_("No errors")]
    if errors:
        words.append(ngettext("%(num)s error stops the save", "%(num)s errors stop the save", errors))
    if secrets:
        words.append(
            ngettext(
                "%(num)s value looks like a secret and stops the save until it is confirmed",
                "%(num)s values look like secrets and stop the save until they are confirmed",
                secrets,
            )
        )
    if warnings:
        words.append(ngettext("%(num)s warning does not", "%(num)s warnings do not", warnings))
    return _(", ").join(words)


_WITHOUT_VALUES = {
    "inline-comment": N_("A comment behind it becomes part of the value"),
    "reference": N_("A reference in it is not replaced by ECS"),
}
"""For sensitive files: the sentences that quote what stands in the line say it without"""


def unquoted(problem: EnvProblem) -> str:
    return _(_WITHOUT_VALUES[problem.code]) if problem.code in _WITHOUT_VALUES else problem.message


def place_words(it: Elsewhere) -> str:
    """Where a key is set besides the file."""
    if it.place == "environment":
        return _("the catalog’s `environment`")
    if it.place == "secret":
        return _("a secret: %(name)s", name=it.where)
    if it.place == "feature":
        return _("the catalog’s `%(field)s`", field=it.where)
    return it.where


def side_words(side: Side, environment: str = "", service: str = "", file: str = "") -> str:
    """Where a text stands, without what the reader knows: the other arguments."""
    places = (side.environment, environment), (side.service, service), (f"{side.file}.env", f"{file}.env")
    version = f"v{side.version}" if side.version else ""
    return " ".join([*(here for here, known in places if here != known), *([version] if version else [])])


_CELLS: Mapping[State, str] = {
    "set": N_("set"),
    "differs": N_("differs"),
    "missing": N_("missing"),
    "secret": N_("secret"),
    "fixed": N_("set by the catalog"),
    "unknown": N_("not known"),
}


def cell_words(cell: Cell) -> str:
    return _(_CELLS[cell.state])
