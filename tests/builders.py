"""One valid example each; a test says only what matters to it: ``a_service(port=1)``.

Changes are what the YAML would say, whole top-level fields: ``a_service(tasks={"min": 2, "max": 4})``.
"""

from typing import Any

from service_catalog.model import Environment, Service


def a_service(**changes: Any) -> Service:
    entry: dict[str, Any] = {
        "name": "orders-api",
        "owner": "team-commerce",
        "image": {"repository": "orders-api"},
        "port": 8080,
        "health": {"path": "/healthz"},
        "tasks": {"min": 1, "max": 4},
        "exposure": {"audience": "public", "paths": ["/orders", "/orders/*"]},
        "env_files": ["app"],
    }
    return Service.model_validate(entry | changes)


def an_environment(**changes: Any) -> Environment:
    entry: dict[str, Any] = {"name": "dev", "account_id": "123456789012", "region": "ap-northeast-1"}
    return Environment.model_validate(entry | changes)
