"""One blueprint per resource, each below ``/<environment>/``; what all of them share stands here."""

from typing import Any

from flask import Flask, g, request, url_for

from portal.auth import gate
from portal.auth.sample_people import PEOPLE
from portal.context import portal
from portal.data import tokens_view
from portal.pages import errors
from portal.pages.asked_releases import bp as asked_releases
from portal.pages.asked_runs import bp as asked_runs
from portal.pages.audit import bp as audit
from portal.pages.cli_logins import bp as cli_logins
from portal.pages.env_comparison import bp as env_comparison
from portal.pages.env_files import bp as env_files
from portal.pages.env_secrets import bp as env_secrets
from portal.pages.health import bp as health
from portal.pages.logs import bp as logs
from portal.pages.metrics import bp as metrics
from portal.pages.places import bp as places
from portal.pages.platform import bp as platform
from portal.pages.prometheus import bp as prometheus
from portal.pages.proposals import bp as proposals
from portal.pages.provisioning import bp as provisioning
from portal.pages.queues import bp as queues
from portal.pages.registration import bp as registration
from portal.pages.releases import bp as releases
from portal.pages.retirement import bp as retirement
from portal.pages.runs import bp as runs
from portal.pages.schedules import bp as schedules
from portal.pages.services import bp as services
from portal.pages.settings import bp as settings
from portal.pages.sign_in import bp as sign_in
from portal.pages.tasks import bp as tasks
from portal.pages.tokens import bp as tokens
from portal.text.language import current
from service_catalog.problems import CatalogError, NoSuchService

BLUEPRINTS = (
    services,
    registration,
    env_files,
    env_comparison,
    env_secrets,
    releases,
    asked_releases,
    runs,
    asked_runs,
    queues,
    schedules,
    tasks,
    logs,
    settings,
    metrics,
    retirement,
    proposals,
    provisioning,
    platform,
    places,
    audit,
    health,
    prometheus,
    sign_in,
    tokens,
    cli_logins,
)


def init_app(app: Flask) -> None:
    gate.init_app(app, _know_environment)
    app.context_processor(_for_every_page)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.init_app(app)


def _know_environment() -> None:
    """An environment that the catalog does not know is a 404 before any page looks at it."""
    name = (request.view_args or {}).get("environment")
    if name is not None:
        g.environment = portal().catalog.environment(name)


def _for_every_page() -> dict[str, Any]:
    environment = g.get("environment")
    return {
        "environment": environment.name if environment else None,
        "environment_names": portal().environment_names() if g.get("person") else [],
        "same_service_in": _same_service_in,
        "catalog_changes": portal().settings.catalog_changes,
        "provisions_here": environment is not None and portal().provisioning.may(environment.name),
        "person": g.get("person"),
        "ending_tokens": _ending_tokens,
        "way_in": portal().who.way,
        "sample_people": PEOPLE,
        "language": current(),
    }


def _ending_tokens() -> int:
    """So many of whoever is asking."""
    return len(tokens_view.ending_of(g.person))


def _same_service_in(environment: str) -> str | None:
    """Where the switch between environments leads from a page of a service that is in the other one too."""
    service = (request.view_args or {}).get("service")
    if service is None or not g.get("environment"):
        return None
    try:
        portal().catalog.service(service, environment)
    except NoSuchService:
        return None
    except CatalogError:
        pass  # its page says what is wrong with the entry
    return url_for("services.show", environment=environment, service=service)
