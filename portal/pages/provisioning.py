"""The button that provisions a service, where the portal may. Everywhere else the page says what to run."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import entries, why
from portal.auth.rights import needs
from portal.provisioning import AlreadyProvisioning

bp = Blueprint("provisioning", __name__, url_prefix="/<environment>/services/<service>/provisioning")


@bp.post("")
@needs("provision")
def start(environment: str, service: str) -> ResponseReturnValue:
    entries.provision(environment, service, why.typed())
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.errorhandler(AlreadyProvisioning)
def pressed_twice(error: AlreadyProvisioning) -> ResponseReturnValue:
    """The page follows the run that goes on."""
    return redirect(url_for("services.show", **(request.view_args or {})), 303)
