"""What somebody can do after a failed release: steps, and a button that names the env key that a diagnosis blames."""

from collections.abc import Sequence

from portal.text.language import N_, _
from portal.text.translate import said
from service_catalog.records.releases import Contents, Diagnosis, Release

_STEPS = {
    "env-removed": (
        N_("Put %(keys)s back in %(file)s.env, and save"),
        N_("Apply what you saved: image and env go out together again"),
    ),
    "env-missing": (
        N_("Add %(keys)s to %(file)s.env, and save"),
        N_("Start the release again; it takes what you saved"),
    ),
}
_MEND = (
    N_("Check %(keys)s in %(file)s.env, and save"),
    N_("Apply what you saved: image and env go out together again"),
)
_BUTTONS = {
    "env-removed": N_("Put %(keys)s back in %(file)s.env"),
    "env-missing": N_("Add %(keys)s to %(file)s.env"),
}
_LOOK = N_("Look at %(keys)s in %(file)s.env")


def steps(found: Diagnosis, file: str) -> list[str]:
    """In the order in which they are done. Where no key is known, the advice as it stands."""
    mending = [said(found.advice)]
    if found.keys and file:
        mending = [_(step, keys=_list(found), file=file) for step in _STEPS.get(found.code, _MEND)]
    others = said(found.others)
    return [*mending, _("Also changed with this release: %(others)s", others=others)] if others else mending


def env_button(found: Diagnosis, file: str) -> str:
    if not found.keys:
        return _("Open %(file)s.env", file=file)
    return _(_BUTTONS.get(found.code, _LOOK), keys=_list(found), file=file)


def env_file_of(release: Release, live: Contents | None, files: Sequence[str]) -> str:
    """The env file that the release changed, else the first that the service has; empty when it has none."""
    runs = live.env if live else {}
    changed = [file for file, number in release.contents.env.items() if runs.get(file) != number]
    return next(iter([*changed, *files]), "")


def _list(found: Diagnosis) -> str:
    return ", ".join(found.keys)
