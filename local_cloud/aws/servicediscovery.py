"""Cloud Map: namespaces."""

from typing import Any

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named
from local_cloud.engine.provider import ProviderError


def operation_end(cloud: Cloud, answer: dict[str, Any]) -> dict[str, Any]:
    """Cloud Map answers with an operation; the namespace's id is known when that has come to its end."""
    for _ in range(OPERATION_LOOKS):
        operation = cloud.call("servicediscovery", "get_operation", OperationId=answer["OperationId"])["Operation"]
        if operation["Status"] == "FAIL":
            raise ProviderError(
                f"Cloud Map could not make the namespace: {operation.get('ErrorMessage', 'no reason given')}"
            )
        if operation["Status"] == "SUCCESS":
            id = operation["Targets"]["NAMESPACE"]
            return dict(cloud.call("servicediscovery", "get_namespace", Id=id)["Namespace"])
    raise ProviderError("Cloud Map is still making the namespace; run again in a minute")


OPERATION_LOOKS = 100


def described_as(properties: dict[str, Any]) -> dict[str, Any]:
    return {"namespace": properties}


def namespace(token: str, type: str, create: str, update: str, fixed: str, outputs: dict[str, str]) -> Kind:
    return Kind(
        token,
        "servicediscovery",
        create=Call(create),
        settle=operation_end,
        id="Id",
        look=Look("get_namespace", {"Id": "{id}"}, "Namespace"),
        find=Look("list_namespaces", {}, f"Namespaces[?Name == '{{name}}' && Type == '{type}'] | [0]"),
        updates=(Call(update, {"Id": "{id}"}, takes="description", reshape=described_as),),
        delete=Call("delete_namespace", {"Id": "{id}"}),
        fixed=fixed,
        named=Named(longest=1024),
        tags="{arn}",
        absent={"description": ""},
        outputs={"arn": "Arn", **outputs},
    )


KINDS = [
    namespace(
        "aws:servicediscovery/httpNamespace:HttpNamespace",
        "HTTP",
        "create_http_namespace",
        "update_http_namespace",
        "name",
        {"httpName": "Properties.HttpProperties.HttpName"},
    ),
    namespace(
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        "DNS_PRIVATE",
        "create_private_dns_namespace",
        "update_private_dns_namespace",
        "name vpc",
        {"hostedZone": "Properties.DnsProperties.HostedZoneId"},
    ),
]
