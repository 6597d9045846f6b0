"""Further certificates of a listener, which MiniStack does not have: kept with the listener, and shown.

The local cloud ends no TLS, so which one a client means is asked by nobody.
"""

from collections.abc import Mapping
from typing import Any

_FURTHER = "FurtherCertificates"
_MAX = 25


def install(alb: Any) -> None:
    actions = alb._ACTION_MAP
    actions["AddListenerCertificates"] = lambda params: _changed(alb, "AddListenerCertificates", params)
    actions["RemoveListenerCertificates"] = lambda params: _changed(alb, "RemoveListenerCertificates", params)
    actions["DescribeListenerCertificates"] = lambda params: _described(alb, params)


def _changed(alb: Any, action: str, params: Mapping[str, Any]) -> Any:
    listener = alb._listeners.get(alb._p(params, "ListenerArn"))
    if listener is None:
        return _missing(alb, params)
    given, kept = alb._parse_certificate_arns(params), list(listener.get(_FURTHER, ()))
    if action.startswith("Remove"):
        listener[_FURTHER] = [arn for arn in kept if arn not in given]
        return alb._empty(action)
    if listener["Protocol"] != "HTTPS":
        return alb._error("UnsupportedProtocol", "Certificates can only be added to secure listeners")
    if len({*kept, *given}) > _MAX:
        return alb._error("TooManyCertificates", f"The maximum number of certificates is '{_MAX}'")
    listener[_FURTHER] = list(dict.fromkeys([*kept, *given]))
    return alb._xml(200, action, f"<Certificates>{_members(given, is_default=False)}</Certificates>")


def _described(alb: Any, params: Mapping[str, Any]) -> Any:
    listener = alb._listeners.get(alb._p(params, "ListenerArn"))
    if listener is None:
        return _missing(alb, params)
    first = listener.get("Certificates", ())
    members = _members(first, is_default=True) + _members(listener.get(_FURTHER, ()), is_default=False)
    return alb._xml(200, "DescribeListenerCertificates", f"<Certificates>{members}</Certificates>")


def _members(arns: Any, is_default: bool) -> str:
    flag = f"<IsDefault>{str(is_default).lower()}</IsDefault>"
    return "".join(f"<member><CertificateArn>{arn}</CertificateArn>{flag}</member>" for arn in arns)


def _missing(alb: Any, params: Mapping[str, Any]) -> Any:
    return alb._error("ListenerNotFound", f"Listener '{alb._p(params, 'ListenerArn')}' not found.")
