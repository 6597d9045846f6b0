"""A directory of entries: ``services/*.yaml``, ``environments/*.yaml`` and ``lock.yaml``.

Everything is read when it is asked for and kept until its file changes, so a Catalog may live as long as the portal.
One service of a thousand is read without the others; only questions about the whole read the whole.
"""

import os
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from service_catalog import naming
from service_catalog.collisions import (
    beside_rules,
    collision_problems,
    crowded_problems,
    divided_problems,
    unshared_problems,
)
from service_catalog.connection_problems import alias_problems, connection_problems, shared_namespaces
from service_catalog.connections import Called
from service_catalog.dns_names import environment_names
from service_catalog.files import atomic_write, collector
from service_catalog.files.catalog_files import CatalogFiles
from service_catalog.files.entries import ServiceFile
from service_catalog.files.unexpected import is_name
from service_catalog.listener_rules import lock
from service_catalog.listener_rules.load_balancers import Terms
from service_catalog.listener_rules.lock import Lock, Slot
from service_catalog.listener_rules.rules import RULES_MAX, Rule, listener_rules
from service_catalog.messages import say
from service_catalog.model import Environment, Service
from service_catalog.mount_target_makers import mount_target_problems
from service_catalog.problems import (
    CatalogError,
    EntryChanged,
    NoSuchService,
    Problem,
    for_message,
    instead,
)
from service_catalog.repository_makers import maker_problems
from service_catalog.unused_capacity import unused_capacity
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.pydantic_errors import name_sentence
from service_catalog.yaml_text import line_ends

DIRECTORY_VARIABLE = "SLIPWAY_CATALOG"
_UNNAMED = "new"
"""What an entry's file is called in a problem while its name is none. It is reserved, so no file has it."""


