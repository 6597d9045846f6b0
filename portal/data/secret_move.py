"""Settings that become secrets: what is going to be made and written, in which order, and what came of it.

Nothing breaks in between, wherever it stops. The secret is made first, and nothing refers to it yet. Then the catalog's
entry names it; until somebody provisions that, what runs does not change. Then the line leaves the env file, as a
version that no release takes before the definition hands the secret over. If the line stays, the secret wins over it.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from typing import Any

from portal import authorship
from portal.auth import Person
from portal.context import portal
from portal.env_editor import Edit
from portal.text.language import _
from portal.text.translate import of_problem, said
from runtime.aws.errors import GatewayError
from runtime.aws.secret_store import ASKED_MAX, BYTES_MAX, WORDS, SecretStore, Store, secret_name
from runtime.bucket.env_files import EnvVersion
from service_catalog import env_file
from service_catalog.env_file.grammar import lines
from service_catalog.model import Service
from service_catalog.problems import CatalogError
from service_catalog.yaml_text.edit import edited
from service_catalog.yaml_text.reader import read_mapping

_LEAF = re.compile(r"[A-Za-z0-9_.-]{1,128}")


@dataclass(frozen=True)
class Move:
    """One key."""

    key: str
    store: Store
    name: str
    """Of the secret, whole"""
    leaf: str
    """Its last part, which somebody chooses"""
    value: str = field(repr=False)
    is_there: bool = False
    """A secret of that name exists: it is referred to, and not changed"""
    is_confirmed: bool = False
    """Somebody said that the one that is there is meant"""

    @property
    def where(self) -> str:
        return f"{WORDS[self.store]} {self.name}"


@dataclass(frozen=True)
class Plan:
    environment: str
    service: str
    file: str
    moves: Sequence[Move]
    edit: Edit
    """With the lines of those keys"""
    text: str
    """Without them"""
    base: str
    """The entry as it was read"""
    entry: str
    """The entry as it would be written"""
    problems: Sequence[str] = ()
    """Why nothing is begun"""

    @property
    def keys(self) -> list[str]:
        return [move.key for move in self.moves]

    @property
    def diff(self) -> list[str]:
        return entry_diff(self.base, self.entry)


def entry_diff(base: str, entry: str) -> list[str]:
    """The lines that change with those around them."""
    found = unified_diff(base.splitlines(), entry.splitlines(), lineterm="", n=2)
    return [line for line in found if not line.startswith(("---", "+++"))]


@dataclass(frozen=True)
class Asked:
    """Of one key, as the form says."""

    store: Store = "ssm"
    leaf: str = ""
    is_confirmed: bool = False


def plan(
    environment: str, service: str, file: str, edit: Edit, keys: Sequence[str], asked: Mapping[str, Asked]
) -> Plan:
    """Asks AWS only whether secrets of those names are there. Raises GatewayError where it does not answer."""
    settings = env_file.parse(edit.text)
    wanted = [key for key in dict.fromkeys(keys) if key in settings]
    moves = [_move(environment, service, key, settings[key], asked.get(key, Asked())) for key in wanted]
    if len(moves) <= ASKED_MAX:
        moves = _looked_for(portal().gateways(environment).secrets, moves)
    gone = {line.number: None for line in lines(edit.text) if line.is_setting and line.key in set(keys)}
    text = env_file.with_lines(edit.text, gone)
    base = portal().catalog.entry_text(service)
    entry, problems = _referred(environment, service, base, moves)
    problems += _of_moves(moves) + _of_text(text, edit)
    return Plan(environment, service, file, moves, edit, text, base, entry, problems)


def _move(environment: str, service: str, key: str, value: str, asked: Asked) -> Move:
    leaf = asked.leaf or key
    name = secret_name(asked.store, environment, service, leaf)
    return Move(key, asked.store, name, leaf, value, is_confirmed=asked.is_confirmed)


def _looked_for(secrets: SecretStore, moves: Sequence[Move]) -> list[Move]:
    named = [move for move in moves if _LEAF.fullmatch(move.leaf)]
    there = {
        (store, name)
        for store in WORDS
        for name in secrets.those_there(store, [move.name for move in named if move.store == store])
    }
    return [replace(move, is_there=(move.store, move.name) in there) for move in moves]


def _referred(environment: str, service: str, base: str, moves: Sequence[Move]) -> tuple[str, list[str]]:
    """The entry with the references, and why it cannot be written."""
    catalog, where = portal().catalog, f"services/{service}.yaml"
    try:
        entry = with_secrets(base, where, environment, {move.key: {move.store: move.name} for move in moves})
    except CatalogError as error:
        return base, [_cannot(), *map(of_problem, error.problems)]
    problems = catalog.read_text(entry, service, is_new=False)
    taken = _taken(catalog.service(service, environment), moves)
    told = [_("%(key)s is a secret in the catalog already.", key=key) for key in taken]
    told += [_cannot(), *map(of_problem, problems)] if problems else []
    if not catalog.is_writable:
        told += [_cannot(), _("This portal may not write the catalog.")]
    return entry, told


def with_secrets(base: str, where: str, environment: str, secrets: Mapping[str, Mapping[str, Any]]) -> str:
    """The entry with these references, for this environment only. Raises CatalogError for a text that is none."""
    wanted: dict[str, Any] = deepcopy(read_mapping(base, where))
    environments = wanted.setdefault("environments", {})
    here = environments[environment] = environments.get(environment) or {}
    here["secrets"] = {**(here.get("secrets") or {}), **secrets}
    return edited(base, wanted)


def _taken(entry: Service, moves: Sequence[Move]) -> list[str]:
    """Keys that are secrets of another name. Whoever was stopped after the entry was written goes on."""
    named = {key: (secret.ssm, secret.secretsmanager) for key, secret in entry.secrets.items()}
    return [move.key for move in moves if move.key in named and move.name not in named[move.key]]


def _cannot() -> str:
    return _("The reference cannot be written into the catalog’s entry, so no secret is made.")


def _of_moves(moves: Sequence[Move]) -> list[str]:
    if not moves:
        return [_("None of these keys is set here.")]
    found = [
        _("%(leaf)s is no name for a secret: letters, digits, _ . and - only.", leaf=move.leaf)
        for move in moves
        if not _LEAF.fullmatch(move.leaf)
    ]
    if len(moves) > ASKED_MAX:
        told = _("These are %(chosen)s keys: move %(most)s at a time, since AWS makes each secret by itself.")
        found.append(told % {"chosen": len(moves), "most": ASKED_MAX})
    for move in moves:
        if (size := len(move.value.encode())) > BYTES_MAX[move.store]:
            names = {"key": move.key, "store": WORDS[move.store], "most": BYTES_MAX[move.store], "size": size}
            found.append(_("%(key)s has %(size)s bytes; %(store)s takes %(most)s.", **names))
    return found


def _of_text(text: str, edit: Edit) -> list[str]:
    left = Edit(text, edit.base, overridden=edit.overridden)
    found = []
    if left.errors:
        found.append(_("Other lines of the text have errors: mend them first, since it is saved without these keys."))
    if left.open_secrets:
        keys = _(", ").join(left.open_secrets)
        found.append(_("%(keys)s: move them, too, or say that they are no secrets.", keys=keys))
    return found


@dataclass(frozen=True)
class Result:
    """How far it came, and what stopped it."""

    made: Sequence[Move] = ()
    is_referred: bool = False
    saved: EnvVersion | None = None
    stopped_by: str = ""


def carry_out(plan: Plan, person: Person) -> Result:
    """Of a plan without problems, each of whose secrets is new or confirmed. Where the entry is only proposed, the
    version that is saved waits all the same: no release takes it before the definition hands the secrets over."""
    made: list[Move] = []
    who = person.name
    gateways = portal().gateways(plan.environment)
    try:
        for move in plan.moves:
            if not move.is_there:
                said_of = {"file": plan.file, "key": move.key, "store": move.store, "name": move.name}
                with gateways.audit.entry("make-secret", plan.service, who, plan.edit.message, **said_of):
                    gateways.secrets.make(move.store, plan.service, move.name, move.value)
                made.append(move)
    except GatewayError as error:
        return Result(made, stopped_by=said(error.sentence))
    try:
        wish = authorship.change(plan.service, plan.entry, plan.base, plan.edit.message or message(plan))
        written = portal().writer.write(wish, authorship.author(person))
    except (CatalogError, OSError) as error:
        told = "; ".join(map(of_problem, error.problems)) if isinstance(error, CatalogError) else str(error)
        return Result(made, stopped_by=told)
    about = {"environments": [plan.environment], "secrets": plan.keys, **authorship.about(written)}
    gateways.audit.note("edit-entry", plan.service, who, plan.edit.message, **about)
    try:
        saved = gateways.env_files.save(
            plan.service,
            plan.file,
            plan.text,
            base=plan.edit.base,
            author=who,
            message=plan.edit.message or message(plan),
            overridden=plan.edit.overridden,
            moved=plan.keys,
        )
    except GatewayError as error:
        return Result(made, True, stopped_by=said(error.sentence))
    return Result(made, True, saved)


def message(plan: Plan) -> str:
    return _("Moved to secrets: %(keys)s", keys=", ".join(plan.keys))
