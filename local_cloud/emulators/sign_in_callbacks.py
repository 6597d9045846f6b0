"""Where identity providers send users back to: the load balancer answers at that path whatever its rules ask for.

MiniStack asks the rules for the path itself, so a rule of other paths never heard of who comes back. Here the rule is
asked for that sent the user away.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit


def install(alb: Any) -> None:
    dispatch = alb.dispatch_request

    async def dispatched(
        lb: Any, method: str, path: str, headers: Any, body: Any, query: Any, port: int = 80, **more: Any
    ) -> Any:
        state = alb._oidc_first(query.get("state")) if path == alb.OIDC_CALLBACK_PATH else None
        pending = alb._oidc_pending.get(state) if state else None
        if pending is None:
            return await dispatch(lb, method, path, headers, body, query, port, **more)
        actions = _sent_away_by(alb, lb, port, headers, urlsplit(pending["url"]))
        forwarded = {**headers, "x-forwarded-proto": urlsplit(pending["url"]).scheme}
        return await alb._execute_actions(actions, method, path, forwarded, body, query, port)

    alb.dispatch_request = dispatched


def _sent_away_by(alb: Any, lb: Any, port: int, headers: Any, asked: Any) -> Any:
    listeners = [it for it in alb._listeners.values() if it["LoadBalancerArn"] == lb["LoadBalancerArn"]]
    listener = next((it for it in listeners if it["Port"] == port), listeners[0])
    rules = [it for it in alb._rules.values() if it["ListenerArn"] == listener["ListenerArn"]]
    request = ("GET", asked.path, headers, parse_qs(asked.query))
    matching = (
        rule
        for rule in sorted(rules, key=alb._rule_sort_key)
        if rule["IsDefault"] or all(alb._match_condition(it, *request) for it in rule["Conditions"])
    )
    return next(matching)["Actions"]
