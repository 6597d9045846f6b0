"""What provisioning a changed entry would do to its resources, before it is written: ``slipway preview`` over a copy of
the catalog that has the change. Asked where the portal may provision, since only there it may look that deep.
"""

import hashlib
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.child_runs import AlreadyRunning, ChildRun, ChildRuns
from portal.settings import CATALOG, ENVIRONMENT, SERVICE
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.messages import from_data
from service_catalog.problems import CatalogError

_AT_ONCE = 2
"""Each takes some seconds of a processor."""
_FRESH_SECONDS = 60
_ASKED_MAX = 100


@dataclass(frozen=True)
class Foreseen:
    """``run`` is None while others are looked at first."""

    stack: str
    run: ChildRun | None
    told: Collection[str] = ()
    """What the review says already"""

    @property
    def is_known(self) -> bool:
        return self.run is not None and not self.run.is_running

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Resources that change, but for the record of what is provisioned, which always does."""
        found = [line for line in self.run.steps if line.get("event") == "step"] if self.run else []
        return [it for it in found if it.get("stack") == self.stack and not _is_record(it)]

    @property
    def counts(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for step in self.steps:
            found[step["action"]] = found.get(step["action"], 0) + 1
        return found

    @property
    def result(self) -> Mapping[str, Any] | None:
        """None where the command came to no end, whatever it was that it printed then."""
        lines = self.run.lines if self.run else ()
        return next((it for it in lines if it.get("event") == "result" and it.get("stack") == self.stack), None)

    @property
    def ended(self) -> str:
        return from_data(self.result["messages"]["ended"]) if self.result else ""

    @property
    def is_held_back(self) -> bool:
        return self.result is not None and self.result["status"] not in ("previewed", "unchanged")

    @property
    def details(self) -> list[str]:
        """What it says beside the resources: which release would follow, what is in the way."""
        found = [from_data(it) for it in self.result["messages"]["details"]] if self.result else []
        return [it for it in found if it not in self.told]


def _is_record(step: Mapping[str, Any]) -> bool:
    return step.get("type") == "aws:s3/bucketObjectv2:BucketObjectv2" and step.get("changed") == ["content"]


class Foresight:
    def __init__(
        self, run_directory: Path, command: Sequence[str], environments: Collection[str], now: Callable[[], datetime]
    ):
        self._directory = run_directory / "foresight"
        self._runs = ChildRuns(self._directory, now)
        self._command = tuple(command)
        self._environments = frozenset(environments)
        self._now = now
        self._asked: OrderedDict[str, tuple[str, str, str, Collection[str]]] = OrderedDict()

    def may(self, environment: str) -> bool:
        return environment in self._environments

    def ask(self, environment: str, service: str, text: str, told: Collection[str] = ()) -> str:
        """What ``look`` knows the question by. ``told``: sentences that need not be said again."""
        asked = hashlib.sha256("\0".join((environment, service, text)).encode()).hexdigest()[:32]
        self._asked[asked] = (environment, service, text, frozenset(told))
        self._asked.move_to_end(asked)
        while len(self._asked) > _ASKED_MAX:
            self._asked.popitem(last=False)
        return asked

    def look(self, catalog: Catalog, asked: str) -> Foreseen | None:
        """Begins to look where nobody did lately. None for a question that nobody asked here. Raises CatalogError for
        an entry with a problem."""
        if asked not in self._asked:
            return None
        environment, service, text, told = self._asked[asked]
        stack = naming.stack(environment, service)
        found = self._runs.run(stack)
        if found and found.about == asked and self._is_fresh(found):
            return Foreseen(stack, found, told)
        if self._runs.running >= _AT_ONCE:
            return Foreseen(stack, None)
        copy = self._copied(catalog, service, text)
        words = {ENVIRONMENT: environment, SERVICE: service, CATALOG: str(copy)}
        try:
            command = [words.get(word, word) for word in self._command]
            self._runs.start(stack, command, asked, lambda: shutil.rmtree(copy, ignore_errors=True))
        except AlreadyRunning:
            shutil.rmtree(copy, ignore_errors=True)
            return Foreseen(stack, None)
        return Foreseen(stack, self._runs.run(stack), told)

    def wait(self, environment: str, service: str) -> None:
        self._runs.wait(naming.stack(environment, service))

    def close(self) -> None:
        self._runs.close()

    def _is_fresh(self, run: ChildRun) -> bool:
        return run.ended_at is None or (self._now() - run.ended_at).total_seconds() < _FRESH_SECONDS

    def _copied(self, catalog: Catalog, service: str, text: str) -> Path:
        self._directory.mkdir(parents=True, exist_ok=True)
        copy = Path(tempfile.mkdtemp(dir=self._directory, prefix=f"{service}."))
        try:
            for kind in ("environments", "services"):
                shutil.copytree(catalog.directory / kind, copy / kind)
            if (catalog.directory / "lock.yaml").exists():
                shutil.copy(catalog.directory / "lock.yaml", copy)
            changed = Catalog(copy)
            changed.replace(service, text, changed.entry_text(service))
        except CatalogError:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        return copy
