"""Text goes out as gzip to whoever takes it: the list of 1,000 services is 340 KB, and 22 KB as gzip.

What is held back from caches goes out as it is: it holds values, and the length of a gzip tells of what is in it to
whoever can have more put beside it (BREACH). Of other pages the length says less than their noise: each has a name of
random length in its head.
"""

import secrets
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flask import Flask, Response, g, request

_LEAST_BYTES = 1400
"""What is shorter fits into one packet as it is"""
_TEXTS = {"text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml", "application/json"}
_NAMED = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"
"""How a gzip begins in whose head a name follows, with no time in it (RFC 1952)"""
_LONGEST_NAME = 100
_END = b"\x03\0"
"""The last block of a deflated text: an empty one"""


@dataclass(frozen=True)
class Piece:
    """Of a text that is put together from pieces when it is sent, each deflated once."""

    text: bytes

    @cached_property
    def deflated(self) -> bytes:
        """Ends where a byte does and refers to nothing outside, so that pieces can follow each other."""
        to = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return to.compress(self.text) + to.flush(zlib.Z_FULL_FLUSH)


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def answer(pieces: Iterable[Piece], mimetype: str) -> Response:
    """As gzip where that is taken."""
    held = tuple(pieces)
    if not _is_taken():
        return _varied(Response(b"".join(it.text for it in held), mimetype=mimetype))
    sent = _varied(Response(gzip_of(held), mimetype=mimetype))
    sent.content_encoding = "gzip"
    return sent


def gzip_of(pieces: Iterable[Piece]) -> bytes:
    checksum = length = 0
    body = [_NAMED, secrets.token_hex(_LONGEST_NAME)[: secrets.randbelow(_LONGEST_NAME)].encode(), b"\0"]
    for piece in pieces:
        body.append(piece.deflated)
        checksum = zlib.crc32(piece.text, checksum)
        length += len(piece.text)
    return b"".join((*body, _END, struct.pack("<LL", checksum, length % 2**32)))


def _compress(response: Response) -> Response:
    """What is no answer of ``answer``."""
    is_text = response.mimetype in _TEXTS and not response.is_streamed and not g.get("no_store")
    if not is_text or response.status_code != 200 or response.content_encoding:
        return response
    _varied(response)
    text = response.get_data()
    if len(text) >= _LEAST_BYTES and _is_taken():
        response.set_data(gzip_of([Piece(text)]))
        response.content_encoding = "gzip"
        if tag := response.get_etag()[0]:
            response.set_etag(tag, weak=True)  # other bytes that say the same
    return response


def _is_taken() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def _varied(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    return response
