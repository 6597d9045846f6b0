"""Env files for programs: read a version, compare two, check a text, save the next version."""

from flask import Blueprint

from portal import env_editor
from portal.api.asked import EnvDiff, EnvKeys, EnvSave, EnvVersion, Page
from portal.api.operations import operation
from portal.api.told.env_files import (
    EnvCheckTold,
    EnvDiffTold,
    EnvProblemTold,
    EnvTold,
    EnvVersionsTold,
    EnvVersionTold,
    KeyChangeTold,
)
from portal.auth.gate import may, person, refuse
from portal.auth.rights import needs
from portal.data import env_texts, service_view
from portal.security import hold_back_from_caches
from portal.text.language import _
from portal.text.translate import said
from runtime.aws.errors import Invalid
from service_catalog import env_file
from service_catalog.model import Service

bp = Blueprint("api_env_files", __name__, url_prefix="/api/v1/environments/<environment>/services/<service>/env/<file>")


@bp.before_request
def _values_are_in_these_answers() -> None:
    hold_back_from_caches()


@operation(bp, "GET", "", answers=EnvTold, query=EnvVersion)
@needs("read-env")
def read_env(environment: str, service: str, file: str, query: EnvVersion) -> EnvTold:
    """Reads a version with its text, byte for byte: the newest, or the one that is asked for. The text of a sensitive
    file is not handed out."""
    if env_texts.is_sensitive(env_texts.entry_with(environment, service, file), file):
        raise Invalid(_("%(file)s.env is sensitive: its values are shown one at a time, and not exported", file=file))
    env_files = env_texts.gateway(environment)
    newest = env_files.newest(service, file)
    found = env_files.read(service, file, query.version) if query.version else newest
    return EnvTold(
        file=file,
        version=found.number if found else 0,
        text=(found.text or "") if found else "",
        author=found.author if found else "",
        message=said(found.message) if found else "",
        saved_at=found.saved_at if found else None,
        live=env_texts.live_env(environment, service).get(file),
        newest=newest.number if newest else 0,
    )


@operation(bp, "GET", "/versions", answers=EnvVersionsTold, query=Page)
@needs("read")
def list_env_versions(environment: str, service: str, file: str, query: Page) -> EnvVersionsTold:
    """Lists versions with who saved them and why, newest first, without their texts."""
    env_texts.entry_with(environment, service, file)
    env_files = env_texts.gateway(environment)
    numbers = [it for it in env_files.numbers(service, file) if query.before is None or it < query.before]
    wanted = set(numbers[-query.limit :])
    found = env_files.history(service, file, limit=_reaching(env_files.numbers(service, file), wanted))
    shown = [it for it in found if it.number in wanted]
    return EnvVersionsTold(
        versions=[EnvVersionTold.of(it) for it in shown], next=shown[-1].number if len(numbers) > len(shown) else None
    )


def _reaching(numbers: list[int], wanted: set[int]) -> int:
    """How many of the newest hold all that is wanted."""
    return sum(number >= min(wanted) for number in numbers) if wanted else 1


@operation(bp, "GET", "/diff", answers=EnvDiffTold, query=EnvDiff)
@needs("read-env")
def diff_env(environment: str, service: str, file: str, query: EnvDiff) -> EnvDiffTold:
    """Compares two versions key by key, as ECS reads them. Values that look like secrets are masked, and those of a
    sensitive file."""
    entry = env_texts.entry_with(environment, service, file)
    env_files = env_texts.gateway(environment)
    old, new = (env_texts.text_of(env_files, service, file, number) for number in (query.old, query.new))
    return EnvDiffTold(file=file, old=query.old, new=query.new, changes=_changes(entry, file, old, new))


def _changes(entry: Service, file: str, old: str, new: str) -> list[KeyChangeTold]:
    found = env_file.effective_diff([old], [new], masked=[env_texts.is_sensitive(entry, file)])
    return [KeyChangeTold.of(it) for it in found]


@operation(bp, "POST", "/check", answers=EnvCheckTold, body=EnvSave)
@needs("read-env")
def check_env(environment: str, service: str, file: str, body: EnvSave) -> EnvCheckTold:
    """Says what is wrong with a text and what it changes, and saves nothing. Of a sensitive file it says so to those
    alone who may save it: whoever guesses a value would learn that it is the one."""
    entry = env_texts.entry_with(environment, service, file)
    if env_texts.is_sensitive(entry, file):
        refuse(may("save-env", service), "save-env", service)
    saved = env_texts.text_of(env_texts.gateway(environment), service, file, body.base)
    edit = env_editor.edit(body.text, body.base, body.message, body.no_secrets)
    return EnvCheckTold(
        problems=[EnvProblemTold.of(it) for it in edit.problems[: env_editor.LINES_TOLD]],
        secrets=list(edit.open_secrets),
        changes=[] if edit.is_too_much else _changes(entry, file, saved, body.text),
    )


@operation(bp, "POST", "", answers=EnvVersionTold, body=EnvSave, status=201)
@needs("save-env")
def save_env(environment: str, service: str, file: str, body: EnvSave) -> EnvVersionTold:
    """Saves the next version. Nothing restarts: a release applies it. If another version is the newest by then, the
    answer is 409."""
    env_texts.entry_with(environment, service, file)
    return _saved(environment, service, file, body.text, body.base, body)


@operation(bp, "POST", "/keys", answers=EnvVersionTold, body=EnvKeys, status=201)
@needs("save-env")
def set_env_keys(environment: str, service: str, file: str, body: EnvKeys) -> EnvVersionTold:
    """Saves the next version with some keys set or taken away, and everything else as it is. Whoever does so need not
    read the values: so it is for sensitive files too, where who may not reveal them gets a version by each request. An
    answer without one would tell that they guessed right."""
    entry = env_texts.entry_with(environment, service, file)
    newest = env_texts.gateway(environment).newest(service, file)
    base = newest.number if newest else 0
    text = (newest.text or "") if newest else ""
    try:
        wanted = env_file.edited(text, {**body.set, **dict.fromkeys(body.unset)})
    except ValueError as error:
        raise Invalid(_("no line of an env file can say one of these values, or one of these names")) from error
    tells = not env_texts.is_sensitive(entry, file) or may("reveal-value", service)
    if newest and wanted == text and tells:
        return EnvVersionTold.of(newest)
    return _saved(environment, service, file, wanted, base, body)


def _saved(environment: str, service: str, file: str, text: str, base: int, body: EnvSave | EnvKeys) -> EnvVersionTold:
    env_files = env_texts.gateway(environment)
    is_there = base and env_files.exists(service, file, base)
    before = env_texts.text_of(env_files, service, file, base) if is_there else ""
    saved = env_files.save(
        service,
        file,
        text,
        base=base,
        author=person().name,
        message=body.message,
        overridden=body.no_secrets,
        moved=env_texts.moved(environment, service, before, text),
    )
    service_view.outdate(environment, service)
    return EnvVersionTold.of(saved)
