"""Look-up functions, asked once a run however often the program asks."""

import json
import threading
from concurrent.futures import Future
from typing import Any

from local_cloud.engine.provider import Properties, Provider


class LookUps:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._asked: dict[str, Future[dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def invoke(self, token: str, arguments: Properties, settings: Properties) -> dict[str, Any]:
        """Raises ProviderError, to everybody who asked the same."""
        key = json.dumps([token, dict(arguments), dict(settings)], sort_keys=True)
        with self._lock:
            is_first = key not in self._asked
            answer = self._asked.setdefault(key, Future())
        if is_first:
            try:
                answer.set_result(self._provider.invoke(token, arguments, settings))
            except Exception as error:
                answer.set_exception(error)
        return answer.result()
