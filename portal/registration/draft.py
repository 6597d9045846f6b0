"""An entry that is being written, new or not: the form and the YAML side by side, and which of the two was changed.

Both are on the page and both may be edited. Whoever touched only one of them means that one; whoever touched both is
asked until they say which, so that nothing typed is lost. What the form changes is put into the text that stood beside
it, so comments and order stay.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from portal.registration import form
from portal.registration.labels import field_of
from portal.text.language import _
from service_catalog.catalog import Catalog
from service_catalog.entry_merge import carried
from service_catalog.git_catalog.commands import GIT
from service_catalog.messages import Message, say
from service_catalog.problems import CatalogError, Problem, for_message
from service_catalog.start_from import SOURCES
from service_catalog.yaml_text.edit import edited
from service_catalog.yaml_text.reader import SIZE_MAX, read_mapping, read_unclear
from service_catalog.yaml_text.writer import render

ENVIRONMENTS = "environments"
"""An answer beside the model's: where the service exists."""
BASE = "base"
"""The entry as it was when somebody began to change it: what was changed since by others is never overwritten."""
ONLY_YAML = "only_yaml"
"""Sent where there was no form: the entry could not be read."""
_FILE = "services/new.yaml"
_SOME_NAME = "some-name"
_PATHS = "exposure.paths"


@dataclass(frozen=True)
class Draft:
    answers: Mapping[str, str]
    environments: tuple[str, ...]
    text: str
    """The YAML, as it would be written"""
    problems: list[Problem] = field(default_factory=list)
    is_legible: bool = True
    """Whether the text can be read as YAML; while it cannot, nobody knows what else is wrong"""
    torn_from: str | None = None
    """The YAML before it and the form were both changed, and differently"""
    service: str = ""
    """Whose entry it is; empty for a new one"""
    base: str = ""
    """The entry as it was when somebody began to change it"""

    @property
    def is_torn(self) -> bool:
        return self.torn_from is not None

    @property
    def seen(self) -> str:
        """The YAML that the next post is compared with, to know what was changed."""
        return self.text if self.torn_from is None else self.torn_from

    @property
    def kind(self) -> str:
        return form.kind_of(self.answers)

    @property
    def name(self) -> str:
        return self.service or self.answers.get("name", "").strip()

    @property
    def is_unwritten(self) -> bool:
        """Nothing is wrong with it: there is no way to write it now."""
        return bool(self.problems) and all(problem.file == GIT for problem in self.problems)

    @property
    def file(self) -> str:
        return f"services/{self.service}.yaml" if self.service else _FILE

    @property
    def owner_before(self) -> str:
        """Whose it was when somebody began to change it; empty where nobody can tell."""
        with suppress(CatalogError):
            return str(read_unclear(self.base, self.file)[0].get("owner", ""))
        return ""

    @property
    def environments_before(self) -> tuple[str, ...]:
        """Where it existed then; nowhere, if it is new or nobody can tell."""
        with suppress(CatalogError):
            named = read_unclear(self.base, self.file)[0].get(ENVIRONMENTS)
            return tuple(named) if isinstance(named, dict) else ()
        return ()

    def problems_of(self, path: str) -> list[Problem]:
        return [problem for problem in self.problems if field_of(problem) == path]

    def line_problems(self) -> list[list[Problem]]:
        """For each line of the text, what is wrong there."""
        lines: list[list[Problem]] = [[] for _line in self.text.splitlines() or [""]]
        for problem in self.problems:
            if problem.line and problem.line <= len(lines):
                lines[problem.line - 1].append(problem)
        return lines


def empty(environment: str, owner: str = "") -> Draft:
    answers = form.answers({}) | {"exposure": form.ON, _PATHS: ""} | ({"owner": owner} if owner else {})
    return _of_form(answers, [environment])


def of_kind(kind: str, environment: str) -> Draft:
    if kind == "web":
        return empty(environment)
    return _of_form(form.for_its_kind({**form.answers({}), "kind": kind}), [environment])


