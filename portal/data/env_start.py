"""What an edit of an env file starts from: the newest version, an earlier one, or the newest with some keys as they
stand elsewhere: in the version that runs, or in another environment. The address of the editor says which."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portal import env_editor, typed_numbers
from portal.context import portal
from portal.data import env_comparison, env_texts
from portal.data.env_comparison import Side
from portal.env_editor import PutBack
from portal.text.env_edits import side_words
from portal.text.language import _, ngettext
from runtime.aws.errors import Invalid

Asked = MultiDict[str, str]
SAYS = ("from", "put", "put_environment", "put_service", "put_file", "put_version")
"""What of the address tells where an edit starts"""


@dataclass(frozen=True)
class Start:
    text: str
    base: int
    """The version that a save would follow; 0 where there is none"""
    message: str = ""
    notes: Sequence[str] = ()


def of(environment: str, service: str, file: str, asked: Asked, base: int | None = None) -> Start:
    """``base`` is the version that somebody opened; None opens the newest."""
    env_files = env_texts.gateway(environment)
    if base is None:
        newest = env_files.newest(service, file)
        start = Start(newest.text or "", newest.number) if newest else Start("", 0)
    else:
        start = Start(env_texts.text_of(env_files, service, file, base), base)
    if keys := [key for key in asked.getlist("put") if key]:
        return _put(environment, service, file, asked, start, keys)
    if "from" in asked:
        restored = env_files.read(service, file, number(asked["from"], file))
        back = _("Back to v%(number)s", number=restored.number) if restored.number != start.base else ""
        return Start(restored.text or "", start.base, back)
    return start


def _put(environment: str, service: str, file: str, asked: Asked, start: Start, keys: Sequence[str]) -> Start:
    """Nothing is saved by it."""
    if "put_version" in asked:
        there = env_comparison.read(
            asked.get("put_environment", environment),
            asked.get("put_service", service),
            asked.get("put_file", file),
            number(asked["put_version"], file),
        )
    else:
        there = _runs(environment, service, file)
    if there.problem:
        return Start(start.text, start.base, notes=[there.problem])
    if not there.version:
        nothing = _("No version of this file runs, so there is nothing to put back.")
        return Start(start.text, start.base, notes=[nothing])
    where = side_words(there, environment, service, file)
    is_masked_here = _is_sensitive_here(environment, service, file)
    if there.is_sensitive and not is_masked_here:
        shows = _(
            "%(where)s is masked: mark the file here as sensitive first, or its values would be shown.", where=where
        )
        return Start(start.text, start.base, notes=[shows])
    is_elsewhere = (there.environment, there.service) != (environment, service)
    # Whoever takes a value over may reveal it here then, so they have to be allowed to where it stands.
    if there.is_sensitive and is_elsewhere and not (decision := env_comparison.may_reveal(there)):
        return Start(start.text, start.base, notes=[decision.why])
    is_own = (there.environment, there.service, there.file) == (environment, service, file)
    # A value of one's own that is put here, and is no change, would be a guess that came true.
    here = Side(environment, service, file)
    if is_masked_here and not is_own and not (decision := env_comparison.may_reveal(here)):
        return Start(start.text, start.base, notes=[decision.why])
    made = env_editor.put_back(start.text, there.text, keys)
    message = _put_back(made, where) if is_own else _taken_over(made, where)
    return Start(made.text, start.base, message if made.back else "", _not_put(made, where))


def _is_sensitive_here(environment: str, service: str, file: str) -> bool:
    return env_texts.is_sensitive(portal().catalog.service(service, environment), file)


def named(environment: str, service: str, file: str, asked: Asked) -> Asked | None:
    """The same with the version that runs, where keys are put back as they run: a form that is sent later means what
    was shown. None where the address says all."""
    if not any(asked.getlist("put")) or "put_version" in asked:
        return None
    live = env_texts.live_env(environment, service).get(file, 0)
    return MultiDict([*asked.items(multi=True), ("put_version", str(live))]) if live else None


def _runs(environment: str, service: str, file: str) -> Side:
    live = env_texts.live_env(environment, service).get(file, 0)
    return env_comparison.read(environment, service, file, live) if live else Side(environment, service, file)


def _put_back(made: PutBack, where: str) -> str:
    return _("Put %(keys)s back, as in %(where)s", keys=", ".join(made.back), where=where)


def _taken_over(made: PutBack, where: str) -> str:
    return _("%(keys)s as in %(where)s", keys=", ".join(made.back), where=where)


def _not_put(made: PutBack, where: str) -> list[str]:
    notes = []
    if made.absent:
        keys = ", ".join(made.absent)
        notes.append(_("%(where)s has no %(keys)s, so nothing is taken from there.", where=where, keys=keys))
    if made.same:
        same = {"where": where, "keys": ", ".join(made.same)}
        told = ngettext(
            "%(keys)s is as in %(where)s already.", "%(keys)s are as in %(where)s already.", len(made.same), **same
        )
        notes.append(told)
    return notes


def number(typed: str, file: str) -> int:
    """Of a version. Raises Invalid."""
    found = typed_numbers.number(typed)
    if found is None:
        raise Invalid(typed_numbers.no_version(typed, file))
    return found
