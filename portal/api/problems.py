"""Every error of the API as a problem (RFC 9457): a code for programs, sentences in the reader's language for people,
and of a write whether it was done."""

import logging
from collections.abc import Iterator
from typing import Any

from flask import Response, json, request
from werkzeug.exceptions import HTTPException, Unauthorized

from portal.auth import ProviderAway
from portal.auth.bearers import BadToken
from portal.auth.gate import NotAllowed
from portal.context import has_begun_to_write
from portal.rate_limits import TooOften
from portal.text import errors as error_words
from portal.text.language import N_, _, current
from portal.text.translate import of_problem
from runtime.aws.errors import Absent, Conflict, Denied, GatewayError, Invalid, Throttled
from runtime.bucket.env_files import EnvFileChanged
from runtime.bucket.records import Unreadable
from runtime.bucket.release_records import ReleaseRefused
from runtime.bucket.requests import KeyUsed, StillAnswering
from runtime.releases.releases import NotFailed, NotWaiting, StopRefused
from runtime.second_person import AskedRefused
from service_catalog.problems import CatalogError, EntryChanged, NoSuchEnvironment, NoSuchService

log = logging.getLogger(__name__)

MIMETYPE = "application/problem+json"
TYPES = "/api/v1/docs#"
"""Where each code is explained"""
_AGAIN_SECONDS = {"throttled": 60, "aws-silent": 5, "ci-away": 30, "in-doubt": 5}
_READS = {"GET", "HEAD", "OPTIONS"}


class BadRequest(Exception):
    """What was sent is not what the description asks for. ``problems``: where, and what."""

    def __init__(self, status: int, code: str, problems: list[tuple[str, str]]):
        self.status, self.code, self.problems = status, code, problems
        super().__init__(code)


class ReviewOutdated(Conflict):
    """What runs, or what would run, is no longer what was reviewed."""


CODES = {
    "bad-token": N_("The request carries no token that the portal knows"),
    "not-allowed": N_("Whoever asks may not do this"),
    "not-found": N_("There is no such address"),
    "no-such-environment": N_("There is no such environment"),
    "no-such-service": N_("There is no such service"),
    "absent": N_("It is not there"),
    "method-not-allowed": N_("The address does not take this method"),
    "conflict": N_("Somebody else was first"),
    "env-file-changed": N_("Somebody saved this env file first"),
    "entry-changed": N_("Somebody changed this entry first"),
    "release-refused": N_("Another release is in progress, or was first"),
    "review-outdated": N_("What was reviewed is no longer so"),
    "too-late": N_("It is not so by now"),
    "idempotency-key-open": N_("The same request came before, and its end is not known"),
    "too-large": N_("That is too much text"),
    "not-json": N_("The body is no JSON"),
    "invalid-request": N_("This request is not what the description asks for"),
    "invalid": N_("This request is not valid"),
    "idempotency-key-used": N_("Another request came under the same key"),
    "catalog-problem": N_("The catalog has a problem"),
    "too-often": N_("Too often"),
    "throttled": N_("AWS asked to slow down"),
    "aws-silent": N_("AWS does not answer as it should"),
    "aws-denies": N_("AWS does not allow it"),
    "in-doubt": N_("It is not known whether this was done"),
    "record-unreadable": N_("A record cannot be read"),
    "refused": N_("The request was refused"),
    "ci-away": N_("The provider of the CI does not hand out its keys"),
    "mistake": N_("Slipway made a mistake"),
}
"""With the title of each"""

