"""A write that carries an ``Idempotency-Key`` is done once, however often it is sent: a CI that lost the answer sends
it again, and is given that answer."""

import hashlib
import logging
import re
from collections.abc import Callable

from flask import Response, request

from portal.api import problems
from portal.api.problems import BadRequest
from portal.auth.gate import person
from portal.context import portal
from portal.text.language import _
from runtime.aws.errors import GatewayError
from runtime.bucket.requests import Claim
from service_catalog.records.portal import RequestAnswer

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY_MAX = 200
KEY = "^[!-~]+$"


def once(act: Callable[[], Response]) -> Response:
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if len(key) > KEY_MAX or not re.match(KEY, key):
        sentence = _("must have 1 to %(most)s ASCII letters, digits and signs, without blanks", most=KEY_MAX)
        raise BadRequest(422, "invalid-request", [(HEADER, sentence)])
    requests = portal().gateways(portal().settings.home).requests
    claim = requests.claim(person().token or person().id, key, _digest())
    if claim.answer:
        return _replayed(claim.answer)
    answer = _answered(act)
    _keep(claim, answer)
    return answer


def _answered(act: Callable[[], Response]) -> Response:
    try:
        return act()
    except Exception as error:
        return problems.of(error)


def _keep(claim: Claim, answer: Response) -> None:
    """An answer that leaves open what was done is none: nobody is told by it that it may be sent again."""
    is_open = answer.status_code >= 500 and (answer.get_json(silent=True) or {}).get("changed") is not False
    if is_open:
        return
    is_done = answer.status_code < 500
    kept = RequestAnswer(
        outcome="answered" if is_done else "not done",
        status=answer.status_code,
        body=answer.get_data(as_text=True),
    )
    try:
        portal().gateways(portal().settings.home).requests.answer(claim, kept)
    except GatewayError as error:
        log.warning("answer not kept for an idempotency key error=%s", error.code)


def _replayed(kept: RequestAnswer) -> Response:
    mimetype = problems.MIMETYPE if kept.status >= 400 else "application/json"
    answer = Response(kept.body, kept.status, mimetype=mimetype)
    answer.headers[REPLAYED] = "true"
    return answer


def _digest() -> str:
    """Of what is asked for."""
    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(asked).hexdigest()
