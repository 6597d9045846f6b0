"""What commands refuse in a protected environment: by AWS credentials nobody can tell who somebody is to the portal."""

from cli.errors import Refusal
from service_catalog.model import Environment

_ALL_THE_SAME = (
    "This command has the rights of your AWS credentials, and cannot tell who you are to the portal: --unconfirmed"
)


def refuse_release(environment: Environment, service: str) -> None:
    """Raises Refusal."""
    name = environment.name
    told = {
        "four-eyes": f"releases in {name} need a second person: ask for it on the page of {service} in the portal, and "
        "another of the team confirms it",
        "platform": f"only the platform team releases in {name}: ask them, or release in the portal",
    }
    _refuse(environment, told, "releases all the same, in your name and with no confirmation in the record")


def refuse_run(environment: Environment, service: str) -> None:
    """Raises Refusal."""
    name = environment.name
    told = {
        "four-eyes": f"runs in {name} need a second person: ask for it on the runs page of {service} in the portal, "
        "and another of the team confirms it",
        "platform": f"only the platform team starts runs in {name}: ask them, or start it in the portal",
    }
    _refuse(environment, told, "starts it all the same, in your name and with no confirmation in the record")


def _refuse(environment: Environment, told: dict[str, str], all_the_same: str) -> None:
    if environment.protection:
        raise Refusal(f"{told[environment.protection]}. {_ALL_THE_SAME} {all_the_same}")
