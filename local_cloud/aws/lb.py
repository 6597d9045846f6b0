"""Elastic Load Balancing: load balancers, listeners and their rules, target groups."""

from collections.abc import Callable, Mapping
from typing import Any

from local_cloud.aws.kind import Call, Kind, Look, Named
from local_cloud.aws.shapes import Names

LOAD_BALANCER_ATTRIBUTES = {
    "clientKeepAlive": "client_keep_alive.seconds",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableTlsVersionAndCipherSuiteHeaders": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enableWafFailOpen": "waf.fail_open.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "idleTimeout": "idle_timeout.timeout_seconds",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
    "accessLogs.enabled": "access_logs.s3.enabled",
    "accessLogs.bucket": "access_logs.s3.bucket",
    "accessLogs.prefix": "access_logs.s3.prefix",
    "connectionLogs.enabled": "connection_logs.s3.enabled",
    "connectionLogs.bucket": "connection_logs.s3.bucket",
    "connectionLogs.prefix": "connection_logs.s3.prefix",
}
TARGET_GROUP_ATTRIBUTES = {
    "connectionTermination": "deregistration_delay.connection_termination.enabled",
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "lambdaMultiValueHeadersEnabled": "lambda.multi_value_headers.enabled",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
    "loadBalancingAnomalyMitigation": "load_balancing.algorithm.anomaly_mitigation",
    "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
    "preserveClientIp": "preserve_client_ip.enabled",
    "proxyProtocolV2": "proxy_protocol_v2.enabled",
    "slowStart": "slow_start.duration_seconds",
    "stickiness.enabled": "stickiness.enabled",
    "stickiness.type": "stickiness.type",
    "stickiness.cookieDuration": "stickiness.lb_cookie.duration_seconds",
    "stickiness.cookieName": "stickiness.app_cookie.cookie_name",
}
LISTENER_ATTRIBUTES = {
    f"routingHttpResponse{''.join(word.capitalize() for word in name.split('_'))}HeaderValue": (
        f"routing.http.response.{name}.header_value"
    )
    for name in (
        "content_security_policy",
        "strict_transport_security",
        "x_content_type_options",
        "x_frame_options",
    )
}
HEALTH_CHECK = {
    "enabled": "healthCheckEnabled",
    "healthyThreshold": "healthyThresholdCount",
    "interval": "healthCheckIntervalSeconds",
    "path": "healthCheckPath",
    "port": "healthCheckPort",
    "protocol": "healthCheckProtocol",
    "timeout": "healthCheckTimeoutSeconds",
    "unhealthyThreshold": "unhealthyThresholdCount",
}
CONDITION_FIELDS = {
    "hostHeader": "host-header",
    "httpHeader": "http-header",
    "httpRequestMethod": "http-request-method",
    "pathPattern": "path-pattern",
    "queryStrings": "query-string",
    "sourceIp": "source-ip",
}
ACTIONS: Names = {
    "AuthenticateCognitoConfig": "authenticateCognito",
    "AuthenticateOidcConfig": "authenticateOidc",
    "DurationSeconds": "duration",
    "FixedResponseConfig": "fixedResponse",
    "ForwardConfig": "forward",
    "RedirectConfig": "redirect",
    "TargetGroupArn": ("targetGroupArn", "arn"),
    "TargetGroupStickinessConfig": "stickiness",
}
CONDITIONS = {
    "HostHeaderConfig": "hostHeader",
    "HttpHeaderConfig": "httpHeader",
    "HttpRequestMethodConfig": "httpRequestMethod",
    "PathPatternConfig": "pathPattern",
    "QueryStringConfig": "queryStrings",
    "SourceIpConfig": "sourceIp",
    # Field and Values of the old form would otherwise take a condition's own.
    "Field": "field",
}


