"""Env files: edit, save the next version, merge with what somebody else saved, look at old versions, restore."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import env_editor, typed_numbers
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import portal
from portal.data import env_versions, service_view
from portal.env_editor import Edit, PutBack
from portal.security import hold_back_from_caches
from portal.text.language import _, ngettext
from runtime.aws.errors import Absent, Invalid
from runtime.bucket.env_files import EnvFileChanged, EnvFiles
from service_catalog import env_file
from service_catalog.env_file import Fix, KeyChange
from service_catalog.model import Service

bp = Blueprint("env_files", __name__, url_prefix="/<environment>/services/<service>/env")


@bp.before_request
def _values_are_on_these_pages() -> None:
    hold_back_from_caches()


@bp.get("")
def first(environment: str, service: str) -> ResponseReturnValue:
    files = portal().catalog.service(service, environment).env_files
    if not files:
        return render_template("env_files/none.html", head=service_view.head(environment, service))
    return redirect(url_for(".show", environment=environment, service=service, file=files[0]), 303)


@bp.get("/<file>")
def show(environment: str, service: str, file: str) -> str:
    _known(environment, service, file)
    env_files = _gateway(environment)
    newest = env_files.newest(service, file)
    base, text = (newest.number, newest.text or "") if newest else (0, "")
    if keys := [key for key in request.args.getlist("put") if key]:
        return _put_back(environment, service, file, keys)
    if typed := request.args.get("from"):
        number = typed_numbers.number(typed)
        if number is None:
            raise Invalid(typed_numbers.no_version(typed, file))
        restored = env_files.read(service, file, number)
        message = _("Back to v%(number)s", number=restored.number)
        return _editor(environment, service, file, env_editor.edit(restored.text or "", base, message))
    return _editor(environment, service, file, env_editor.edit(text, base))


def _put_back(environment: str, service: str, file: str, keys: list[str]) -> str:
    """The newest text with keys as the version that runs has them: nothing is saved by it."""
    env_files = _gateway(environment)
    newest = env_files.newest(service, file)
    runs = _live_env(environment, service).get(file, 0)
    made = env_editor.put_back(newest.text or "" if newest else "", _text(env_files, service, file, runs), keys)
    message = _("Put %(keys)s back, as in v%(number)s", keys=", ".join(made.back), number=runs) if made.back else ""
    typed = env_editor.edit(made.text, newest.number if newest else 0, message)
    return _editor(environment, service, file, typed, notes=_not_put_back(made, runs))


def _not_put_back(made: PutBack, runs: int) -> list[str]:
    if not runs:
        return [_("No version of this file runs, so there is nothing to put back.")]
    notes = []
    if made.absent:
        keys = ", ".join(made.absent)
        notes.append(_("v%(number)s has no %(keys)s, so there is nothing to put back.", number=runs, keys=keys))
    if made.same:
        same = {"number": runs, "keys": ", ".join(made.same)}
        told = ngettext(
            "%(keys)s is as in v%(number)s already.", "%(keys)s are as in v%(number)s already.", len(made.same), **same
        )
        notes.append(told)
    return notes


@bp.post("/<file>")
@needs("save-env")
def save(environment: str, service: str, file: str) -> ResponseReturnValue:
    _known(environment, service, file)
    typed = _typed()
    if "fix" in request.form:
        fixed = env_editor.fixed(typed.text, request.form["fix"])
        result = env_editor.edit(fixed.text, typed.base, typed.message, typed.overridden)
        return _editor(environment, service, file, result, made=fixed.made, before=typed.text)
    do = request.form.get("do", "check")
    if do == "check":
        return _editor(environment, service, file, typed, is_checked=True)
    if typed.errors or typed.open_secrets:
        return _editor(environment, service, file, typed, is_refused=True), 422
    return _save(environment, service, file, typed, do)


@bp.post("/<file>/merge")
@needs("save-env")
def merge(environment: str, service: str, file: str) -> ResponseReturnValue:
    """After a conflict: the choices, key by key, and the text that comes of them."""
    _known(environment, service, file)
    typed, env_files = _typed(), _gateway(environment)
    do = request.form.get("do", "save")
    if do == "drop":
        flash(_("Your edit was discarded. This is the newest version."), "wait")
        return redirect(url_for(".show", environment=environment, service=service, file=file), 303)
    theirs = env_files.read(service, file, request.form.get("theirs", 0, type=int))
    if typed.errors:
        return _editor(environment, service, file, typed, is_refused=True), 422
    started = _text(env_files, service, file, typed.base)
    merged = env_file.merge(started, typed.text, theirs.text or "")
    rows = env_editor.merge_rows(started, theirs.text or "", typed.text, merged)
    choices = {row.key: request.form.get(f"choice.{row.key}", "") for row in rows if row.is_conflict}
    if not all(choices.values()):
        return _merge_page(environment, service, file, typed, theirs.number), 422
    text = env_editor.resolved(merged, rows, choices)
    result = env_editor.edit(text, theirs.number, typed.message, typed.overridden)
    if do == "text" or result.errors or result.open_secrets:
        return _editor(environment, service, file, result)
    return _save(environment, service, file, result, do)


@bp.get("/<file>/versions/<int:number>")
def version(environment: str, service: str, file: str, number: int) -> str:
    _known(environment, service, file)
    env_files = _gateway(environment)
    shown = env_files.read(service, file, number)
    head = service_view.head(environment, service)
    found = service_view.facts(environment, service).value
    live = found.live_env.get(file, 0)
    others = _texts_beside(environment, service, file)
    return render_template(
        "env_files/version.html",
        head=head,
        file=file,
        version=shown,
        newest=env_files.numbers(service, file)[-1],
        live=live,
        is_stopped=found.is_stopped,
        changes=_changes(
            portal().catalog.service(service, environment),
            others | {file: _text(env_files, service, file, live)},
            others | {file: shown.text or ""},
        ),
    )


@bp.errorhandler(EnvFileChanged)
def changed(error: EnvFileChanged) -> ResponseReturnValue:
    """Somebody saved first: both texts, key by key, for whoever came second."""
    environment = str((request.view_args or {}).get("environment"))
    return _merge_page(environment, error.theirs.service, error.theirs.file, _typed(), error.theirs.number), 409


def _save(environment: str, service: str, file: str, typed: Edit, do: str) -> ResponseReturnValue:
    env_files = _gateway(environment)
    if typed.base and typed.text == _text(env_files, service, file, typed.base):
        flash(_("Nothing was saved: the text is that of v%(number)s.", number=typed.base), "wait")
        return redirect(url_for(".show", environment=environment, service=service, file=file), 303)
    saved = env_files.save(
        service,
        file,
        typed.text,
        base=typed.base,
        author=person().name,
        message=typed.message,
        overridden=typed.overridden,
    )
    service_view.outdate(environment, service)
    if do == "apply":
        review = url_for("releases.new", environment=environment, service=service)
        return redirect(f"{review}?{urlencode({f'env.{file}': saved.number})}", 303)
    flash(_("Saved v%(number)s. Nothing restarted.", number=saved.number), "ok")
    return redirect(url_for(".show", environment=environment, service=service, file=file), 303)


def _editor(
    environment: str,
    service: str,
    file: str,
    typed: Edit,
    is_refused: bool = False,
    is_checked: bool = False,
    made: Sequence[Fix] = (),
    before: str = "",
    notes: Sequence[str] = (),
) -> str:
    env_files = _gateway(environment)
    versions = env_versions.of(environment, service, file)
    entry = portal().catalog.service(service, environment)
    others = _texts_beside(environment, service, file)
    earlier = {name: others[name] for name in entry.env_files[: entry.env_files.index(file)]}
    winners = env_file.winners(entry.environment, _handed_over(entry), earlier)
    typed = replace(typed, saved=_text(env_files, service, file, typed.base), winners=winners)
    return render_template(
        "env_files/edit.html",
        head=service_view.head(environment, service),
        file=file,
        files=entry.env_files,
        edit=typed,
        is_refused=is_refused,
        is_checked=is_checked,
        made=made,
        before=before,
        notes=notes,
        elsewhere=_elsewhere(entry, others),
        versions=versions,
        changes=[]
        if typed.is_too_much
        else _changes(
            entry, others | {file: _text(env_files, service, file, versions.live)}, others | {file: typed.text}
        ),
    )


def _merge_page(environment: str, service: str, file: str, typed: Edit, number: int) -> str:
    env_files = _gateway(environment)
    theirs = env_files.read(service, file, number)
    started = _text(env_files, service, file, typed.base)
    merged = env_file.merge(started, typed.text, theirs.text or "")
    return render_template(
        "env_files/merge.html",
        head=service_view.head(environment, service),
        file=file,
        edit=typed,
        theirs=theirs,
        rows=env_editor.merge_rows(started, theirs.text or "", typed.text, merged),
        choices=request.form,
    )


def _typed() -> Edit:
    return env_editor.edit(
        request.form.get("text", ""),
        request.form.get("base", 0, type=int),
        request.form.get("message", "").strip(),
        request.form.getlist("overridden"),
    )


def _known(environment: str, service: str, file: str) -> None:
    """Only files that the catalog gives the service: a release would never read any other."""
    if file not in portal().catalog.service(service, environment).env_files:
        raise Absent(_("%(service)s has no env file %(file)s", service=service, file=file))


def _handed_over(entry: Service) -> list[str]:
    return [key for key, secret in entry.secrets.items() if not secret.retired]


def _elsewhere(entry: Service, others: Mapping[str, str]) -> dict[str, str]:
    """What the container gets besides this file, by key: where it is set."""
    found = {key: f"{file}.env" for file, text in others.items() for key in env_file.parse(text)}
    found |= dict.fromkeys(_handed_over(entry), _("a secret, in the catalog’s entry"))
    return found | dict.fromkeys(entry.environment, _("the catalog’s entry"))


def _texts_beside(environment: str, service: str, file: str) -> dict[str, str]:
    """Of the service's other files, by name: what runs, else what would."""
    env_files, live = _gateway(environment), _live_env(environment, service)
    others = [it for it in portal().catalog.service(service, environment).env_files if it != file]
    numbers = {it: live.get(it) or max(env_files.numbers(service, it), default=0) for it in others}
    return {it: _text(env_files, service, it, number) for it, number in numbers.items()}


def _changes(entry: Service, before: Mapping[str, str], after: Mapping[str, str]) -> list[KeyChange]:
    """What the container would get otherwise, of all files together."""
    old, new = ([texts[file] for file in entry.env_files] for texts in (before, after))
    return env_file.effective_diff(old, new, {*entry.environment, *_handed_over(entry)})


def _live_env(environment: str, service: str) -> Mapping[str, int]:
    return service_view.facts(environment, service).value.live_env


def _gateway(environment: str) -> EnvFiles:
    return portal().gateways(environment).env_files


def _text(env_files: EnvFiles, service: str, file: str, number: int) -> str:
    """Of a version; empty for version 0, which is none."""
    return (env_files.read(service, file, number).text or "") if number else ""
