"""VPC links, and the members of an integration that speak of them. They are remembered with the APIs."""

import copy
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from ministack.core.responses import AccountRegionScopedDict

Answer = tuple[int, dict[str, str], bytes]
_OF_INTEGRATIONS = ("connectionId", "tlsConfig", "integrationSubtype", "credentialsArn")
"""Members that MiniStack forgets"""


class VpcLinks:
    def __init__(self, apigateway: Any):
        self._apigateway = apigateway
        self.all: Any = AccountRegionScopedDict()

    def answer(self, method: str, link: str, data: Mapping[str, Any]) -> Answer:
        """A request to ``/v2/vpclinks`` or, with ``link``, to one of them."""
        if not link:
            return self._make(data) if method == "POST" else self._told({"items": list(self.all.values())})
        if link not in self.all:
            return self._refused("NotFoundException", f"Unable to find VPC Link {link}", 404)
        if method == "DELETE":
            return self._delete(link)
        if method == "PATCH":
            self.all[link]["name"] = data.get("name") or self.all[link]["name"]
        return self._told(self.all[link])

    def tags(self, arn: str) -> dict[str, str] | None:
        """Of a link by its ARN; None for anything else."""
        link = self.all.get(arn.rpartition("/vpclinks/")[2])
        found: dict[str, str] | None = link["tags"] if link and "/vpclinks/" in arn else None
        return found

    def _make(self, data: Mapping[str, Any]) -> Answer:
        if not data.get("subnetIds"):
            return self._refused("BadRequestException", "Subnet IDs must not be empty", 400)
        link = secrets.token_hex(3)
        self.all[link] = {
            "vpcLinkId": link,
            "name": data["name"],
            "subnetIds": data["subnetIds"],
            "securityGroupIds": data.get("securityGroupIds", []),
            "createdDate": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "tags": dict(data.get("tags") or {}),
            "vpcLinkStatus": "AVAILABLE",
            "vpcLinkStatusMessage": "VPC link is ready to route traffic",
            "vpcLinkVersion": "V2",
        }
        return self._told(self.all[link], 201)

    def _delete(self, link: str) -> Answer:
        integrations = [it for api in self._apigateway._integrations.values() for it in api.values()]
        users = [it["integrationId"] for it in integrations if it.get("connectionId") == link]
        if users:
            reason = f"Cannot delete vpc link. Vpc link '{link}', is referenced in [{', '.join(users)}]"
            return self._refused("BadRequestException", reason, 400)
        del self.all[link]
        return 202, {}, b""

    def _told(self, body: Mapping[str, Any], status: int = 200) -> Answer:
        answer: Answer = self._apigateway._apigw_response(body, status)
        return answer

    def _refused(self, code: str, reason: str, status: int) -> Answer:
        answer: Answer = self._apigateway._apigw_error(code, reason, status)
        return answer


def install(apigateway: Any) -> VpcLinks:
    links = VpcLinks(apigateway)
    _answer_for_them(apigateway, links)
    _keep_what_integrations_say(apigateway)
    _remember_them(apigateway, links)
    return links


def _answer_for_them(apigateway: Any, links: VpcLinks) -> None:
    handle = apigateway.handle_request

    async def handled(method: str, path: str, headers: Any, body: bytes, query: Mapping[str, Any]) -> Any:
        steps = [unquote(step) for step in path.strip("/").split("/")]
        if steps[:2] == ["v2", "vpclinks"]:
            return links.answer(method, "".join(steps[2:3]), json.loads(body or b"{}"))
        if steps[:2] == ["v2", "tags"] and (tags := links.tags("/".join(steps[2:]))) is not None:
            return _tagged(apigateway, tags, method, body, query)
        return await handle(method, path, headers, body, query)

    apigateway.handle_request = handled


def _tagged(apigateway: Any, tags: dict[str, str], method: str, body: bytes, query: Mapping[str, Any]) -> Any:
    if method == "POST":
        tags |= json.loads(body)["tags"]
        return 201, {}, b"{}"
    if method == "DELETE":
        for key in query.get("tagKeys", []):
            tags.pop(key, None)
        return 204, {}, b""
    return apigateway._apigw_response({"tags": tags})


def _keep_what_integrations_say(apigateway: Any) -> None:
    create, update = apigateway._create_integration, apigateway._update_integration

    def created(api: str, data: dict[str, Any]) -> Any:
        return _with_members(apigateway, api, data, create(api, data))

    def updated(api: str, integration: str, data: dict[str, Any]) -> Any:
        found = apigateway._integrations.get(api, {}).get(integration)
        if found and "requestParameters" in data:
            # AWS adds to what it has; an empty value takes a mapping away.
            merged = found.get("requestParameters", {}) | data["requestParameters"]
            data = {**data, "requestParameters": {key: value for key, value in merged.items() if value}}
        return _with_members(apigateway, api, data, update(api, integration, data))

    apigateway._create_integration, apigateway._update_integration = created, updated


def _with_members(apigateway: Any, api: str, data: Mapping[str, Any], answer: Answer) -> Any:
    status, _, body = answer
    if status >= 300:
        return answer
    integration = apigateway._integrations[api][json.loads(body)["integrationId"]]
    integration |= {member: data[member] for member in _OF_INTEGRATIONS if member in data}
    return apigateway._apigw_response(integration, status)


def _remember_them(apigateway: Any, links: VpcLinks) -> None:
    state, restore = apigateway.get_state, apigateway.load_persisted_state
    apigateway.get_state = lambda: {**state(), "vpc_links": copy.deepcopy(links.all)}

    def restored(data: Any) -> None:
        restore(data)
        links.all.update((data or {}).get("vpc_links") or AccountRegionScopedDict())

    apigateway.load_persisted_state = restored
