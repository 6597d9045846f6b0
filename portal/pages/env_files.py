"""Env files: edit as text or as a table, save the next version, merge with what somebody else saved, look at old
versions, restore, import and export."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import env_editor, env_form, env_table
from portal.auth.gate import may, person, too_often
from portal.auth.rights import needs
from portal.context import portal
from portal.data import env_elsewhere, env_start, env_texts, env_versions, service_view
from portal.data.env_start import Start
from portal.env_editor import Edit
from portal.env_form import View
from portal.env_table import Cells, MaskedTable
from portal.security import hold_back_from_caches
from portal.text.language import _, ngettext
from runtime.aws.errors import Absent, Invalid
from runtime.bucket.env_files import EnvFileChanged, EnvVersion
from service_catalog import env_file
from service_catalog.env_file import Fix
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
def show(environment: str, service: str, file: str) -> ResponseReturnValue:
    entry = env_texts.entry_with(environment, service, file)
    where = url_for(".show", environment=environment, service=service, file=file)
    asks = any(name in request.args for name in env_start.SAYS)
    if not asks and (live := env_versions.to_go_on_from(environment, service, file)):
        return redirect(f"{where}?{urlencode({'from': live, 'view': env_form.view(request.args)})}", 303)
    if env_texts.is_sensitive(entry, file) and (named := env_start.named(environment, service, file, request.args)):
        return redirect(f"{where}?{urlencode(list(named.items(multi=True)))}", 303)
    start = env_start.of(environment, service, file, request.args)
    typed = env_editor.edit(start.text, start.base, start.message)
    return _editor(environment, service, file, typed, notes=start.notes)


@bp.get("/<file>/export")
def export(environment: str, service: str, file: str) -> Response:
    """A version byte for byte, as a file: the newest, or the one that is asked for."""
    entry = env_texts.entry_with(environment, service, file)
    if env_texts.is_sensitive(entry, file):
        raise Invalid(_("%(file)s.env is sensitive: its values are shown one at a time, and not exported", file=file))
    env_files, typed = env_texts.gateway(environment), request.args.get("version")
    found = env_files.read(service, file, env_start.number(typed, file)) if typed else env_files.newest(service, file)
    if found is None:
        raise Absent(_("%(file)s.env has no version yet", file=file))
    answer = Response(found.text, mimetype="text/plain")
    answer.headers.set("Content-Disposition", "attachment", filename=_exported_name(environment, found))
    return answer


def _exported_name(environment: str, version: EnvVersion) -> str:
    return f"{version.service}.{environment}.{version.file}.v{version.number}.env"


@bp.post("/<file>")
@needs("save-env")
def save(environment: str, service: str, file: str) -> ResponseReturnValue:
    typed, do = _typed(environment, service, file), request.form.get("do", "check")
    if "fix" in request.form:
        fixed = env_editor.fixed(typed.text, request.form["fix"])
        result = replace(typed, text=fixed.text)
        return _editor(environment, service, file, result, made=fixed.made, before=typed.text)
    if "import" in request.form:
        return _import(environment, service, file, typed)
    if "show" in request.form or ("remove" in request.form and "do" not in request.form) or do == "add":
        return _editor(environment, service, file, typed)
    if do == "check":
        return _editor(environment, service, file, typed, is_checked=True)
    if typed.errors or typed.open_secrets:
        return _editor(environment, service, file, typed, is_refused=True), 422
    return _save(environment, service, file, typed, do)


def _import(environment: str, service: str, file: str, typed: Edit) -> str:
    """What was pasted becomes part of the edit; it is checked like what is typed, and nothing is saved."""
    pasted, mode = request.form.get("pasted", ""), request.form["import"]
    if not pasted.strip():
        return _editor(environment, service, file, typed, notes=[_("There was nothing to import.")])
    result = env_form.imported(typed.text, pasted, mode)
    told = ngettext(
        "Imported: %(num)s key changes. Nothing is saved yet.",
        "Imported: %(num)s keys change. Nothing is saved yet.",
        result.keys,
    )
    edited = replace(typed, text=result.text)
    return _editor(environment, service, file, edited, made=result.made, before=typed.text, told=told)


@bp.post("/<file>/reveal")
@needs("reveal-value")
def reveal(environment: str, service: str, file: str) -> ResponseReturnValue:
    """One value of a sensitive file, for half a minute. Who looked stands in the audit trail before it is shown."""
    typed, start = _typed(environment, service, file), _start(environment, service, file)
    if told := _too_often(service, file):
        return _editor(environment, service, file, typed, notes=[told]), 429
    shown = _revealed(environment, service, file, start.text, start.base)
    return _editor(environment, service, file, typed, revealed=shown)


@bp.post("/<file>/versions/<int:number>/reveal")
@needs("reveal-value")
def reveal_of_version(environment: str, service: str, file: str, number: int) -> ResponseReturnValue:
    env_texts.entry_with(environment, service, file)
    text = env_texts.text_of(env_texts.gateway(environment), service, file, number)
    if told := _too_often(service, file):
        flash(told, "bad")
        return _version(environment, service, file, number, {}), 429
    return _version(environment, service, file, number, _revealed(environment, service, file, text, number))


def _too_often(service: str, file: str) -> str:
    return too_often("reveal-value", service, portal().settings.reveals_a_minute, file=file)


def _revealed(environment: str, service: str, file: str, text: str, number: int) -> dict[int, str]:
    line = request.form.get("reveal", 0, type=int)
    found = env_table.value_at(text, line)
    if found is None:
        raise Absent(_("line %(line)s of %(file)s.env sets no key", line=line, file=file))
    key, value = found
    with (
        portal()
        .gateways(environment)
        .audit.entry("reveal-value", service, person().name, file=file, version=number, key=key)
    ):
        return {line: value}


@bp.post("/<file>/merge")
@needs("save-env")
def merge(environment: str, service: str, file: str) -> ResponseReturnValue:
    """After a conflict: the choices, key by key, and the text that comes of them."""
    entry = env_texts.entry_with(environment, service, file)
    typed, env_files = _typed(environment, service, file), env_texts.gateway(environment)
    do = request.form.get("do", "save")
    if do == "drop":
        flash(_("Your edit was discarded. This is the newest version."), "wait")
        return redirect(_address(environment, service, file), 303)
    theirs = env_files.read(service, file, request.form.get("theirs", 0, type=int))
    if typed.errors:
        return _editor(environment, service, file, typed, is_refused=True), 422
    started = env_texts.text_of(env_files, service, file, typed.base)
    merged = env_file.merge(started, typed.text, theirs.text or "")
    rows = env_editor.merge_rows(started, theirs.text or "", typed.text, merged)
    choices = {row.key: request.form.get(f"choice.{row.key}", "") for row in rows if row.is_conflict}
    if not all(choices.values()):
        return _merge_page(environment, service, file, typed, theirs.number), 422
    text = env_editor.resolved(merged, rows, choices)
    result = env_editor.edit(text, theirs.number, typed.message, (*typed.overridden, *theirs.overridden))
    is_sensitive = env_texts.is_sensitive(entry, file)  # then nobody sees the text, and the save says what is wrong
    if not is_sensitive and (do == "text" or result.errors or result.open_secrets):
        return _editor(environment, service, file, result)
    return _save(environment, service, file, result, do)


@bp.get("/<file>/versions/<int:number>")
def version(environment: str, service: str, file: str, number: int) -> str:
    return _version(environment, service, file, number, {})


def _version(environment: str, service: str, file: str, number: int, revealed: Mapping[int, str]) -> str:
    entry = env_texts.entry_with(environment, service, file)
    env_files = env_texts.gateway(environment)
    shown = env_files.read(service, file, number)
    head = service_view.head(environment, service)
    found = service_view.facts(environment, service).value
    live = found.live_env.get(file, 0)
    others = env_texts.beside(environment, entry, file)
    text = shown.text or ""
    is_sensitive = env_texts.is_sensitive(entry, file)
    return render_template(
        "env_files/version.html",
        head=head,
        file=file,
        version=shown,
        newest=env_files.numbers(service, file)[-1],
        live=live,
        is_stopped=found.is_stopped,
        table=env_table.masked(text, Edit(text, number), Cells(), [], revealed) if is_sensitive else None,
        may_reveal=may("reveal-value", service),
        changes=env_texts.changes(
            entry,
            others | {file: env_texts.text_of(env_files, service, file, live)},
            others | {file: text},
        ),
    )


@bp.errorhandler(EnvFileChanged)
def changed(error: EnvFileChanged) -> ResponseReturnValue:
    """Somebody saved first: both texts, key by key, for whoever came second."""
    environment, theirs = str((request.view_args or {}).get("environment")), error.theirs
    typed = _typed(environment, theirs.service, theirs.file)
    return _merge_page(environment, theirs.service, theirs.file, typed, theirs.number), 409


def _typed(environment: str, service: str, file: str) -> Edit:
    entry = env_texts.entry_with(environment, service, file)
    if not env_texts.is_sensitive(entry, file):
        return env_form.typed(request.form)
    return env_form.typed(request.form, _start(environment, service, file).text)


def _start(environment: str, service: str, file: str) -> Start:
    """Of a sensitive file: no form carries its text along, so the address goes on saying what the edit started from."""
    return env_start.of(environment, service, file, request.args, request.form.get("base", type=int))


def _save(environment: str, service: str, file: str, typed: Edit, do: str) -> ResponseReturnValue:
    env_files = env_texts.gateway(environment)
    saved_text = env_texts.text_of(env_files, service, file, typed.base)
    text = env_editor.ended_as(saved_text, typed.text)
    if typed.base and text == saved_text:
        flash(_("Nothing was saved: the text is that of v%(number)s.", number=typed.base), "wait")
        return redirect(_address(environment, service, file), 303)
    saved = env_files.save(
        service,
        file,
        text,
        base=typed.base,
        author=person().name,
        message=typed.message,
        overridden=typed.overridden,
        moved=env_texts.moved(environment, service, saved_text, text),
    )
    service_view.outdate(environment, service)
    if do == "apply":
        review = url_for("releases.new", environment=environment, service=service)
        return redirect(f"{review}?{urlencode({f'env.{file}': saved.number})}", 303)
    flash(_("Saved v%(number)s. Nothing restarted.", number=saved.number), "ok")
    return redirect(_address(environment, service, file), 303)


def _editor(
    environment: str,
    service: str,
    file: str,
    typed: Edit,
    is_refused: bool = False,
    is_checked: bool = False,
    made: Sequence[Fix] = (),
    before: str = "",
    told: str = "",
    notes: Sequence[str] = (),
    revealed: Mapping[int, str] | None = None,
) -> str:
    versions = env_versions.of(environment, service, file)
    entry = portal().catalog.service(service, environment)
    others = env_texts.beside(environment, entry, file)
    env_files = env_texts.gateway(environment)
    typed = _beside_the_rest(typed, entry, file, others, env_texts.text_of(env_files, service, file, typed.base))
    live = env_texts.text_of(env_files, service, file, versions.live)
    changes = [] if typed.is_too_much else env_texts.changes(entry, others | {file: live}, others | {file: typed.text})
    view: View = "masked" if env_texts.is_sensitive(entry, file) else _view(typed)
    table: env_table.Table | MaskedTable | None = None
    if view == "masked":
        start, cells = _start(environment, service, file), env_form.cells(request.form, is_masked=True)
        table = env_table.masked(start.text, typed, cells, changes, revealed or {})
    elif view == "table":
        table = env_table.table(typed, changes)
    return render_template(
        "env_files/edit.html",
        head=service_view.head(environment, service),
        file=file,
        files=entry.env_files,
        edit=typed,
        allowed=may("save-env", service),
        view=view,
        table=table,
        is_sensitive=view == "masked",
        may_reveal=may("reveal-value", service),
        may_make_secret=may("make-secret", service),
        asked=_carried(),
        is_refused=is_refused,
        is_checked=is_checked,
        told=told,
        made=made,
        before=before,
        notes=notes,
        elsewhere=env_elsewhere.of(entry, file, others),
        versions=versions,
        changes=changes,
    )


def _beside_the_rest(typed: Edit, entry: Service, file: str, others: Mapping[str, str], saved: str) -> Edit:
    """With what was saved, and what other places win over. ``others``: the texts of the files beside this one"""
    earlier = {name: others[name] for name in entry.env_files[: entry.env_files.index(file)]}
    features = env_texts.features_of(entry)
    winners = env_file.winners(entry.environment, env_texts.handed_over(entry), features, earlier)
    return replace(typed, text=env_editor.ended_as(saved, typed.text), saved=saved, winners=winners)


def _view(typed: Edit) -> View:
    """Of a text that nobody can save, no table: each of its lines would be a row."""
    return "text" if typed.is_too_much else env_form.view(request.values)


def _merge_page(environment: str, service: str, file: str, typed: Edit, number: int) -> str:
    entry, env_files = env_texts.entry_with(environment, service, file), env_texts.gateway(environment)
    theirs = env_files.read(service, file, number)
    started = env_texts.text_of(env_files, service, file, typed.base)
    merged = env_file.merge(started, typed.text, theirs.text or "")
    return render_template(
        "env_files/merge.html",
        head=service_view.head(environment, service),
        file=file,
        edit=typed,
        view=env_form.view(request.form),
        kept=env_form.kept(request.form) if env_texts.is_sensitive(entry, file) else None,
        asked=_carried(),
        theirs=theirs,
        rows=env_editor.merge_rows(started, theirs.text or "", typed.text, merged),
        choices=request.form,
    )


def _carried() -> dict[str, list[str]]:
    """What the address says of where the edit started: forms of a sensitive file go on with it."""
    return {name: request.args.getlist(name) for name in env_start.SAYS if name in request.args}


def _address(environment: str, service: str, file: str) -> str:
    """Of the editor, in the view in which somebody works."""
    shown = "table" if env_form.view(request.values) == "table" else None
    return url_for(".show", environment=environment, service=service, file=file, view=shown)
