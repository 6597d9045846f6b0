"""What the portal says of an error of AWS, on pages and in the API alike: what it is, and what was done."""

from flask import request

from portal.context import has_begun_to_write
from portal.text.language import _
from portal.text.translate import said
from runtime.aws.errors import Absent, Conflict, Denied, GatewayError, InDoubt, Invalid, Unavailable, Unreachable

_STATUS: tuple[tuple[type[GatewayError], int], ...] = (
    (Absent, 404),
    (Conflict, 409),
    (Invalid, 422),
    (Denied, 503),
    (Unavailable, 503),
    (GatewayError, 503),
)


def status_and_title(error: GatewayError) -> tuple[int, str]:
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    titles = {
        404: _("It is not there"),
        409: _("Somebody else was first"),
        422: _("This request is not valid"),
        503: _("AWS does not answer as it should"),
    }
    return status, titles[status]


def is_in_doubt(error: GatewayError) -> bool:
    """Whether a write was done is not known: AWS was silent."""
    return isinstance(error, InDoubt) or (isinstance(error, Unreachable) and has_begun_to_write())


def what_was_done(error: GatewayError) -> list[str]:
    """By a write that failed. What a lost answer leaves open is not said to be known."""
    if request.method != "POST":
        return []
    if isinstance(error, InDoubt):
        return [_("It is not known whether this was done.")]
    if is_in_doubt(error):
        return [_("It is not known whether this was done. Look before you send it again.")]
    return [_("Nothing was changed.")]


def lines(error: GatewayError) -> list[str]:
    sentences = error.problems if isinstance(error, Invalid) else [error.sentence]
    return [said(sentence) for sentence in sentences if sentence]
