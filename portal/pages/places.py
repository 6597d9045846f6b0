"""Where one can go, for the palette that the keyboard opens: pages of the environment and its services. Asks AWS
nothing."""

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from portal.context import portal
from portal.data import owners
from portal.text.language import _

bp = Blueprint("places", __name__)


@bp.get("/<environment>/places.json")
def index(environment: str) -> ResponseReturnValue:
    answer = jsonify([*_pages(environment), *_services(environment), *_environments(environment)])
    answer.vary.update(("Cookie", "Accept-Language"))
    answer.cache_control.no_cache = True
    answer.add_etag()
    return answer.make_conditional(request)


def _pages(environment: str) -> list[dict[str, str]]:
    pages = {
        "services.index": _("Services"),
        "platform.pending": _("Platform"),
        "audit.index": _("Audit"),
        "registration.new": _("Register a service"),
    }
    return [
        {"word": word, "where": url_for(endpoint, environment=environment), "of": environment}
        for endpoint, word in pages.items()
    ]


def _services(environment: str) -> list[dict[str, str]]:
    return [
        {
            "word": name,
            "where": url_for("services.show", environment=environment, service=name),
            "of": owners.owner_of(environment, name) or "",
        }
        for name in portal().catalog.service_names(environment)
    ]


def _environments(environment: str) -> list[dict[str, str]]:
    return [
        {"word": name, "where": url_for("services.index", environment=name), "of": _("Environment")}
        for name in portal().environment_names()
        if name != environment
    ]
