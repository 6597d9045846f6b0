"""What the pages of asked releases and of asked runs do alike."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.data import service_view
from portal.text.language import _
from portal.text.translate import said
from runtime.aws.errors import Conflict, Invalid


def back_to_request(error: Conflict | Invalid) -> ResponseReturnValue:
    """It says what has become of it."""
    where = request.view_args or {}
    service_view.outdate(where["environment"], where["service"])
    reasons = error.problems if isinstance(error, Invalid) else [error.sentence]
    flash(" ".join([_("Nothing was started:"), *(said(reason) + _(".") for reason in reasons)]), "bad")
    return redirect(url_for(".show", **where), 303)