class Catalog:
    def __init__(self, directory: Path):
        self.directory = directory
        self._files = CatalogFiles(directory)

    @classmethod
    def at(cls, directory: str | Path | None = None) -> "Catalog":
        """The directory named, else ``$SLIPWAY_CATALOG``, else the one beside this file."""
        found = Path(directory or os.environ.get(DIRECTORY_VARIABLE) or Path(__file__).parent).absolute()
        if not os.path.isdir(found / "environments"):
            hint = say("name another with --catalog or %(variable)s", variable=DIRECTORY_VARIABLE)
            message = say("is no catalog: it has no directory `environments`")
            raise CatalogError([Problem(str(found), "", message, hint)])
        return cls(found)

    # --- environments ---

    def environment_names(self) -> list[str]:
        return self._files.names("environments")

    def environment(self, name: str) -> Environment:
        """Raises NoSuchEnvironment, or CatalogError with what is wrong with it."""
        return self._files.environment(name)

    def environments(self) -> list[Environment]:
        return [self.environment(name) for name in self.environment_names()]

    # --- services ---

    def service_names(self, environment: str) -> list[str]:
        """Services whose entry names the environment. Unreadable entries are listed too, so that they do not vanish."""
        return [file.name for file in self._files.services() if not file.is_legible or environment in file.environments]

    def environments_of(self, name: str) -> list[str]:
        """Where its entry says that it exists; an unreadable one is everywhere, none is nowhere. Reads no other."""
        try:
            file = self._files.service(name)
        except NoSuchService:
            return []
        return [it for it in self.environment_names() if not file.is_legible or it in file.environments]

    def service(self, name: str, environment: str) -> Service:
        """Reads no other entry. Raises NoSuchService, NoSuchEnvironment, or CatalogError with what is wrong with it."""
        where = self.environment(environment)
        file = self._files.service(name)
        if file.is_legible and environment not in file.environments:
            raise NoSuchService(name, self.service_names(environment), environment)
        return file.service(where)

    @collector.at_rest()
    def services(self, environment: str) -> list[Service]:
        """Raises CatalogError with the problems of all of them."""
        where = self.environment(environment)
        found, problems = [], []
        for file in self._files.services():
            if not file.is_legible or environment in file.environments:
                try:
                    found.append(file.service(where))
                except CatalogError as error:
                    problems += error.problems
        if problems:
            raise CatalogError(problems)
        return found

    def called(self, name: str, environment: str) -> tuple[Called, ...]:
        """Whom it connects to, in the order of its entry; reads their entries and no other. Raises CatalogError."""
        names = self.service(name, environment).connects_to
        files = [
            self._files.service(name),
            *(self._files.service(it) for it in names if it in self._files.names("services")),
        ]
        if problems := [it for it in connection_problems(files, environment) if it.file == files[0].file]:
            raise CatalogError(problems)
        return tuple(Called.of(self.service(it, environment)) for it in names)

    def callers(self, name: str, environment: str) -> list[str]:
        """Services that connect to it."""
        return [file.name for file in self._files.services() if name in file.connects_to.get(environment, ())]

    @property
    def is_writable(self) -> bool:
        """Whether entries and the lock may be written by who runs this."""
        return all(os.access(it, os.W_OK) for it in (self.directory, self.directory / "services"))

    def entry_text(self, name: str) -> str:
        file = self._files.service(name)
        if file.unopened:
            raise CatalogError([file.unopened])
        return file.content.decode(errors="replace")

    # --- what is wrong ---

    @collector.at_rest()
    def problems(self) -> list[Problem]:
        """All there are: in every file, between files, and in the lock."""
        found = [*self._files.strays("environments"), *self._environment_problems()]
        try:
            found += self._files.strays("services")
            files = self._files.services()
        except CatalogError as error:
            return [*found, *error.problems]
        known, environments = self.environment_names(), self._sound_environments()
        found += shared_namespaces(environments)
        for file in files:
            found += [*file.problems, *file.problems_in(environments), *_unknown_environments(file, known)]
        found += [*maker_problems(environments, files), *mount_target_problems(environments, files)]
        found += connection_problems(files)
        return [*found, *self._route_problems(files), *self._lock_problems(files)]

    def warnings(self) -> list[Problem]:
        """What is allowed, and hardly meant."""
        environments, files = self._sound_environments(), self._files.services()
        found = [warning for file in files for warning in file.warnings_in(environments)]
        return [*found, *unused_capacity(environments, files), *self._unused_load_balancers()]

    def _unused_load_balancers(self) -> list[Problem]:
        try:
            unused = lock.unused_load_balancers(self._files.lock())
        except CatalogError:
            return []  # told as a problem
        message = say("no rule stands there, and it costs as long as it does")
        hint = say("remove the line, and the next `slipway up` destroys it, once deletion_protection is off")
        return [Problem(lock.FILE, where, message, hint) for where in unused]

    def ended_schedules(self, now: datetime) -> list[Problem]:
        """Jobs that never run again. Time alone brings this about: it is asked where somebody checks the entries, and
        keeps nobody from provisioning the others."""
        environments = self._sound_environments()
        return [problem for file in self._files.services() for problem in file.ended_in(environments, now)]

    def read_text(self, text: str, name: str, is_new: bool = True) -> list[Problem]:
        """What would be wrong with an entry, with what it owes to all others included. ``is_new``: its name is to be
        free."""
        content = text.encode(errors="surrogatepass")
        if not is_name(name) or len(name) > naming.SERVICE_NAME_MAX:
            return [ServiceFile(_UNNAMED, content).problem(("name",), *_no_name(name))]
        new = ServiceFile(name, content)
        found = [*new.problems, *new.problems_in(self._sound_environments())]
        found += _unknown_environments(new, self.environment_names())
        if is_new and os.path.lexists(self._files.path("services", name)):
            found.append(
                new.problem(
                    ("name",),
                    say("is taken: there is a service %(name)s already", name=for_message(name)),
                    say("choose another name"),
                )
            )
        files = self._files.services()
        others = [file for file in files if file.name != name]
        between = self._between([*others, new], name)
        found += [problem for problem in between if problem.file in (new.file, lock.FILE)]
        return found if is_new else [*found, *_of_others(new, between, self._between(files, name))]

    def _between(self, files: list[ServiceFile], newcomer: str) -> list[Problem]:
        environments = self._sound_environments()
        found = self._route_problems(files, newcomer=newcomer)
        found += maker_problems(environments, files)
        found += mount_target_problems(environments, files)
        return [*found, *connection_problems(files)]

    def text_service(self, text: str, name: str, environment: str) -> Service:
        """Of a new entry. Raises CatalogError with what is wrong with it."""
        return ServiceFile(name, text.encode(errors="surrogatepass")).service(self.environment(environment))

    def text_warnings(self, text: str, name: str) -> list[Problem]:
        """What a new entry may say, and hardly means. None while something is wrong with it."""
        return ServiceFile(name, text.encode(errors="surrogatepass")).warnings_in(self._sound_environments())

    def text_ended_schedules(self, text: str, name: str, now: datetime) -> list[Problem]:
        """Of a new entry that never ran. None while something else is wrong with it."""
        return ServiceFile(name, text.encode(errors="surrogatepass")).ended_in(self._sound_environments(), now)

    # --- the lock ---

    def slot(self, name: str, environment: str) -> Slot | None:
        """Of its listener rules; None for a service that has none. Raises CatalogError when one is missing."""
        rules = listener_rules(name, self.service(name, environment).exposure)
        if not rules:
            return None
        found = lock.find(self._files.lock(), environment, rules)
        if found is None:
            raise CatalogError([_not_current(environment, say("%(service)s has no slot", service=name))])
        return found

    def further_load_balancers(self, environment: str) -> tuple[str, ...]:
        """Those beside the first of each kind, as the lock says; ``public-2`` say. Raises CatalogError."""
        return lock.further_load_balancers(self._files.lock(), environment)

    def lock_problems(self) -> list[Problem]:
        """How ``lock.yaml`` differs from what it should be, or why that cannot be worked out."""
        files = self._files.services()
        return [*self._obstacles(files), *self._lock_problems(files)]

    def update_lock(self) -> bool:
        """Writes ``lock.yaml`` if it is out of date; whether it did. Raises CatalogError if it cannot tell."""
        with atomic_write.locked(self.directory):
            files = self._files.services()
            obstacles = self._obstacles(files)
            if obstacles:
                raise CatalogError(obstacles)
            return self._write_lock(files)

    def add(self, name: str, text: str) -> None:
        """Registers a service: its slots first, then its entry. Raises CatalogError, and then nothing is registered."""
        with atomic_write.locked(self.directory):
            problems = self.read_text(text, name)
            if problems:
                raise CatalogError(problems)
            self._write_lock([*self._files.services(), ServiceFile(name, text.encode())])
            atomic_write.create(Path(self._files.path("services", name)), text)

    def replace(self, name: str, text: str, base: str) -> None:
        """Another text for an entry that read ``base`` when somebody began to change it: the lock first. Raises
        CatalogError, EntryChanged, NoSuchService, and then nothing is changed."""
        with atomic_write.locked(self.directory):
            self._refuse_changed(name, base)
            text = line_ends.as_in(self.entry_text(name), text)
            problems = self.read_text(text, name, is_new=False)
            if problems:
                raise CatalogError(problems)
            others = [file for file in self._files.services() if file.name != name]
            self._write_lock([*others, ServiceFile(name, text.encode())])
            atomic_write.replace(Path(self._files.path("services", name)), text)

    def remove(self, name: str, base: str) -> None:
        """Takes an entry away that read ``base`` when somebody looked at it; its slots are marked as leaving until its
        stacks are gone. Raises CatalogError, EntryChanged, NoSuchService, and then nothing is changed."""
        with atomic_write.locked(self.directory):
            self._refuse_changed(name, base)
            if problems := self.removal_problems(name):
                raise CatalogError(problems)
            self._write_lock([file for file in self._files.services() if file.name != name])
            atomic_write.remove(Path(self._files.path("services", name)))

    def removal_problems(self, name: str) -> list[Problem]:
        """What would be wrong with other entries once this one is gone."""
        files = self._files.services()
        there = set(self._between(files, ""))
        return [it for it in self._between([file for file in files if file.name != name], "") if it not in there]

    def _refuse_changed(self, name: str, base: str) -> None:
        now = self.entry_text(name)
        if now.splitlines() != base.splitlines():
            raise EntryChanged(name, now)

    def _lock_problems(self, files: list[ServiceFile]) -> list[Problem]:
        """Empty while the catalog has errors: updating the lock now could free the slots of a misspelled service."""
        try:
            now = self._files.lock()
        except CatalogError as error:
            return error.problems
        if self._obstacles(files):
            return []
        wanted = self._allocated(now, files)
        found = [
            _not_current(environment, difference)
            for environment in sorted({*now, *wanted})
            for difference in lock.differences(now.get(environment, {}), wanted.get(environment, {}))
        ]
        is_missing = bool(found) and not (self.directory / lock.FILE).exists()
        return [_not_current("", say("is missing"))] if is_missing else found

    def _obstacles(self, files: list[ServiceFile]) -> list[Problem]:
        """Why the lock cannot be updated: doubts about who there is, and rules that take each other's requests."""
        return [*self._doubts(files), *self._route_problems(files)]

    def _doubts(self, files: list[ServiceFile]) -> list[Problem]:
        """Why it is unknown which slots are no longer needed."""
        found = [*self._files.strays("environments"), *self._files.strays("services")]
        known = self.environment_names()
        for file in files:
            found += [*(() if file.is_clear else file.problems), *_unknown_environments(file, known)]
        return found

    def left_slots(self) -> list[tuple[str, str, list[str]]]:
        """Environment, service, and its slots marked as leaving: their rules may still exist in AWS."""
        return lock.left(self._files.lock())

    def rules_left(self, environment: str) -> dict[str, int]:
        """How many more rules the first load balancer of each kind takes, by its audience."""
        return lock.rules_left(self._files.lock(), environment)

    def free_slots(self, environment: str, services: Collection[str]) -> None:
        """Frees the slots that these services left; their rules must be gone. Raises CatalogError."""
        with atomic_write.locked(self.directory):
            self._save_lock(lock.freed(self._files.lock(), environment, services))

    def _write_lock(self, files: list[ServiceFile]) -> bool:
        return self._save_lock(self._allocated(self._files.lock(), files))

    def _save_lock(self, wanted: Lock) -> bool:
        text = lock.render(wanted)
        path = self.directory / lock.FILE
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return False
        atomic_write.replace(path, text)
        return True

    def _allocated(self, now: Lock, files: list[ServiceFile]) -> Lock:
        wanted: dict[str, list[Rule]] = {environment: [] for environment in self.environment_names()}
        for file in files:
            for environment, rules in (file.rules or {}).items():
                if environment in wanted:
                    wanted[environment] += rules
        placed = {
            name: lock.spread(now.get(name, {}), rules, self._terms(name, files)) for name, rules in wanted.items()
        }
        return lock.allocated(now, placed, is_in_doubt=bool(self._doubts(files)))

    def _terms(self, name: str, files: list[ServiceFile]) -> Terms:
        try:
            environment = self.environment(name)
        except CatalogError:
            return Terms()  # told by itself
        by_name = {file.name: file for file in files}
        names = frozenset(it for _, it, _ in environment_names(environment))
        after = environment.load_balancers.further_after or RULES_MAX
        return Terms(after, names, lambda service: beside_rules(by_name[service], name))

    # --- between entries ---

    def _route_problems(self, files: list[ServiceFile], newcomer: str = "") -> list[Problem]:
        try:
            planned = self._allocated(self._files.lock(), files)
        except CatalogError:
            planned = self._allocated({}, files)
        between = [*collision_problems(planned, files, newcomer), *crowded_problems(planned, files)]
        between += divided_problems(planned, files, newcomer)
        return [*between, *unshared_problems(files, newcomer), *alias_problems(files, newcomer)]

    def _sound_environments(self) -> list[Environment]:
        """Those without a problem of their own: what an entry asks of the others is checked once they are mended."""
        found = []
        for name in self.environment_names():
            with suppress(CatalogError):
                found.append(self.environment(name))
        return found

    def _environment_problems(self) -> list[Problem]:
        found = []
        for name in self.environment_names():
            try:
                self.environment(name)
            except CatalogError as error:
                found += error.problems
        return found