def copied(catalog: Catalog, name: str, environment: str) -> Draft:
    """Raises NoSuchService. What must be its own, name and paths, is left to fill in."""
    entry = read_mapping(catalog.entry_text(name), f"services/{name}.yaml")
    entry.pop("name", None)
    if isinstance(entry.get("exposure"), dict):
        entry["exposure"]["paths"] = []
    return _of_entry(entry, render(entry), environment)


def existing(service: str, text: str) -> Draft:
    """An entry as it stands in the catalog, whatever is wrong with it."""
    text = newlines(text)
    return replace(_of_yaml(text, Draft({}, (), text)), service=service, base=text)


def changed(service: str, given: Mapping[str, str], environments: list[str], prefer: str = "") -> Draft:
    """What somebody made of an entry of the catalog. While it cannot be read there is no form beside its text."""
    base = newlines(given.get(BASE, ""))
    meant = prefer or ("yaml" if ONLY_YAML in given else "")
    return replace(posted(given, environments, meant), service=service, base=base)


def onto(draft: Draft, theirs: str) -> Draft:
    """The same changes, made to an entry that somebody else changed meanwhile. Raises CatalogError for one that cannot
    be read."""
    before, mine, now = (read_unclear(text, _FILE)[0] for text in (draft.base, draft.text, theirs))
    merged = edited(theirs, carried(now, before, mine))
    return replace(existing(draft.service, merged), base=theirs)


