"""Somebody who issues tokens: discovery, keys, and JWTs signed with them."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@dataclass
class Issuer:
    url: str
    key: rsa.RSAPrivateKey = field(default_factory=_key)

    def token(self, **claims: Any) -> str:
        """Good for an hour, unless its claims say otherwise."""
        now = int(time.time())
        return self._signed({"iss": self.url, "iat": now - 1, "exp": now + 3600} | claims, self.key)

    def forged(self, **claims: Any) -> str:
        """Says what a token of the issuer's says, signed by somebody else."""
        return self._signed({"iss": self.url, "exp": int(time.time()) + 3600} | claims, _key())

    def documents(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        modulus, exponent = (_encoded(it.to_bytes((it.bit_length() + 7) // 8)) for it in (numbers.n, numbers.e))
        jwk = {"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "n": modulus, "e": exponent}
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [jwk]},
        }

    def _signed(self, claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
        head = {"alg": "RS256", "typ": "JWT", "kid": "1"}
        text = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        return f"{text}.{_encoded(key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


@contextmanager
def running() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = issuer.documents().get(self.path)
            body = json.dumps(found).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
