"""Amazon Q Developer in chat applications, which MiniStack lacks: channels are configured, and nobody is told there."""

import json
from collections.abc import Callable, Mapping
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
Asked = Mapping[str, Any]
_NAME = "chatbot"
_ARN = "ChatConfigurationArn"


def install(app: Any, account: str) -> None:
    """As a service among MiniStack's own, whose memory is saved and read with theirs."""
    app._loaded_modules[_NAME] = ChatChannels(account)
    app._state_map[_NAME] = _NAME
    app.SERVICE_HANDLERS[_NAME] = app._lazy_handler(_NAME)


class ChatChannels:
    def __init__(self, account: str):
        self._account = account
        self._kept: dict[str, dict[str, Any]] = {}
        self._operations: dict[str, Callable[[Asked], tuple[int, Any]]] = {
            "/create-slack-channel-configuration": lambda asked: self._create("slack-channel", asked),
            "/describe-slack-channel-configurations": self._described,
            "/update-slack-channel-configuration": self._update,
            "/delete-slack-channel-configuration": self._delete,
            "/create-ms-teams-channel-configuration": lambda asked: self._create("microsoft-teams-channel", asked),
            "/list-ms-teams-channel-configurations": self._of_team,
            "/get-ms-teams-channel-configuration": self._get,
            "/update-ms-teams-channel-configuration": self._update,
            "/delete-ms-teams-channel-configuration": self._delete,
            "/tag-resource": self._tag,
            "/untag-resource": self._untag,
        }

    async def handle_request(self, method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        try:
            status, told = self._operations[path](json.loads(body or b"{}"))
        except KeyError:
            return _answer(404, {"message": "not found"}, "ResourceNotFoundException")
        except _Taken as taken:
            return _answer(409, {"message": str(taken)}, "ConflictException")
        return _answer(status, told)

    def get_state(self) -> dict[str, Any]:
        return dict(self._kept)

    def load_persisted_state(self, state: Mapping[str, Any]) -> None:
        self._kept = dict(state)

    def reset(self) -> None:
        self._kept = {}

    def _create(self, kind: str, asked: Asked) -> tuple[int, Any]:
        arn = f"arn:aws:chatbot::{self._account}:chat-configuration/{kind}/{asked['ConfigurationName']}"
        if arn in self._kept:
            raise _Taken(f"there is a configuration {asked['ConfigurationName']} already")
        self._kept[arn] = {"LoggingLevel": "NONE", **asked, _ARN: arn, "State": "ENABLED"}
        return 201, {"ChannelConfiguration": self._kept[arn]}

    def _described(self, asked: Asked) -> tuple[int, Any]:
        found = [self._kept[asked[_ARN]]] if _ARN in asked else list(self._kept.values())
        return 200, {"SlackChannelConfigurations": [it for it in found if "SlackChannelId" in it]}

    def _of_team(self, asked: Asked) -> tuple[int, Any]:
        found = [it for it in self._kept.values() if it.get("TeamId") == asked["TeamId"]]
        return 200, {"TeamChannelConfigurations": found}

    def _get(self, asked: Asked) -> tuple[int, Any]:
        return 200, {"ChannelConfiguration": self._kept[asked[_ARN]]}

    def _update(self, asked: Asked) -> tuple[int, Any]:
        self._kept[asked[_ARN]] |= asked
        return self._get(asked)

    def _delete(self, asked: Asked) -> tuple[int, Any]:
        del self._kept[asked[_ARN]]
        return 204, None

    def _tag(self, asked: Asked) -> tuple[int, Any]:
        kept = self._kept[asked["ResourceARN"]]
        names = {tag["TagKey"] for tag in asked["Tags"]}
        kept["Tags"] = [*(tag for tag in kept.get("Tags", ()) if tag["TagKey"] not in names), *asked["Tags"]]
        return 200, {}

    def _untag(self, asked: Asked) -> tuple[int, Any]:
        kept = self._kept[asked["ResourceARN"]]
        kept["Tags"] = [tag for tag in kept.get("Tags", ()) if tag["TagKey"] not in asked["TagKeys"]]
        return 200, {}


class _Taken(Exception):
    """Names of configurations are unique in an account."""


def _answer(status: int, told: Any, error: str = "") -> Answer:
    headers = {"Content-Type": "application/json"} | ({"x-amzn-ErrorType": error} if error else {})
    return status, headers, b"" if told is None else json.dumps(told).encode()