def started(source: str, text: str, environment: str) -> tuple[Draft, list[Message]]:
    """From what the service has already, and what of that was not taken over. Raises CatalogError."""
    if (size := len(text.encode())) > SIZE_MAX:  # what is made of it would be no entry, and takes long to show
        told = {"size": f"{size / 1024:.0f}", "max": SIZE_MAX // 1024}
        raise CatalogError([Problem(_FILE, "", say("is %(size)s KB long; an entry holds %(max)s KB at most", **told))])
    start = SOURCES[source](newlines(text))
    return _of_entry(start.entry, render(start.entry | {ENVIRONMENTS: {environment: {}}}), environment), start.left_out


def posted(given: Mapping[str, str], environments: list[str], prefer: str = "") -> Draft:
    """``prefer`` is "form" or "yaml" when somebody chose between the two."""
    text, seen = newlines(given.get("yaml", "")), newlines(given.get("yaml_seen", ""))
    of_form = _of_form(given, environments, seen)
    yaml_is_edited = text.strip() != seen.strip()
    form_is_edited = of_form.text.strip() != seen.strip() or bool(of_form.problems)
    if prefer == "form" or not yaml_is_edited:
        return of_form
    if prefer == "yaml" or not form_is_edited:
        return _of_yaml(text, of_form)
    if text.strip() == of_form.text.strip():
        return replace(of_form, text=text)
    return Draft(of_form.answers, of_form.environments, text, torn_from=seen)


def checked(draft: Draft, catalog: Catalog, now: datetime) -> Draft:
    """With every problem that its YAML would have in the catalog; judged once somebody chose between two."""
    if draft.is_torn or not draft.is_legible:
        return draft
    problems = [*draft.problems, *catalog.read_text(draft.text, draft.name, is_new=not draft.service)]
    if not draft.answers.get(_PATHS, "").strip():
        problems = [_asking_for_paths(problem) if problem.path == _PATHS else problem for problem in problems]
    if not draft.service and any(problem.path == "name" for problem in problems):
        # Without a name that may be one the catalog looks no further; the other answers are told all the same.
        others = catalog.read_text(draft.text, _SOME_NAME)
        told = {_told(problem) for problem in problems}
        problems = [*problems, *(it for it in others if it.path != "name" and _told(it) not in told)]
    return replace(draft, problems=problems or catalog.text_ended_schedules(draft.text, draft.name, now))


def _asking_for_paths(problem: Problem) -> Problem:
    """The model has a default, every path. Nobody should take them all by not looking."""
    return replace(problem, message=_("must name the paths that it answers"), hint=_("write /* for all of them"))


def _told(problem: Problem) -> tuple[str, str, str, int | None]:
    """All of it but the file, which is called otherwise under another name."""
    return problem.path, problem.message, problem.hint, problem.line


def refused(draft: Draft, error: CatalogError) -> Draft:
    """What could not be written, with why: somebody else was first, or there is no way to write."""
    return replace(draft, problems=error.problems)


def _of_form(given: Mapping[str, str], environments: Sequence[str], seen: str = "") -> Draft:
    entry, problems = _entry(given, environments)
    return Draft(given, tuple(environments), _put_into(seen, entry), [*_repeated(given), *problems])


def _entry(given: Mapping[str, str], environments: Sequence[str]) -> tuple[dict[str, Any], list[Problem]]:
    entry = form.mapping(given)
    if _takes_all_unasked(entry, given):
        entry["exposure"]["paths"] = []
    overrides, problems = _read_overrides(given, environments)
    return entry | {ENVIRONMENTS: {name: overrides.get(name, {}) for name in environments}}, problems


def _put_into(seen: str, entry: dict[str, Any]) -> str:
    """The text that stood on the page, where somebody wrote it, with what the form says otherwise by now. The form
    leaves out what is a default anyway, which is no reason to take it out of the text."""
    try:
        said, _unclear = read_unclear(seen, _FILE)
    except CatalogError:
        return render(entry)
    if seen == render(said):
        return render(entry)
    shown = _of_entry(said, seen, "")
    return edited(seen, carried(said, _entry(shown.answers, shown.environments)[0], entry))


def _repeated(given: Mapping[str, str]) -> list[Problem]:
    hint = _("give each a name of its own")
    repeated = form.repeated_keys(given)
    return [Problem(_FILE, path, _("%(key)s is listed twice", key=for_message(key)), hint) for path, key in repeated]


def _read_overrides(given: Mapping[str, str], environments: Sequence[str]) -> tuple[dict[str, Any], list[Problem]]:
    """With a problem for each that the YAML has no place for."""
    try:
        found = read_mapping(given.get(form.OVERRIDES, "").strip() or "{}", form.OVERRIDES)
    except CatalogError as error:
        return {}, [_overrides_problem(it) for it in error.problems]
    hint = _("tick it under Where it exists, or remove it here")
    missed = [name for name in found if name not in environments]
    return found, [
        Problem(_FILE, form.OVERRIDES, _("%(name)s is not ticked", name=for_message(name)), hint) for name in missed
    ]


def _takes_all_unasked(entry: dict[str, Any], given: Mapping[str, str]) -> bool:
    """The model's default is every path. Who left them blank is asked, so that nobody takes them by not looking."""
    exposure = entry.get("exposure")
    return exposure is not None and not exposure.get("host") and not given.get(_PATHS, "").strip()


def _of_yaml(text: str, fallback: Draft) -> Draft:
    """The YAML stands as it was typed, comments and all; a form that cannot show it keeps its own answers."""
    try:
        entry, _unclear = read_unclear(text, _FILE)  # the catalog knows the fields, and tells of these
    except CatalogError as error:
        return Draft(fallback.answers, fallback.environments, text, error.problems, is_legible=False)
    of_entry = _of_entry(entry, text, "")
    # Whoever comes back to another kind finds what they typed there.
    return replace(of_entry, answers={**of_entry.answers, **form.answers_of_other_kinds(fallback.answers, entry)})


def _of_entry(entry: dict[str, Any], text: str, environment: str) -> Draft:
    said = entry.get(ENVIRONMENTS)
    overrides = {name: its for name, its in said.items() if its} if isinstance(said, dict) else {}
    answers = form.answers(entry) | ({form.OVERRIDES: render(overrides)} if overrides else {})
    names = tuple(said) if isinstance(said, dict) else (environment,) if environment else ()
    return Draft(answers, names, text)


def _overrides_problem(problem: Problem) -> Problem:
    """Without its line, which is none of the entry's."""
    return Problem(_FILE, form.OVERRIDES, problem.message, problem.hint)


def newlines(text: str) -> str:
    """As forms send them, whatever a file has."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
