"""What API Gateway refuses in AWS and MiniStack takes, in AWS's own words."""

from collections.abc import Callable, Mapping
from typing import Any

from local_cloud.api_gateway.vpc_links import VpcLinks

Refusal = tuple[str, str, int] | None
_LISTENER = ":listener/"
_CLOUD_MAP = ":servicediscovery:"


def install(apigateway: Any, links: VpcLinks) -> None:
    rules = _Rules(apigateway, links)
    for name, rule in (
        ("_create_route", rules.new_route),
        ("_update_route", rules.changed_route),
        ("_create_integration", rules.new_integration),
        ("_create_stage", rules.stage),
        ("_update_stage", rules.changed_stage),
        ("_create_authorizer", rules.new_authorizer),
        ("_delete_integration", rules.deleted_integration),
        ("_delete_authorizer", rules.deleted_authorizer),
    ):
        setattr(apigateway, name, _refusing(apigateway, getattr(apigateway, name), rule))


def _refusing(apigateway: Any, handler: Callable[..., Any], rule: Callable[..., Refusal]) -> Callable[..., Any]:
    def checked(*asked: Any) -> Any:
        found = rule(*asked) if asked[0] in apigateway._apis else None
        return apigateway._apigw_error(*found) if found else handler(*asked)

    return checked


class _Rules:
    """Each is asked what its handler is asked."""

    def __init__(self, apigateway: Any, links: VpcLinks):
        self._apigateway = apigateway
        self._links = links

    def new_route(self, api: str, data: Mapping[str, Any]) -> Refusal:
        return self._route(api, "", data)

    def changed_route(self, api: str, route: str, data: Mapping[str, Any]) -> Refusal:
        return self._route(api, route, {**self._apigateway._routes[api].get(route, {}), **data})

    def _route(self, api: str, own: str, wanted: Mapping[str, Any]) -> Refusal:
        key, target = wanted.get("routeKey"), str(wanted.get("target") or "")
        others = (it for id, it in self._apigateway._routes.get(api, {}).items() if id != own)
        if any(it["routeKey"] == key for it in others):
            return "ConflictException", f"Route with key {key} already exists for this API", 409
        if target and target.rpartition("/")[2] not in self._apigateway._integrations.get(api, {}):
            return "NotFoundException", f"Unable to find Integration by target {target}", 404
        is_known = wanted.get("authorizerId") in self._apigateway._authorizers.get(api, {})
        if wanted.get("authorizationType") in ("JWT", "CUSTOM") and not is_known:
            kind = wanted["authorizationType"]
            reason = f"Setting the authorization type to {kind} requires a valid {kind} authorizer."
            return "BadRequestException", f"Invalid authorizer ID specified. {reason}", 400
        return None

    def new_integration(self, api: str, data: Mapping[str, Any]) -> Refusal:
        if data.get("connectionType") != "VPC_LINK":
            return None
        if data.get("connectionId") not in self._links.all:
            return "BadRequestException", f"Unable to find VPC Link {data.get('connectionId')}", 400
        uri = str(data.get("integrationUri") or "")
        if _LISTENER not in uri and _CLOUD_MAP not in uri:
            reason = "Invalid integration URI: a VPC link leads to a listener or a Cloud Map service, by its ARN"
            return "BadRequestException", reason, 400
        return None

    def new_authorizer(self, api: str, data: Mapping[str, Any]) -> Refusal:
        jwt = data.get("jwtConfiguration") or {}
        if data.get("authorizerType") == "JWT" and not (jwt.get("issuer") and jwt.get("audience")):
            return "BadRequestException", "JWT configuration must have an issuer and an audience", 400
        if any(it["name"] == data["name"] for it in self._apigateway._authorizers.get(api, {}).values()):
            return "BadRequestException", f"Authorizer name must be unique. {data['name']} exists already.", 400
        return None

    def stage(self, api: str, data: Mapping[str, Any]) -> Refusal:
        known = {it["routeKey"] for it in self._apigateway._routes.get(api, {}).values()}
        unknown = next((key for key in data.get("routeSettings") or () if key not in known), None)
        if unknown is not None:
            return "NotFoundException", f"Unable to find Route by key {unknown} within the provided RouteSettings", 404
        return None

    def changed_stage(self, api: str, stage: str, data: Mapping[str, Any]) -> Refusal:
        return self.stage(api, data)

    def deleted_integration(self, api: str, integration: str) -> Refusal:
        routes = self._apigateway._routes.get(api, {})
        users = [id for id, it in routes.items() if it.get("target") == f"integrations/{integration}"]
        if users:
            ids = ", ".join(users)
            reason = f"Cannot delete Integration because it is referenced by the following Routes with Ids: [{ids}]"
            return "ConflictException", reason, 409
        return None

    def deleted_authorizer(self, api: str, authorizer: str) -> Refusal:
        routes = self._apigateway._routes.get(api, {}).values()
        user = next((it["routeKey"] for it in routes if it.get("authorizerId") == authorizer), None)
        if user is not None:
            name = self._apigateway._authorizers[api][authorizer]["name"]
            return "ConflictException", f"Cannot delete authorizer '{name}', is referenced in route: {user}", 409
        return None
