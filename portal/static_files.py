"""The script, the sheet and the icon, at addresses that name what is in them: a browser keeps them for good, and asks
for them again only after an upgrade.

All share one version, as modules of the script import each other by relative addresses.
"""

import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, Response, abort
from werkzeug.datastructures import ResponseCacheControl

from portal import compression
from portal.compression import Piece

_FOLDER = Path(__file__).parent / "static"
_A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    files = {path.name: Piece(path.read_bytes()) for path in sorted(_FOLDER.iterdir())}
    own = hashlib.blake2b(b"".join(it.text for it in files.values()), digest_size=6).hexdigest()

    def show(filename: str, version: str = own) -> Response:
        if filename not in files:
            abort(404)
        answer = compression.answer([files[filename]], mimetypes.guess_type(filename)[0] or "")
        _keep(answer.cache_control, is_own=version == own)
        return answer

    app.add_url_rule(f"/static/{own}/<filename>", "static", show)
    app.add_url_rule("/static/<version>/<filename>", "static", show)


def _keep(cache: ResponseCacheControl, is_own: bool) -> None:
    """A page of another version of the portal, which stands beside this one during an upgrade, may ask this one for its
    files: they do, for the moment."""
    if is_own:
        cache.public, cache.max_age, cache.immutable = True, _A_YEAR, True
    else:
        cache.no_cache = True
