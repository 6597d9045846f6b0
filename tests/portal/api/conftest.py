import pytest
from flask import Flask

from tests.portal.api_client import ApiClient, token


@pytest.fixture
def api(app: Flask, running: object) -> ApiClient:
    """By a token of somebody of team-commerce, which may all that they may."""
    return ApiClient(app, token(app))
