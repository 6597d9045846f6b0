"""Rules that take each other's requests, as problems of the entries that ask for them."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from service_catalog.files.entries import ServiceFile
from service_catalog.listener_rules.load_balancers import Taken, can_part, divided
from service_catalog.listener_rules.lock import Lock, count, rules
from service_catalog.listener_rules.names import by_load_balancer, is_further
from service_catalog.listener_rules.rules import RULES_MAX, Collision, Rule, collisions
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
            yield file.problem(at, message, _ANOTHER_PATH, environments[0])


def _place(file: ServiceFile, rule: Rule, environment: str) -> Path:
    """Of a rule in the entry: the first is the exposure itself."""
    asked = [it.route for it in (file.rules or {}).get(environment, ())]
    index = asked.index(rule.route) if rule.route in asked else 0
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
    by_name = {file.name: file for file in files}
    for environment, listeners in lock.items():
        for balancer, its in by_load_balancer(listeners).items():
            there = {listener: listeners[listener] for listener in its}
            rules_there = sum(map(count, there.values()))
            # Nobody with a rule has more than two target groups, or than a second rule at the test listener: most
            # environments have too few to count them.
            if rules_there * 2 <= RULES_MAX:
                continue
            standing = [rule for listener, slots in there.items() for rule in rules(listener, slots).values()]
            services = {rule.service for rule in standing}
            found = Taken(rules_there)
            for name in services & by_name.keys():
                found = found.plus(beside_rules(by_name[name], environment))
            path = f"{environment}.{next(iter(there)) if len(there) == 1 else balancer}"
            yield from _crowded(path, found, _to_make_room(standing))


def _crowded(path: str, found: Taken, hint: Message) -> Iterator[Problem]:
    if found.rules > RULES_MAX:
        message = say("holds %(rules)s rules; a load balancer takes %(max)s", rules=found.rules, max=RULES_MAX)
        yield Problem("lock.yaml", path, message, hint)
    elif found.target_groups > RULES_MAX:
        message = say(
            "leads to %(groups)s target groups; a load balancer takes %(max)s",
            groups=found.target_groups,
            max=RULES_MAX,
        )
        yield Problem("lock.yaml", path, message, say("let fewer services shift requests; %(hint)s", hint=hint))


def _to_make_room(standing: Collection[Rule]) -> Message:
    """What stands here is moved by nobody but people."""
    if can_part(standing):
        return say(
            "take the lines of services out of it whose rules all name a host: `slipway catalog lock` puts them on "
            "another load balancer"
        )
    return say(
        "rules without a host all stand on one load balancer, and so do those of one host: give services hosts of "
        "their own, or move some to another environment"
    )


def beside_rules(file: ServiceFile, environment: str) -> Taken:
    """What a service takes of a load balancer: a target group, two if ECS shifts its requests, and a rule for testers
    if it has any."""
    if environment not in file.environments:
        return Taken(0, 1)
    try:
        deployment = file.checked(environment).deployment
        is_shifted = deployment.strategy in SHIFTING
        return Taken(int(is_shifted and deployment.test_listener), 1 + is_shifted)
    except InvalidField:  # told by itself
        return Taken(0, 1)


def divided_problems(lock: Lock, files: Collection[ServiceFile], newcomer: str = "") -> Iterator[Problem]:
    """A host whose rules stand on two load balancers: the later one's service is told, or the newcomer."""
    by_name = {file.name: file for file in files if file.is_legible}
    for environment, listeners in lock.items():
        if not any(map(is_further, listeners)):
            continue
        standing = {listener: list(rules(listener, slots).values()) for listener, slots in listeners.items()}
        for other, rule in divided(standing):
            here, there = (other, rule) if other.service == newcomer else (rule, other)
            if here.service in by_name:
                file = by_name[here.service]
                message = say(
                    "DNS leads a host to one load balancer: in %(where)s this rule is on %(here)s, and %(host)s of "
                    "%(service)s on %(there)s",
                    where=environment,
                    here=here.listener,
                    host=there.host,
                    service=there.service,
                    there=there.listener,
                )
                hint = say("choose another host; who has a rule without one stands on the first load balancer")
                yield file.problem((*_place(file, here, environment), "host"), message, hint, environment)


def unshared_problems(files: Collection[ServiceFile], newcomer: str = "") -> Iterator[Problem]:
    """A port of a Network Load Balancer, or a route of an API, is one service's. The later by name is the problem, or
    the newcomer. Two that both have a slot collide in the lock."""
    taken: dict[tuple[str | int, ...], tuple[str, bool]] = {}
    for file in sorted(files, key=lambda file: (file.name == newcomer, file.name)):
        for environment in file.environments:
            for mine in file.beside_rules(environment):
                first, has_slot = taken.setdefault((environment, *mine.key), (file.name, mine.has_slot))
                if first != file.name and not (has_slot and mine.has_slot):
                    message = say(
                        "%(port)s belongs to %(service)s in %(where)s", port=mine.said, service=first, where=environment
                    )
                    hint = say("choose another port") if mine.path[-1] == "listener_port" else _ANOTHER_PATH
                    yield file.problem(mine.path, message, hint, environment)


_ANOTHER_PATH = say("remove it or choose another path")
