"""Rules that take each other's requests, as problems of the entries that ask for them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from service_catalog.files.entries import ServiceFile
from service_catalog.listener_rules.lock import Lock, Slots, count, rules
from service_catalog.listener_rules.rules import LISTENERS_OF, RULES_MAX, Collision, Rule, collisions
from service_catalog.messages import Message, say
from service_catalog.model import SHIFTING
from service_catalog.problems import Problem
from service_catalog.validation.partial_model import InvalidField
from service_catalog.yaml_text.locations import Path


def collision_problems(lock: Lock, files: Collection[ServiceFile], newcomer: str = "") -> Iterator[Problem]:
    """The rule with the later priority is the problem, or the newcomer's whatever its priority; once for all
    environments.

    The slot of a service whose entry cannot be read is kept, and a newcomer must not take its paths. Other services are
    not blamed for colliding with it: the unreadable entry has a problem of its own.
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
        if collision.earlier.service == newcomer != collision.later.service:
            told, path, message = collision.earlier, collision.pattern, _taking(collision, where)
        else:
            told, path, message = collision.later, collision.path, _taken(collision, where)
        if told.service in by_name and (newcomer or collision.earlier.service in present):
            file = by_name[told.service]
            at = (*_place(file, told, environments[0]), "paths", told.paths.index(path))
            yield file.problem(at, message, say("remove it or choose another path"), environments[0])


def _place(file: ServiceFile, rule: Rule, environment: str) -> Path:
    """Of a rule in the entry: the first is the exposure itself."""
    asked = (file.rules or {}).get(environment, ())
    index = asked.index(rule) if rule in asked else 0
    return ("exposure", "rules", index - 1) if index else ("exposure",)


def _taken(collision: Collision, where: str) -> str:
    if collision.earlier.service == collision.later.service:
        return say(
            "%(path)s never gets here in %(where)s: another rule of the service takes %(pattern)s first",
            path=collision.path,
            where=where,
            pattern=collision.pattern,
        )
    if collision.pattern == collision.path:
        return _belongs(collision.path, collision.earlier, where)
    return say(
        "%(path)s never gets here in %(where)s: %(service)s takes %(pattern)s first",
        path=collision.path,
        where=where,
        service=collision.earlier.service,
        pattern=collision.pattern,
    )


def _taking(collision: Collision, where: str) -> str:
    if collision.pattern == collision.path:
        return _belongs(collision.path, collision.later, where)
    return say(
        "%(pattern)s would take %(path)s away from %(service)s in %(where)s",
        pattern=collision.pattern,
        path=collision.path,
        service=collision.later.service,
        where=where,
    )


def _belongs(path: str, rule: Rule, where: str) -> Message:
    return say("%(path)s belongs to %(service)s in %(where)s", path=path, service=rule.service, where=where)


def crowded_problems(lock: Lock, files: Collection[ServiceFile]) -> Iterator[Problem]:
    """What leads to services is counted by load balancer: rules, and target groups."""
    for environment, listeners in lock.items():
        for balancer, its in LISTENERS_OF.items():
            there = {listener: listeners[listener] for listener in its if listener in listeners}
            path = f"{environment}.{next(iter(there)) if len(there) == 1 else balancer}"
            rules_there = sum(map(count, there.values()))
            # Nobody with a rule has more than two target groups, or than a second rule at the test listener: most
            # environments have too few to count them.
            is_near = rules_there * 2 > RULES_MAX
            groups, tested = _target_groups(there, environment, files) if is_near else (0, 0)
            rules_there += tested
            if rules_there > RULES_MAX:
                message = say("holds %(rules)s rules; a load balancer takes %(max)s", rules=rules_there, max=RULES_MAX)
                yield Problem("lock.yaml", path, message, say("move services to another environment"))
            elif groups > RULES_MAX:
                message = say(
                    "leads to %(groups)s target groups; a load balancer takes %(max)s", groups=groups, max=RULES_MAX
                )
                hint = say("let fewer services shift requests, or move some to another environment")
                yield Problem("lock.yaml", path, message, hint)


def _target_groups(listeners: Mapping[str, Slots], environment: str, files: Collection[ServiceFile]) -> tuple[int, int]:
    """One of each service, two of those whose requests ECS shifts; and how many have a rule for testers, too."""
    services = {rule.service for listener, slots in listeners.items() for rule in rules(listener, slots).values()}
    shifting = tested = 0
    for file in files:
        if file.name in services and environment in file.environments:
            with suppress(InvalidField):  # told by itself
                deployment = file.checked(environment).deployment
                shifting += deployment.strategy in SHIFTING
                tested += deployment.strategy in SHIFTING and deployment.test_listener
    return len(services) + shifting, tested


def port_problems(files: Collection[ServiceFile], newcomer: str = "") -> Iterator[Problem]:
    """A port of a Network Load Balancer is one service's. The later by name is the problem, or the newcomer."""
    taken: dict[tuple[str, str, int], str] = {}
    for file in sorted(files, key=lambda file: (file.name == newcomer, file.name)):
        for environment in file.environments:
            at = file.listener_port(environment)
            first = taken.setdefault((environment, *at), file.name) if at else file.name
            if at and first != file.name:
                message = say(
                    "%(port)s belongs to %(service)s in %(where)s", port=at[1], service=first, where=environment
                )
                hint = say("choose another port")
                yield file.problem(("exposure", "listener_port"), message, hint, environment)
