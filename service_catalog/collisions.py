"""Rules that take each other's requests, as problems of the entries that ask for them."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from service_catalog.entry_files import ServiceFile
from service_catalog.lock import Lock, count, rules
from service_catalog.problems import Problem
from service_catalog.routes import RULES_MAX, Collision, collisions


def collision_problems(lock: Lock, files: Collection[ServiceFile], newcomer: str = "") -> Iterator[Problem]:
    """Told of whoever stands later in the lock, or of a newcomer wherever it stands; once for all environments.

    A slot may be kept for a service without an entry, because of a doubt. A newcomer does not take its paths; among
    those who are there, the doubt itself is what must be told.
    """
    present = {file.name for file in files}
    by_name = {file.name: file for file in files if file.is_legible}
    found: dict[Collision, list[str]] = defaultdict(list)
    for environment, listeners in lock.items():
        for listener, slots in listeners.items():
            for collision in collisions(rules(listener, slots)):
                found[collision].append(environment)
    for collision, environments in found.items():
        where = ", ".join(environments)
        if collision.earlier.service == newcomer:
            told, path, message = collision.earlier, collision.pattern, _taking(collision, where)
        else:
            told, path, message = collision.later, collision.path, _taken(collision, where)
        if told.service in by_name and (newcomer or collision.earlier.service in present):
            at = ("exposure", "paths", told.paths.index(path))
            yield by_name[told.service].problem(at, message, "remove it or choose another path", environments[0])


def _taken(collision: Collision, where: str) -> str:
    if collision.pattern == collision.path:
        return f"{collision.path} belongs to {collision.earlier.service} in {where}"
    return f"{collision.path} never gets here in {where}: {collision.earlier.service} takes {collision.pattern} first"


def _taking(collision: Collision, where: str) -> str:
    if collision.pattern == collision.path:
        return f"{collision.path} belongs to {collision.later.service} in {where}"
    return f"{collision.pattern} would take {collision.path} away from {collision.later.service} in {where}"


def crowded_problems(lock: Lock) -> Iterator[Problem]:
    for environment, listeners in lock.items():
        for listener, slots in listeners.items():
            if (rules_there := count(slots)) > RULES_MAX:
                message = f"holds {rules_there} rules; a load balancer takes {RULES_MAX}"
                yield Problem("lock.yaml", f"{environment}.{listener}", message, "move services to another environment")
