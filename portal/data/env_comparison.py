"""Env files beside each other: two versions of any services and environments, and one file in all environments.

What cannot be read is a side that says why: AWS may be silent in one environment and answer in another.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Literal

from portal.auth.gate import may_in
from portal.auth.rights import Decision
from portal.context import portal
from portal.data import env_elsewhere, env_texts
from portal.text.language import _
from portal.text.translate import said
from runtime.aws.errors import GatewayError
from runtime.bucket.env_files import EnvFiles, EnvVersion
from service_catalog import env_file, naming
from service_catalog.env_file import KeyChange
from service_catalog.env_file.changes import MASK
from service_catalog.env_file.secrets import is_suspect
from service_catalog.model import Secret, Service
from service_catalog.problems import CatalogError

State = Literal["set", "differs", "missing", "secret", "fixed", "unknown"]
"""``fixed``: by the catalog's ``environment``, over which no file has a say"""


@dataclass(frozen=True)
class Side:
    """One text to compare, and where it stands."""

    environment: str
    service: str
    file: str
    version: int = 0
    """0: the newest, and after reading none"""
    text: str = ""
    problem: str = ""
    """Why there is nothing to compare"""
    is_sensitive: bool = False
    """No value of it is shown"""

    @property
    def is_read(self) -> bool:
        return not self.problem and self.version > 0


def read(environment: str, service: str, file: str, version: int = 0) -> Side:
    """The newest where no version is named."""
    side = Side(environment, service, file, version)
    entry = _entry(side)
    if isinstance(entry, Side):
        return entry
    return _with(_marked(side, entry), _look(env_texts.gateway(environment), service, file, version))


def _marked(side: Side, entry: Service) -> Side:
    return replace(side, is_sensitive=env_texts.is_sensitive(entry, side.file))


def may_reveal(side: Side) -> Decision:
    """Where it stands."""
    return may_in(side.environment, "reveal-value", side.service)


def guarded(left: Side, right: Side) -> tuple[Side, Side]:
    """Whoever may write one file would learn by guesses what a sensitive one beside it says: two files are compared for
    those only who may reveal its values. Versions of one file tell nobody more than that they differ."""
    if (left.environment, left.service, left.file) == (right.environment, right.service, right.file):
        return left, right
    return _guarded(left), _guarded(right)


def _guarded(side: Side) -> Side:
    if not side.is_sensitive or (decision := may_reveal(side)):
        return side
    told = _("It is sensitive, and would tell what it says by what differs.")
    return replace(side, text="", problem=f"{told} {decision.why}")


def _entry(side: Side) -> Service | Side:
    """The side itself, with the reason, where the catalog has no such file."""
    try:
        entry = portal().catalog.service(side.service, side.environment)
    except CatalogError as error:
        return replace(side, problem="; ".join(said(problem.message) for problem in error.problems))
    if side.file in entry.env_files:
        return entry
    files = _(", ").join(entry.env_files) or _("none")
    told = _(
        "%(service)s has no env file %(file)s; it has: %(files)s", service=side.service, file=side.file, files=files
    )
    return replace(side, problem=told)


def _look(env_files: EnvFiles, service: str, file: str, version: int) -> EnvVersion | GatewayError | None:
    try:
        return env_files.read(service, file, version) if version else env_files.newest(service, file)
    except GatewayError as error:
        return error


def _with(side: Side, found: EnvVersion | GatewayError | None) -> Side:
    if isinstance(found, GatewayError):
        return replace(side, problem=said(found.sentence))
    return replace(side, version=found.number, text=found.text or "") if found else side


@dataclass(frozen=True)
class Compared:
    key: str
    change: KeyChange | None
    """From left to right; None where both say the same"""
    is_suspect: bool
    """Its value on the left looks like a secret: nobody takes it over without seeing that"""


def compared(left: Side, right: Side) -> list[Compared]:
    """By key; those that differ first."""
    is_masked = left.is_sensitive or right.is_sensitive
    differing = {change.key: change for change in env_file.diff(left.text, right.text, is_masked)}
    values = env_file.parse(left.text)
    keys = sorted({*values, *differing}, key=lambda key: (key not in differing, key))
    return [Compared(key, differing.get(key), key in values and is_suspect(key, values[key])) for key in keys]


