"""Cloud Map: namespaces, and services in them."""

from typing import Any

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Values
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


def deregister(cloud: Cloud, id: str, inputs: Values) -> None:
    """Cloud Map deletes no service that lists instances."""
    if not inputs.get("forceDestroy"):
        return
    for instance in cloud.call("servicediscovery", "list_instances", ServiceId=id)["Instances"]:
        cloud.call("servicediscovery", "deregister_instance", ServiceId=id, InstanceId=instance["Id"])


def new_service(properties: dict[str, Any]) -> dict[str, Any]:
    """MiniStack looks for the namespace in one of the two places where AWS takes it."""
    return {"namespaceId": (properties.get("dnsConfig") or {}).get("namespaceId"), **properties}


def changed_service(properties: dict[str, Any]) -> dict[str, Any]:
    """Of the DNS configuration only the records can be changed."""
    records = (properties.get("dnsConfig") or {}).get("dnsRecords")
    return {"service": {**properties, **({"dnsConfig": {"dnsRecords": records}} if records else {})}}


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
    Kind(
        "aws:servicediscovery/service:Service",
        "servicediscovery",
        create=Call("create_service", reshape=new_service),
        made="Service",
        id="Id",
        look=Look("get_service", {"Id": "{id}"}, "Service"),
        find=Look(
            "list_services",
            {},
            "Services[?Name == '{name}' && DnsConfig.NamespaceId == '{dnsConfig[namespaceId]}'] | [0]",
        ),
        updates=(
            Call(
                "update_service",
                {"Id": "{id}"},
                takes="description dnsConfig healthCheckConfig",
                together="description dnsConfig healthCheckConfig",
                reshape=changed_service,
            ),
        ),
        before_delete=deregister,
        delete=Call("delete_service", {"Id": "{id}"}),
        fixed="healthCheckCustomConfig name namespaceId type",
        local="forceDestroy",
        named=Named(longest=127),
        tags="{arn}",
        absent={"description": ""},
        outputs={"arn": "Arn"},
    ),
]
