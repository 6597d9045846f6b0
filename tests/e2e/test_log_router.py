"""A release pins the log router's configuration with all the rest, so a roll back brings that back, too."""

from typing import Any

from service_catalog import naming
from tests.e2e.platform import Platform
from tests.local_cloud.waiting import eventually

SERVICES = ("storefront",)
NAME = "storefront"


def of_starts(name: str, **more: Any) -> dict[str, Any]:
    """A route for the line with which the program begins."""
    return {"name": name, "when": {"message": "^listening$"}, **more}


def routed(platform: Platform, *routes: dict[str, Any]) -> None:
    platform.edit(NAME, lambda entry: entry.update(logs={"routes": list(routes)}))
    assert platform.up()[f"local.{NAME}"].status == "done"


def starts(platform: Platform, route: str) -> int:
    """How many tasks said in this route's log group that they listen."""
    group = naming.route_log_group(naming.LOCAL, NAME, route)
    return len(platform.aws.call("logs", "filter_log_events", logGroupName=group)["events"])


def configuration(platform: Platform) -> list[str]:
    containers = platform.runs(NAME)["containerDefinitions"]
    [router] = [it for it in containers if it["name"] == naming.LOG_ROUTER]
    return [it["value"] for it in router["environment"]]


def test_a_roll_back_brings_back_the_configuration_of_the_log_router(platform: Platform) -> None:
    routed(platform, of_starts("starts"))
    assert platform.first_release(NAME).status == "succeeded"
    first = configuration(platform)
    assert eventually(lambda: starts(platform, "starts") == 1)

    # Released by `up`: what the entry says of logs is part of the definition.
    routed(platform, of_starts("starts", retired=True), of_starts("begun"))
    assert configuration(platform) != first
    assert eventually(lambda: starts(platform, "begun") == 1)
    assert starts(platform, "starts") == 1

    assert platform.release(NAME, to=1).status == "succeeded"
    assert configuration(platform) == first
    assert eventually(lambda: starts(platform, "starts") == 2)
    assert starts(platform, "begun") == 1
