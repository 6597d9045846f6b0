"""Keeps what was written to application auto scaling, because moto persists nothing: told again at the next start."""

import base64
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from local_cloud.emulators.request_guard import WsgiApp

TARGET = "AnyScaleFrontendService."
_WRITES = ("Register", "Put", "Delete", "Deregister", "Tag", "Untag")


class Journal:
    """The writes that moto accepted, one a line, oldest first."""

    def __init__(self, path: Path, account_id: str, region: str):
        self._path = path
        self._scope = f"{account_id}/20200101/{region}/application-autoscaling/aws4_request"
        self._host = f"application-autoscaling.{region}.amazonaws.com"
        path.parent.mkdir(parents=True, exist_ok=True)

    def tell(self, app: WsgiApp) -> None:
        from werkzeug.test import Client

        client = Client(app)
        entries = folded(self._entries())
        for entry in entries:
            client.post("/", data=base64.b64decode(entry["body"]), headers=self._headers(entry["target"]))
        fresh = self._path.with_suffix(".tmp")  # a kill in the middle leaves the longer one, which says the same
        fresh.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
        fresh.replace(self._path)

    def keeping(self, app: WsgiApp) -> WsgiApp:
        def kept(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            target = environ["HTTP_X_AMZ_TARGET"]
            if not target.removeprefix(TARGET).startswith(_WRITES):
                return app(environ, start_response)
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)

            def answer(status: str, headers: Any, *rest: Any) -> Any:
                if status.startswith("200"):
                    self._append({"target": target, "body": base64.b64encode(body).decode()})
                return start_response(status, headers, *rest)

            return app(environ, answer)

        return kept

    def _append(self, entry: dict[str, str]) -> None:
        with self._path.open("a") as lines:
            lines.write(json.dumps(entry) + "\n")

    def _entries(self) -> list[dict[str, str]]:
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_text().splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:  # cut short by a kill in the middle of the write
                continue
        return found

    def _headers(self, target: str) -> dict[str, str]:
        return {
            "X-Amz-Target": target,
            "Content-Type": "application/x-amz-json-1.1",
            "Host": self._host,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={self._scope}, SignedHeaders=host, Signature=0",
        }


def folded(entries: list[dict[str, str]]) -> list[dict[str, str]]:
    """Only the last word on each thing, without what was taken away since."""
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for entry in entries:
        action, body = entry["target"].removeprefix(TARGET), json.loads(base64.b64decode(entry["body"]))
        scaled = (body.get("ResourceId", body.get("ResourceARN", "")), body.get("ScalableDimension", ""))
        named = body.get("PolicyName", body.get("ScheduledActionName", ""))
        if action == "DeregisterScalableTarget":
            kept = {key: value for key, value in kept.items() if key[1:3] != scaled}
        elif action.startswith("Delete"):
            kept.pop((action.replace("Delete", "Put"), *scaled, named), None)
        else:
            # A registration may name only the limits that it changes.
            kept[(action, *scaled, named)] = kept.get((action, *scaled, named), {}) | body
    return [
        {"target": TARGET + key[0], "body": base64.b64encode(json.dumps(body).encode()).decode()}
        for key, body in kept.items()
    ]
