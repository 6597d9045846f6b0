"""The button that provisions a service of the local cloud. Everywhere else the page says what to run."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.auth.rights import needs
from portal.context import portal
from portal.data import service_view
from portal.provisioning import AlreadyRunning
from portal.text.language import _
from runtime.aws.errors import Invalid
from service_catalog import naming

bp = Blueprint("provisioning", __name__, url_prefix="/<environment>/services/<service>/provisioning")


@bp.post("")
@needs("provision")
def start(environment: str, service: str) -> ResponseReturnValue:
    if environment != naming.LOCAL:
        raise Invalid(_("Only services of the local cloud are provisioned from here"))
    portal().catalog.service(service, environment)  # a broken entry is told before anything is started
    portal().provisioning.start(service)
    service_view.outdate(environment, service)
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.errorhandler(AlreadyRunning)
def pressed_twice(error: AlreadyRunning) -> ResponseReturnValue:
    """The page follows the run that goes on."""
    return redirect(url_for("services.show", **(request.view_args or {})), 303)