def attributes(table: Mapping[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def reshape(properties: dict[str, Any]) -> dict[str, Any]:
        flat = dict(properties)
        for prop, value in properties.items():
            if isinstance(value, Mapping):
                flat |= {f"{prop}.{key}": item for key, item in value.items()}
        return {"attributes": {key: flat[prop] for prop, key in table.items() if flat.get(prop) is not None}}

    return reshape


def after(mark: str) -> Callable[[str], str]:
    return lambda arn: arn.rpartition(mark)[2]


def load_balancer(properties: dict[str, Any]) -> dict[str, Any]:
    scheme = "internal" if properties.get("internal") else "internet-facing"
    return {**properties, "scheme": scheme}


def target_group(properties: dict[str, Any]) -> dict[str, Any]:
    check = properties.get("healthCheck") or {}
    flat = {HEALTH_CHECK[key]: value for key, value in check.items() if key in HEALTH_CHECK}
    if check.get("matcher"):
        code = "grpcCode" if properties.get("protocolVersion") == "GRPC" else "httpCode"
        flat["matcher"] = {code: check["matcher"]}
    return {**properties, **flat}


def listener(properties: dict[str, Any]) -> dict[str, Any]:
    shaped = dict(properties)
    if properties.get("certificateArn"):
        shaped["certificates"] = [{"certificateArn": properties["certificateArn"]}]
    return shaped


def rule(properties: dict[str, Any]) -> dict[str, Any]:
    if "conditions" not in properties:
        return properties
    return {**properties, "conditions": [_condition(condition) for condition in properties["conditions"]]}


def _condition(condition: Mapping[str, Any]) -> dict[str, Any]:
    [(kind, wanted)] = ((kind, wanted) for kind, wanted in condition.items() if wanted)
    return {"field": CONDITION_FIELDS[kind], kind: {"values": wanted} if kind == "queryStrings" else wanted}


def _takes(table: Mapping[str, str]) -> str:
    return " ".join(sorted({prop.partition(".")[0] for prop in table}))


KINDS = [
    Kind(
        "aws:lb/loadBalancer:LoadBalancer",
        "elbv2",
        create=Call(
            "create_load_balancer", takes="internal", reshape=load_balancer, names={"Type": "loadBalancerType"}
        ),
        made="LoadBalancers[0]",
        id="LoadBalancerArn",
        look=Look("describe_load_balancers", {"LoadBalancerArns": ["{id}"]}, "LoadBalancers[0]"),
        find=Look("describe_load_balancers", {"Names": ["{name}"]}, "LoadBalancers[0]"),
        updates=(
            Call("set_subnets", {"LoadBalancerArn": "{id}"}, names={"IpAddressType": ""}),
            Call("set_security_groups", {"LoadBalancerArn": "{id}"}),
            Call("set_ip_address_type", {"LoadBalancerArn": "{id}"}),
            Call(
                "modify_load_balancer_attributes",
                {"LoadBalancerArn": "{id}"},
                takes=_takes(LOAD_BALANCER_ATTRIBUTES),
                reshape=attributes(LOAD_BALANCER_ATTRIBUTES),
            ),
        ),
        delete=Call("delete_load_balancer", {"LoadBalancerArn": "{id}"}),
        fixed="customerOwnedIpv4Pool internal loadBalancerType name",
        named=Named(longest=32),
        tags="{id}",
        absent={"accessLogs": {"enabled": False}, "connectionLogs": {"enabled": False}},
        outputs={
            "arn": "LoadBalancerArn",
            "arnSuffix": after("loadbalancer/"),
            "dnsName": "DNSName",
            "zoneId": "CanonicalHostedZoneId",
            "vpcId": "VpcId",
        },
    ),
    Kind(
        "aws:lb/listener:Listener",
        "elbv2",
        create=Call("create_listener", takes="certificateArn", reshape=listener),
        made="Listeners[0]",
        id="ListenerArn",
        look=Look("describe_listeners", {"ListenerArns": ["{id}"]}, "Listeners[0]"),
        find=Look("describe_listeners", {"LoadBalancerArn": "{loadBalancerArn}"}, "Listeners[?Port == `{port}`] | [0]"),
        updates=(
            Call("modify_listener", {"ListenerArn": "{id}"}, takes="certificateArn", reshape=listener),
            Call(
                "modify_listener_attributes",
                {"ListenerArn": "{id}"},
                takes=_takes(LISTENER_ATTRIBUTES),
                reshape=attributes(LISTENER_ATTRIBUTES),
            ),
        ),
        delete=Call("delete_listener", {"ListenerArn": "{id}"}),
        fixed="loadBalancerArn",
        names=ACTIONS,
        tags="{id}",
        outputs={"arn": "ListenerArn"},
    ),
    Kind(
        "aws:lb/listenerCertificate:ListenerCertificate",
        "elbv2",
        create=Call("add_listener_certificates", takes="certificateArn", reshape=listener),
        id="{listenerArn}_{certificateArn}",
        look=Look(
            "describe_listener_certificates",
            {"ListenerArn": "{listenerArn}"},
            "Certificates[?CertificateArn == '{certificateArn}'] | [0]",
        ),
        delete=Call(
            "remove_listener_certificates",
            {"ListenerArn": "{listenerArn}", "Certificates": [{"CertificateArn": "{certificateArn}"}]},
        ),
        fixed="certificateArn listenerArn",
    ),
    Kind(
        "aws:lb/listenerRule:ListenerRule",
        "elbv2",
        create=Call("create_rule", reshape=rule),
        made="Rules[0]",
        id="RuleArn",
        look=Look("describe_rules", {"RuleArns": ["{id}"]}, "Rules[0]"),
        find=Look("describe_rules", {"ListenerArn": "{listenerArn}"}, "Rules[?Priority == '{priority}'] | [0]"),
        updates=(
            Call("modify_rule", {"RuleArn": "{id}"}, reshape=rule),
            Call(
                "set_rule_priorities",
                {"RulePriorities": [{"RuleArn": "{id}", "Priority": "{priority}"}]},
                takes="priority",
            ),
        ),
        delete=Call("delete_rule", {"RuleArn": "{id}"}),
        fixed="listenerArn",
        names={**ACTIONS, **CONDITIONS},
        tags="{id}",
        outputs={"arn": "RuleArn"},
    ),
    Kind(
        "aws:lb/targetGroup:TargetGroup",
        "elbv2",
        create=Call("create_target_group", takes="healthCheck", reshape=target_group),
        made="TargetGroups[0]",
        id="TargetGroupArn",
        look=Look("describe_target_groups", {"TargetGroupArns": ["{id}"]}, "TargetGroups[0]"),
        find=Look("describe_target_groups", {"Names": ["{name}"]}, "TargetGroups[0]"),
        updates=(
            Call("modify_target_group", {"TargetGroupArn": "{id}"}, takes="healthCheck", reshape=target_group),
            Call(
                "modify_target_group_attributes",
                {"TargetGroupArn": "{id}"},
                takes=_takes(TARGET_GROUP_ATTRIBUTES),
                reshape=attributes(TARGET_GROUP_ATTRIBUTES),
            ),
        ),
        delete=Call("delete_target_group", {"TargetGroupArn": "{id}"}),
        fixed="ipAddressType name port protocol protocolVersion targetControlPort targetType vpcId",
        named=Named(longest=32),
        tags="{id}",
        absent={
            "protocolVersion": "HTTP1",
            "slowStart": 0,
            "stickiness": {"enabled": False, "type": "lb_cookie"},
        },
        outputs={
            "arn": "TargetGroupArn",
            "arnSuffix": after(":"),
        },
    ),
]
