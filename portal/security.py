"""What every answer and every write is held to: headers, forged requests, sizes.

The script and the sheet are our own files, so the content policy needs no exception. A write must carry the session's
token (Flask-WTF) and must come from our own pages: browsers say so in ``Sec-Fetch-Site``, older ones in ``Origin``.
"""

from urllib.parse import unquote_to_bytes

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, Forbidden

from portal.settings import Settings

MAX_REQUEST_BYTES = 4 * 1024**2
"""As the browser encodes it, up to three times as long as the text: what a text may be, its own page says"""
_READS = {"GET", "HEAD", "OPTIONS"}
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class ForeignRequest(Forbidden):
    """Another site's page tried to write through the browser of somebody who uses the portal."""


class UnreadableText(BadRequest):
    """A form in another encoding than UTF-8: what cannot be read would be kept as other signs."""


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        # Browsers share cookies among the ports of a machine; a name of its own host nobody else can set.
        SESSION_COOKIE_NAME="__Host-slipway" if settings.public_url else f"slipway_{settings.port}",
        SESSION_COOKIE_SECURE=bool(settings.public_url),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_SSL_STRICT=False,  # wants a Referer; where a write comes from is told by ``refuse_foreign_writes``
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open for as long as its session lives
    )
    app.before_request(refuse_foreign_writes)
    app.before_request(refuse_unreadable_text)
    CSRFProtect(app)
    app.after_request(protect)


def refuse_foreign_writes() -> None:
    if request.method in _READS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        raise ForeignRequest
    if site is None and origin is not None and origin != request.host_url.rstrip("/"):
        raise ForeignRequest


def refuse_unreadable_text() -> None:
    if request.method in _READS or request.mimetype != "application/x-www-form-urlencoded":
        return
    try:
        unquote_to_bytes(request.get_data()).decode()
    except UnicodeDecodeError:
        raise UnreadableText from None


def hold_back_from_caches() -> None:
    """For pages with env values: no copy stays in the browser or on the way."""
    g.no_store = True


def protect(response: Response) -> Response:
    response.headers.update(HEADERS)
    if leads_to := g.get("form_leads_to"):  # browsers ask the policy where the answer to a form may lead, too
        own = "form-action 'self'"
        response.headers["Content-Security-Policy"] = _POLICY.replace(own, f"{own} {leads_to}")
    if g.get("no_store"):
        response.headers["Cache-Control"] = "no-store"
    elif response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-cache"
    return response
