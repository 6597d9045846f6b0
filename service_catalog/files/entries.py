"""One file of the catalog, read: what it says in each environment, and what is wrong with it, line by line."""

from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from service_catalog.fields import tree
from service_catalog.files.overrides import IDENTITY, merged
from service_catalog.listener_rules.rules import Rule, listener_rules, load_balancer
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Exposure, Service
from service_catalog.problems import CatalogError, Problem, for_message
from service_catalog.validation.environment_checks import environment_faults
from service_catalog.validation.faults import Fault
from service_catalog.validation.in_environment import in_environment, warnings_in_environment
from service_catalog.validation.partial_model import InvalidField, PartialModel
from service_catalog.validation.pydantic_errors import faults
from service_catalog.validation.schedules import ended_schedule
from service_catalog.validation.service_checks import service_faults, service_warnings
from service_catalog.yaml_text import lookalikes
from service_catalog.yaml_text.locations import Locations, Path, spelled
from service_catalog.yaml_text.reader import read_unclear


class Unshared(NamedTuple):
    """What one service of an environment has alone."""

    key: tuple[str | int, ...]
    path: Path
    """Where its entry says it"""
    said: str
    has_slot: bool = False
    """Whether the lock knows of it, too"""


@dataclass
class ServiceFile:
    """Lazy: validates an environment's entry on first use."""

    name: str
    content: bytes
    unopened: Problem | None = None
    """Why there is no content to be had"""

    def __post_init__(self) -> None:
        self.file = f"services/{self.name}.yaml"
        self._entry: dict[str, Any] = {}
        self._refused = [self.unopened] if self.unopened else []
        self._read: dict[str | None, _Reading] = {}
        self._in: dict[str, tuple[Environment, list[Fault]]] = {}
        self._unclear: list[Problem] = []
        try:
            if not self.unopened:
                self._entry, self._unclear = read_unclear(self.content, self.file)
        except CatalogError as error:
            self._refused = error.problems
        self._overrides = self._entry.pop("environments", None)

    @property
    def is_legible(self) -> bool:
        """Whether it could be read at all; if not, nobody knows in which environments it is meant to be."""
        return not self._refused

    @cached_property
    def environments(self) -> tuple[str, ...]:
        return tuple(self._all_overrides())

    def service(self, environment: Environment) -> Service:
        """Raises CatalogError with everything wrong with it in this environment."""
        name = environment.name
        read = self._resolved(name)
        found = [*self._override_faults(name), *read.faults, *self._faults_in(environment)]
        if read.service is None or found:
            raise CatalogError(self._refused or self._placed(name, found))
        return read.service

    @cached_property
    def rules(self) -> dict[str, tuple[Rule, ...]] | None:
        """By environment, the rules it asks for. Known even while other fields are wrong; None when they are not."""
        if not self.environments:
            return None
        try:
            asked = {it: listener_rules(self.name, self._exposure(it)) for it in self.environments}
        except (ValidationError, InvalidField):
            return None
        return {environment: rules for environment, rules in asked.items() if rules}

    def beside_rules(self, environment: str) -> Iterator[Unshared]:
        """Ports of a Network Load Balancer and routes of an API; none where it is not sound."""
        service = self._resolved(environment).service
        exposure = service.exposure if service else None
        if service is None or exposure is None or exposure.via == "alb":
            return
        kind, audience = load_balancer(exposure) or ("", "")
        if kind == "nlb" and (port := exposure.listener_port or service.port):
            yield Unshared((audience, port), ("exposure", "listener_port"), str(port))
        if exposure.via == "api-gateway":
            for index, path in enumerate(exposure.paths):
                yield Unshared(("api", path), ("exposure", "paths", index), path, has_slot=kind == "alb")

    def alias(self, environment: str) -> str | None:
        """The name that it takes in Service Connect beside those of services; None where it takes none."""
        said = (it.get("service_connect") for it in (self._entry, self._all_overrides().get(environment) or {}))
        if not any(isinstance(it, dict) and "alias" in it for it in said):
            return None
        service = self._resolved(environment).service
        is_found = service is not None and service.discovery == "service-connect"
        return service.service_connect.alias if service and is_found and service.service_connect else None

    @cached_property
    def connects_to(self) -> dict[str, tuple[str, ...]]:
        """By environment, the services that it calls, whatever else is wrong with it."""
        if not self.says("connects_to"):
            return {}
        found = {}
        for environment in self.environments:
            with suppress(InvalidField):
                found[environment] = tuple(self.checked(environment).connects_to)
        return found

    def says(self, field: str) -> bool:
        """Whether it says a field at all, for itself or for an environment."""
        return any(isinstance(it, dict) and field in it for it in (self._entry, *self._all_overrides().values()))

    def checked(self, environment: str) -> Service:
        """The entry as the environment has it; reading an invalid field of it raises InvalidField."""
        return self._resolved(environment).checked

    @property
    def is_clear(self) -> bool:
        """Whether there is no doubt whose it is and what it asks for."""
        return self.rules is not None and self._entry.get("name") == self.name

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything, in every environment, each once."""
        if self._refused:
            return self._refused
        found = [*self._placed(None, self._environment_faults()), *self._resolved_problems()]
        # Where every environment says something else, no model met the word.
        told = {problem.line for problem in found}
        found += [problem for problem in self._unclear if problem.line not in told]
        return sorted(dict.fromkeys(found), key=lambda problem: problem.line or 0)

    def problems_in(self, environments: Iterable[Environment]) -> list[Problem]:
        """What the entry asks for and one of its environments does not have."""
        if self._refused:
            return []
        return [it for where in self._among(environments) for it in self._placed(where.name, self._faults_in(where))]

    def warnings_in(self, environments: Iterable[Environment]) -> list[Problem]:
        """What is allowed, and hardly meant; each once. None while something is wrong."""

        def warnings(service: Service, where: Environment) -> list[Fault]:
            return [*service_warnings(service), *warnings_in_environment(service, where)]

        return self._of_sound(environments, warnings)

    def ended_in(self, environments: Iterable[Environment], now: datetime) -> list[Problem]:
        """Schedules that never fire again; each once. None while something is wrong."""
        return self._of_sound(environments, lambda service, _: ended_schedule(service, now))

    def _of_sound(
        self, environments: Iterable[Environment], rule: Callable[[Service, Environment], Iterable[Fault]]
    ) -> list[Problem]:
        found: list[Problem] = []
        for where in self._among(environments) if not self.problems else ():
            if service := self._resolved(where.name).service:
                found += self._placed(where.name, rule(service, where))
        return list(dict.fromkeys(found))

    def _among(self, environments: Iterable[Environment]) -> list[Environment]:
        return [environment for environment in environments if environment.name in self.environments]

    def _faults_in(self, environment: Environment) -> list[Fault]:
        """Kept until the environment's own file changes."""
        asked, found = self._in.get(environment.name, (None, []))
        if asked is not environment:
            found = in_environment(self._resolved(environment.name).checked, environment)
            self._in[environment.name] = (environment, found)
        return found

    def _resolved_problems(self) -> list[Problem]:
        """Of the merged entries. A shared field that is wrong in some environments only names those."""
        if not self.environments:
            return self._placed(None, self._resolved(None).faults)
        where: dict[Problem, list[str]] = {}
        for environment in self.environments:
            for problem in self._placed(environment, self._resolved(environment).faults):
                where.setdefault(problem, []).append(environment)
        everywhere = len(self.environments)
        return [it if len(names) == everywhere else _naming(it, names) for it, names in where.items()]

    def problem(self, path: Path, message: str, hint: str, environment: str | None = None) -> Problem:
        """For who finds something between files: the problem with this file's line, if its lines can be told apart."""
        if self._refused:
            return Problem(self.file, spelled(path), message, hint)
        return self._placed(environment, [Fault(path, message, hint)])[0]

    def problems_at(self, found: Iterable[Fault]) -> list[Problem]:
        """Likewise, for many."""
        return [] if self._refused else self._placed(None, found)

    def _resolved(self, environment: str | None) -> "_Reading":
        if environment not in self._read:
            self._read[environment] = self._reading(environment)
        return self._read[environment]

    def _reading(self, environment: str | None) -> "_Reading":
        if environment is None:
            return _read_service(self._entry, self.name)
        own = self._own(environment)
        if not own:
            return self._resolved(None)
        entry = merged(self._entry, own)
        again = _read_again(self._resolved(None), entry, own.keys()) if len(self.environments) > 1 else None
        return again or _read_service(entry, self.name)

    def _exposure(self, environment: str) -> Exposure | None:
        if service := self._resolved(environment).service:
            return service.exposure
        entry = self._merged(environment)
        if "exposure" not in entry and entry.keys() - Service.model_fields.keys():
            # A field that nobody knows may be this one misspelled.
            raise InvalidField
        asked = entry.get("exposure")
        return None if asked is None else Exposure.model_validate(asked)

    def _merged(self, environment: str | None) -> dict[str, Any]:
        own = self._own(environment)
        return merged(self._entry, own) if own else self._entry

    def _own(self, environment: str | None) -> dict[str, Any]:
        """What the environment says itself."""
        override = self._override(environment)
        if not isinstance(override, dict):
            return {}
        return {key: value for key, value in override.items() if key not in IDENTITY}

    def _override(self, environment: str | None) -> Any:
        return self._all_overrides().get(environment)

    def _all_overrides(self) -> dict[Any, Any]:
        return self._overrides if isinstance(self._overrides, dict) else {}

    def _environment_faults(self) -> Iterator[Fault]:
        if self.environments:
            for environment in self.environments:
                yield from self._override_faults(environment)
            return
        is_empty = self._overrides is None or self._overrides == {}
        message = say("must name at least one environment") if is_empty else _no_fields(self._overrides)
        yield Fault(("environments",), message, say("name where the service exists, as in `environments: { dev: {} }`"))

    def _override_faults(self, environment: str) -> Iterator[Fault]:
        override = self._override(environment)
        if isinstance(override, dict):
            for key in IDENTITY.intersection(override):
                same = say("is the same in every environment")
                yield Fault(("environments", environment, key), same, say("remove it here"))
        elif override is not None:
            yield Fault(("environments", environment), _no_fields(override), lookalikes.hint(override))

    def _placed(self, environment: str | None, found: Iterable[Fault]) -> list[Problem]:
        return [_placed(self.file, self._locations, environment, fault) for fault in found]

    @cached_property
    def _locations(self) -> Locations:
        return Locations(self.content.decode())


