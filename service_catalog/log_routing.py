"""What an entry's ``logs`` ask for: whether a log router stands beside the program, and what is kept for releases that
have one. Asked of partly invalid entries, too."""

from service_catalog import naming
from service_catalog.model import Environment, LogRoute, Logs


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


def in_log_groups(logs: Logs) -> list[LogRoute]:
    """Routes that keep their lines in CloudWatch, retired ones among them."""
    return [route for route in logs.routes if not route.drop and route.to is None]


def bucket_of(route: LogRoute, environment: Environment) -> str:
    return route.bucket or naming.log_archive(environment.name, environment.account_id)


def prefix_of(route: LogRoute, service: str) -> str:
    """Below which its objects are in the bucket, whoever else has some there."""
    return f"{service}/{route.name}/"


def elsewhere(logs: Logs, environment: Environment, service: str) -> dict[str, str]:
    """Where to look for lines that are in no log group, by the route that leads there."""
    return {
        route.name: f"s3://{bucket_of(route, environment)}/{prefix_of(route, service)}"
        if route.to == "s3"
        else f"firehose:{route.stream}"
        for route in logs.routes
        if route.to
    }