# --- references of secrets -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """Of a secret that one side's entry names and the other's does not, or names otherwise."""

    key: str
    there: Secret
    here: Secret | None
    taken_over: Secret
    """As it would be named here: what lies below the other's own prefix, below one's own"""


def references(left: Side, right: Side) -> list[Reference]:
    """From left to right. Secrets are never read: only what the catalog says of them goes over."""
    there, here = _entry(left), _entry(right)
    if isinstance(there, Side) or isinstance(here, Side):
        return []
    wanted = {key: _below_own(there.secrets[key], left, right) for key in env_texts.handed_over(there)}
    return [
        Reference(key, there.secrets[key], here.secrets.get(key), secret)
        for key, secret in sorted(wanted.items())
        if here.secrets.get(key) != secret
    ]


def _below_own(secret: Secret, left: Side, right: Side) -> Secret:
    for member, prefix in (("ssm", naming.parameter_path), ("secretsmanager", naming.secret_prefix)):
        theirs, ours = (prefix(side.environment, side.service) for side in (left, right))
        name = getattr(secret, member)
        if name and name.startswith(theirs):
            return secret.model_copy(update={member: ours + name[len(theirs) :]})
    return secret


# --- one file in every environment ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    state: State
    value: str | None = None
    """MASK where nobody is to read it here; of a secret its reference"""
    is_masked: bool = False


@dataclass(frozen=True)
class Matrix:
    sides: Sequence[Side]
    """The environment that one looks from first"""
    rows: Mapping[str, Sequence[Cell]] = field(default_factory=dict)
    """By key, a cell for each side"""


def matrix(environment: str, service: str, file: str) -> Matrix:
    """The newest version of each: what runs next there."""
    sides = [Side(name, service, file) for name in _where_it_is(environment, service)]
    entries = [_entry(side) for side in sides]
    gateways = [env_texts.gateway(side.environment) for side in sides]  # threads have no request to ask
    with ThreadPoolExecutor(min(8, len(sides))) as pool:
        found = list(pool.map(lambda env_files: _look(env_files, service, file, 0), gateways))
    pairs = list(zip(sides, entries, found, strict=True))
    read = [entry if isinstance(entry, Side) else _with(_marked(side, entry), there) for side, entry, there in pairs]
    columns = list(zip(read, map(_cells, read, entries), strict=True))
    keys = sorted({key for _side, cells in columns for key in cells})
    here = columns[0][1]
    told = [not side.is_sensitive or bool(may_reveal(side)) for side in read]
    rows = {
        key: [
            _against(key, here, cells, side, may_differ=told[0] and may_tell)
            for (side, cells), may_tell in zip(columns, told, strict=True)
        ]
        for key in keys
    }
    return Matrix(read, rows)


def _where_it_is(first: str, service: str) -> list[str]:
    """Environments whose catalog has the service."""
    others = [it for it in portal().environment_names() if it != first]
    return [first, *(it for it in others if service in portal().catalog.service_names(it))]


def _cells(side: Side, entry: Service | Side) -> dict[str, Cell]:
    """What each key is by itself. What the entry sets counts for the keys of the file, and says so."""
    if isinstance(entry, Side):
        return {}
    is_masked = env_texts.is_sensitive(entry, side.file)
    found = {key: Cell("set", value, is_masked) for key, value in env_file.parse(side.text).items()}
    found |= {key: Cell("fixed", value) for key, value in entry.environment.items()}
    secrets = {key: entry.secrets[key] for key in env_texts.handed_over(entry)}
    return found | {key: Cell("secret", env_elsewhere.reference(secret)) for key, secret in secrets.items()}


def _against(key: str, here: Mapping[str, Cell], there: Mapping[str, Cell], side: Side, may_differ: bool) -> Cell:
    """``may_differ``: whoever looks may know whether the two say the same."""
    cell, first = there.get(key), here.get(key)
    if side.problem:
        return Cell("unknown")
    if cell is None:
        return Cell("missing")
    is_known = may_differ and cell.state == "set" and first is not None and first.state != "secret"
    differs = is_known and first is not None and first.value != cell.value
    state: State = "differs" if differs else cell.state
    is_value = cell.state != "secret" and cell.value is not None
    hidden = is_value and (cell.is_masked or is_suspect(key, cell.value or ""))
    return Cell(state, MASK if hidden else cell.value)
