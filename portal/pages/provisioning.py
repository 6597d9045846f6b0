"""The button that provisions a service of the local cloud. Everywhere else the page says what to run."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import service_facts
from portal.context import portal
from portal.language import _
from runtime.errors import Invalid
from service_catalog import naming

bp = Blueprint("provisioning", __name__, url_prefix="/<environment>/services/<service>/provisioning")


@bp.post("")
def start(environment: str, service: str) -> ResponseReturnValue:
    if environment != naming.LOCAL:
        raise Invalid(_("Only services of the local cloud are provisioned from here"))
    portal().catalog.service(service, environment)  # a broken entry is told before anything is started
    portal().provisioning.start(service)
    service_facts.outdate(environment, service)
    flash(_("Provisioning of %(name)s was started.", name=service), "move")
    return redirect(url_for("services.show", environment=environment, service=service), 303)
