"""Makes what a life needs, and takes it all down again."""

import re
from typing import Any

from local_cloud.aws import AwsProvider
from tests.local_cloud.aws.lives.needs import NEEDS

SETTINGS: dict[str, Any] = {}
NEED = re.compile(r"\$(?!request\b|context\b)(\w+)\.(\w+)")
"""API Gateway has variables of its own."""


class World:
    def __init__(self, provider: AwsProvider):
        self.provider = provider
        self.made: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = []
        self._needs: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_: object) -> None:
        for type, id, inputs, outputs in reversed(self.made):
            self.provider.delete(type, id, inputs, outputs, SETTINGS)

    def create(self, type: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The id, the checked inputs, and the outputs of something that is deleted at the end, if it still stands."""
        checked = self.provider.check(type, "thing", None, self.fill(inputs), SETTINGS)
        made = self.provider.create(type, checked, SETTINGS)
        self.made.append((type, made.id, checked, made.outputs))
        return made.id, checked, made.outputs

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            return NEED.sub(lambda match: str(self._needed(match[1])[match[2]]), value)
        return value

    def _needed(self, name: str) -> dict[str, Any]:
        if name not in self._needs:
            id, _, outputs = self.create(*NEEDS[name])
            self._needs[name] = {**outputs, "id": id}
        return self._needs[name]
