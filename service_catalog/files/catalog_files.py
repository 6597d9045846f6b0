"""The files of a catalog's directory: which there are and what they say, each read anew only when it changed.

What cannot be read is there all the same, with what is wrong with it: passed over, its service would be missed.
"""

import os
from contextlib import suppress
from pathlib import Path

from service_catalog.files.cache import FileCache, Unopened
from service_catalog.files.entries import ServiceFile, read_environment
from service_catalog.files.unexpected import is_name, stray_problem
from service_catalog.listener_rules import lock
from service_catalog.listener_rules.lock import Lock
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.problems import CatalogError, NoSuchEnvironment, NoSuchService, Problem


class CatalogFiles:
    def __init__(self, directory: Path):
        self._directory = directory
        self._services = FileCache(ServiceFile)
        self._environments = FileCache(read_environment)
        self._locks = FileCache(lambda _, content: lock.read(content))

    def names(self, kind: str) -> list[str]:
        """``kind``: the directory, ``services`` or ``environments``. Raises CatalogError where it is missing."""
        found = (entry.name[:-5] for entry in self._entries(kind) if entry.name.endswith(".yaml"))
        return sorted(stem for stem in found if is_name(stem))

    def environment(self, name: str) -> Environment:
        """Raises NoSuchEnvironment, or CatalogError with what is wrong with it."""
        if not is_name(name):
            raise NoSuchEnvironment(name, self.names("environments"))
        try:
            return self._environments.get(self.path("environments", name))
        except FileNotFoundError:
            raise NoSuchEnvironment(name, self.names("environments")) from None
        except Unopened as error:
            raise CatalogError([_unopened(f"environments/{name}.yaml", error)]) from error

    def services(self) -> list[ServiceFile]:
        found = []
        for name in self.names("services"):
            with suppress(FileNotFoundError):  # gone since the directory was listed
                found.append(self._opened(name))
        return found

    def service(self, name: str) -> ServiceFile:
        """Raises NoSuchService."""
        if not is_name(name):
            raise NoSuchService(name, self.names("services"))
        try:
            return self._opened(name)
        except FileNotFoundError:
            raise NoSuchService(name, self.names("services")) from None

    def lock(self) -> Lock:
        try:
            return self._locks.get(f"{self._directory}/{lock.FILE}")
        except FileNotFoundError:
            return {}
        except Unopened as error:
            raise CatalogError([_unopened(lock.FILE, error)]) from error

    def strays(self, kind: str) -> list[Problem]:
        found = (stray_problem(kind, name) for name in sorted(entry.name for entry in self._entries(kind)))
        return [problem for problem in found if problem]

    def path(self, kind: str, name: str) -> str:
        return f"{self._directory}/{kind}/{name}.yaml"

    def _opened(self, name: str) -> ServiceFile:
        """Raises FileNotFoundError. What cannot be read is listed all the same, so that it does not vanish."""
        try:
            return self._services.get(self.path("services", name))
        except Unopened as error:
            return ServiceFile(name, b"", _unopened(f"services/{name}.yaml", error))

    def _entries(self, kind: str) -> list["os.DirEntry[str]"]:
        """Raises CatalogError: a directory that is missing would otherwise look like one that is empty."""
        try:
            return list(os.scandir(self._directory / kind))
        except FileNotFoundError:
            raise CatalogError(
                [Problem(kind, "", say("is missing"), say("restore it, or make an empty one"))]
            ) from None
        except NotADirectoryError:
            raise CatalogError([Problem(kind, "", say("is no directory"), say("move the file away"))]) from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            message = say("cannot be read: %(reason)s", reason=reason)
            raise CatalogError([Problem(kind, "", message, say("see that you may read it"))]) from error


def _unopened(file: str, error: Unopened) -> Problem:
    return Problem(file, "", error.message, error.hint)
