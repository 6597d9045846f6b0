"""What an entry's ``logs`` ask for: whether a log router stands beside the program, and what is kept for releases that
have one. Asked of partly invalid entries, too."""

from service_catalog.model import LogRoute, Logs


def routes_in_use(logs: Logs) -> tuple[LogRoute, ...]:
    return tuple(route for route in logs.routes if not route.retired)


def is_routed(logs: Logs) -> bool:
    """Whether a log router stands beside the program."""
    return bool(routes_in_use(logs)) or (logs.multiline is not None and not logs.multiline.retired)


def router_memory_mib(logs: Logs) -> int:
    """What of a task's memory is the log router's."""
    return logs.router_memory_mib if is_routed(logs) else 0


def keeps_router(logs: Logs) -> bool:
    """Whether a release with a log router may start: what is retired still has its log group and rights."""
    return bool(logs.routes) or logs.multiline is not None