def _no_fields(given: Any) -> Message:
    return say("must hold fields (key: value), got %(given)s", given=for_message(given))


def _naming(problem: Problem, environments: Iterable[str]) -> Problem:
    if problem.path.startswith("environments."):
        return problem
    where = ", ".join(environments)
    return replace(
        problem, message=say("%(message)s (in %(environments)s)", message=problem.message, environments=where)
    )


def read_environment(name: str, content: bytes) -> Environment:
    """Raises CatalogError with everything wrong with it."""
    file = f"environments/{name}.yaml"
    entry, _ = read_unclear(content, file)
    environment, _, found = _read(Environment, entry, environment_faults)
    found += _name_faults(entry.get("name"), name)
    if environment is None or found:
        locations = Locations(content.decode())
        raise CatalogError(_placed(file, locations, None, fault) for fault in found)
    return environment


class _Reading(NamedTuple):
    """An entry as one environment has it."""

    service: Service | None
    checked: Service
    """The same, or a ``PartialModel`` of what could be read"""
    faults: list[Fault]


def _read_service(entry: dict[str, Any], stem: str) -> _Reading:
    service, checked, found = _read(Service, entry, service_faults)
    found += _name_faults(entry.get("name"), stem)
    return _Reading(service, checked, found)


def _read_again(known: _Reading, entry: dict[str, Any], changed: Set[str]) -> _Reading | None:
    """Of an entry that says only some fields otherwise than one that is known; None where one of the two is unsound."""
    if known.service is None or known.faults:
        return None
    same = {name: getattr(known.service, name) for name in known.service.model_fields_set - changed}
    try:
        service = Service.model_validate(same | {name: entry[name] for name in changed & entry.keys()})
    except ValidationError:
        return None
    return _Reading(service, service, service_faults(service, changed))


def _name_faults(name: object, stem: str) -> list[Fault]:
    if isinstance(name, str) and name != stem:
        message = say(
            "must be %(stem)s, as the file is called, got %(name)s", stem=for_message(stem), name=for_message(name)
        )
        return [Fault(("name",), message, say("rename one of them"))]
    return []


_Model = TypeVar("_Model", bound=BaseModel)


def _read(
    model: type[_Model], entry: dict[str, Any], rules: Callable[[Any], list[Fault]]
) -> tuple[_Model | None, Any, list[Fault]]:
    """The model, what was checked in its place, and every fault: rules are asked of what could be read."""
    try:
        read = model.model_validate(entry)
    except ValidationError as error:
        found = list(faults(error, model))
        partial = PartialModel(tree(model), entry, {fault.path for fault in found})
        return None, partial, found + rules(partial)
    return read, read, rules(read)


def _placed(file: str, locations: Locations, environment: str | None, fault: Fault) -> Problem:
    path, mark = locations.locate(fault.path, environment)
    message = fault.message
    if fault.is_fraction and mark.written and isinstance(message, Message):
        message = Message(message.template, {**message.values, "given": mark.written})
    return Problem(file, spelled(path), message, fault.hint, mark.line)
