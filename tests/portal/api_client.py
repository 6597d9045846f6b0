"""A program that asks the API with a token."""

from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portal.auth import Person
from runtime.bucket import api_tokens
from runtime.bucket.api_tokens import KnownToken
from service_catalog.records.portal import ApiToken, TokenScope
from tests.portal.people import OWNER

BASE = "/api/v1/environments/local/services"


def token(app: Flask, person: Person = OWNER, scope: TokenScope | None = None, days: int = 1, **more: Any) -> str:
    """As the page of tokens makes it."""
    held = app.extensions["slipway"]
    now = held.settings.now()
    id, secret = api_tokens.new_secret()
    made = ApiToken(
        id=id,
        digest=api_tokens.digest(secret),
        name="CI",
        made_by=person.id,
        made_by_name=person.name,
        teams=tuple(sorted(person.teams)),
        is_platform=person.is_platform,
        scope=scope or TokenScope(),
        when=now,
        expires=now + timedelta(days=days),
        **more,
    )
    held.gateways(held.settings.home).api_tokens.add(made)
    held.bearers.put(KnownToken(made))
    return api_tokens.written(id, secret)


class ApiClient:
    def __init__(self, app: Flask, text: str):
        self.client, self.text = app.test_client(), text

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.open("GET", path, headers=headers)

    def post(self, path: str, body: object, **headers: str) -> TestResponse:
        return self.open("POST", path, json=body, headers=headers)

    def open(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        address = path if path.startswith("/api/") else f"{BASE}{path}"
        said = {name.replace("_", "-"): text for name, text in (headers or {}).items()}
        return self.client.open(address, method=method, headers={"Authorization": f"Bearer {self.text}"} | said, **more)