def _unknown_environments(file: ServiceFile, known: list[str]) -> list[Problem]:
    unknown = [name for name in file.environments if name not in known]
    return file.problems_at(
        Fault(
            ("environments", name),
            say("there is no environment %(name)s", name=for_message(name)),
            instead(name, known),
        )
        for name in unknown
    )


def _of_others(changed: ServiceFile, now: list[Problem], before: list[Problem]) -> list[Problem]:
    """What is wrong with other entries once this one reads so, and was not before."""
    there = {(it.file, it.path, it.message) for it in before}
    return [
        changed.problem(
            (),
            say("%(file)s would no longer be right: %(message)s", file=it.file, message=it.message),
            it.hint,
        )
        for it in now
        if it.file not in (changed.file, lock.FILE) and (it.file, it.path, it.message) not in there
    ]


def _no_name(name: str) -> tuple[str, str]:
    if not name:
        return say("is missing"), ""
    if is_name(name):
        return got(say("must be at most %(max)s characters long", max=naming.SERVICE_NAME_MAX), len(name)), ""
    wanted, hint = name_sentence(name)
    return got(wanted, for_message(name)), hint


def _not_current(environment: str, what: str) -> Problem:
    return Problem(lock.FILE, environment, what, say("run `slipway catalog lock` and commit the file"))