_BY_KIND: tuple[tuple[type[Exception], str], ...] = (
    (NoSuchEnvironment, "no-such-environment"),
    (NoSuchService, "no-such-service"),
    (EntryChanged, "entry-changed"),
    (CatalogError, "catalog-problem"),
    (EnvFileChanged, "env-file-changed"),
    (ReleaseRefused, "release-refused"),
    (ReviewOutdated, "review-outdated"),
    (AskedRefused, "too-late"),
    (KeyUsed, "idempotency-key-used"),
    (StillAnswering, "idempotency-key-open"),
    (NotWaiting, "too-late"),
    (NotFailed, "too-late"),
    (StopRefused, "too-late"),
    (Unreadable, "record-unreadable"),
    (Absent, "absent"),
    (Conflict, "conflict"),
    (Invalid, "invalid"),
    (Throttled, "throttled"),
    (Denied, "aws-denies"),
    (GatewayError, "aws-silent"),
    (BadToken, "bad-token"),
    (NotAllowed, "not-allowed"),
    (TooOften, "too-often"),
)
_BY_STATUS = {401: "bad-token", 403: "not-allowed", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}


def of(error: Exception) -> Response:
    status, code, lines = _told(error)
    problem: dict[str, Any] = {
        "type": f"{TYPES}{code}",
        "title": _(CODES[code]),
        "status": status,
        "code": code,
        "detail": " ".join(lines) or _(CODES[code]),
        "problems": [{"where": where, "what": what} for where, what in _places(error, lines)],
    }
    if request.method not in _READS:
        problem["changed"] = _changed(error)
    answer = Response(f"{json.dumps(problem)}\n", status, mimetype=MIMETYPE)
    answer.headers["Content-Language"] = current().code
    answer.vary.add("Accept-Language")
    answer.headers.extend(_headers(error, code))
    return answer


def _told(error: Exception) -> tuple[int, str, list[str]]:
    code = next((code for kind, code in _BY_KIND if isinstance(error, kind)), "")
    match error:
        case BadRequest():
            return error.status, error.code, [f"{where}: {what}" if where else what for where, what in error.problems]
        case NoSuchEnvironment() | NoSuchService():
            return 404, code, [of_problem(it) for it in error.problems]
        case EntryChanged():
            return 409, code, [of_problem(it) for it in error.problems]
        case CatalogError():
            return 422, code, [of_problem(it) for it in error.problems]
        case ProviderAway():
            return 503, "ci-away", []
        case GatewayError():
            code = "in-doubt" if error_words.is_in_doubt(error) and request.method not in _READS else code
            return error_words.status_and_title(error)[0], code, error_words.lines(error)
        case HTTPException():
            status = error.code or 500
            code = code or _BY_STATUS.get(status, "refused" if status < 500 else "mistake")
            return status, code, [str(error.description)] if code in _WITH_OWN_WORDS else []
    log.exception("request of the API failed method=%s endpoint=%s", request.method, request.endpoint)
    return 500, "mistake", [_("It is written in the portal’s log.")]


_WITH_OWN_WORDS = {"bad-token", "not-allowed", "too-often"}
"""Those of Werkzeug are English alone"""


def _places(error: Exception, lines: list[str]) -> Iterator[tuple[str, str]]:
    if isinstance(error, BadRequest):
        yield from error.problems
    elif isinstance(error, Invalid | CatalogError):
        yield from (("", line) for line in lines)


def _changed(error: Exception) -> bool | None:
    """Whether anything was: None where nobody knows."""
    is_told = isinstance(error, GatewayError | HTTPException | BadRequest | ProviderAway | CatalogError)
    is_known = is_told or not has_begun_to_write()
    if isinstance(error, StillAnswering) or (isinstance(error, GatewayError) and error_words.is_in_doubt(error)):
        is_known = False
    return False if is_known else None


def _headers(error: Exception, code: str) -> Iterator[tuple[str, str]]:
    if isinstance(error, Unauthorized):
        yield "WWW-Authenticate", 'Bearer realm="slipway"'
    if code in _AGAIN_SECONDS:
        yield "Retry-After", str(_AGAIN_SECONDS[code])
    if isinstance(error, HTTPException):
        kept = {"allow", "retry-after"}
        yield from ((name, value) for name, value in error.get_headers() if name.lower() in kept)
