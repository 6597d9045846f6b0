"""What pages do once a change of the catalog is written."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.text.language import _
from service_catalog.changes import Written


def proposed(environment: str, written: Written) -> ResponseReturnValue:
    """To where it waits."""
    flash(_("Pushed to %(branch)s. The catalog has it once that is merged.", branch=written.branch), "ok")
    return redirect(url_for("proposals.index", environment=environment), 303)
