"""The button that provisions a service, where the portal may. Everywhere else the page says what to run."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import why
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import portal
from portal.data import service_view
from portal.provisioning import AlreadyProvisioning
from portal.text.language import _
from runtime.aws.errors import Invalid

bp = Blueprint("provisioning", __name__, url_prefix="/<environment>/services/<service>/provisioning")


@bp.post("")
@needs("provision")
def start(environment: str, service: str) -> ResponseReturnValue:
    if not portal().provisioning.may(environment):
        raise Invalid(_("Services of %(environment)s are not provisioned from here", environment=environment))
    portal().catalog.service(service, environment)  # a broken entry is told before anything is started
    portal().provisioning.start(environment, service)
    portal().gateways(environment).audit.note("provision", service, person().name, why.typed())
    service_view.outdate(environment, service)
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.errorhandler(AlreadyProvisioning)
def pressed_twice(error: AlreadyProvisioning) -> ResponseReturnValue:
    """The page follows the run that goes on."""
    return redirect(url_for("services.show", **(request.view_args or {})), 303)
