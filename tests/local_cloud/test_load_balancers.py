"""From a browser's address through a load balancer's rules to a running program."""

import http.client
import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

from local_cloud.cloud import NotRunning
from local_cloud.emulators.process import free_port
from tests.local_cloud.metrics.reading import statistic
from tests.local_cloud.services import PORT, SampleService
from tests.local_cloud.waiting import eventually

NOTHING = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no such service"}


class Balancer:
    def __init__(self, aws, name):
        self.elb = aws("elbv2")
        self.name = name
        ec2 = aws("ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        cidrs = ("10.9.0.0/24", "10.9.1.0/24")
        subnets = [ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr)["Subnet"]["SubnetId"] for cidr in cidrs]
        [made] = self.elb.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"]
        self.arn, self.dns_name = made["LoadBalancerArn"], made["DNSName"]
        default = [{"Type": "fixed-response", "FixedResponseConfig": NOTHING}]
        listener = self.elb.create_listener(LoadBalancerArn=self.arn, Protocol="HTTP", Port=80, DefaultActions=default)
        self.listener = listener["Listeners"][0]["ListenerArn"]

    def target_group(self, name):
        group = self.elb.create_target_group(
            Name=name, Protocol="HTTP", Port=PORT, VpcId=self.vpc, TargetType="ip", HealthCheckPath="/healthz"
        )
        return group["TargetGroups"][0]["TargetGroupArn"]

    def rule(self, priority, *groups, paths=(), hosts=(), sources=()):
        conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": list(paths)}}] if paths else []
        conditions += [{"Field": "host-header", "HostHeaderConfig": {"Values": list(hosts)}}] if hosts else []
        conditions += [{"Field": "source-ip", "SourceIpConfig": {"Values": list(sources)}}] if sources else []
        weighted = [{"TargetGroupArn": group, "Weight": 1} for group in groups]
        to = {"TargetGroupArn": groups[0]} if len(groups) == 1 else {"ForwardConfig": {"TargetGroups": weighted}}
        actions = [{"Type": "forward", **to}]
        self.elb.create_rule(ListenerArn=self.listener, Priority=priority, Conditions=conditions, Actions=actions)


@pytest.fixture(scope="module")
def balancer(prepared):
    return Balancer(prepared, "Tests-Public")


@pytest.fixture(scope="module")
def serving(aws, balancer):
    """Two services behind one load balancer: /orders* by path, everything of shop.example.com by host."""
    for priority, name, match in (
        (10, "lb-orders", {"paths": ["/orders", "/orders/*"]}),
        (20, "lb-shop", {"hosts": ["shop.example.com"]}),
        (30, "lb-shadowed", {"paths": ["/orders/late"]}),
    ):
        group = balancer.target_group(name)
        balancer.rule(priority, group, **match)
        if name != "lb-shadowed":
            service = SampleService(aws, name)
            behind = [{"targetGroupArn": group, "containerName": "app", "containerPort": PORT}]
            settings = [{"name": "GREETING", "value": name}, {"name": "PATHS", "value": "/orders"}]
            service.create(service.definition(environment=settings), count=1, loadBalancers=behind)
            assert service.settled() == "SUCCESSFUL"
    return balancer


def asked(url, client="127.0.0.1", **headers):
    """As a browser on this machine asks: names below localhost are this machine. What answered, and its body."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=60, source_address=(client, 0))
    target = f"{address.path}?{address.query}" if address.query else address.path
    connection.request("GET", target, headers={"Host": address.netloc, "Accept": "application/json"} | headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def get(url, client="127.0.0.1", **headers):
    answer, body = asked(url, client, **headers)
    return answer.status, body


def greeting(answer):
    status, body = answer
    assert status == 200, body
    return json.loads(body)["settings"].get("GREETING")


def test_a_link_leads_by_path_to_the_running_program(cloud, serving):
    assert greeting(get(cloud.url(serving.dns_name, "/orders/7"))) == "lb-orders"


def test_a_rule_that_asks_for_a_host_is_met_below_localhost(cloud, serving):
    url = cloud.url(serving.dns_name, "/", host="shop.example.com")
    assert url.startswith("http://shop.example.com.localhost:")
    assert greeting(get(url)) == "lb-shop"


def test_the_rule_with_the_lower_number_wins(cloud, serving):
    assert greeting(get(cloud.url(serving.dns_name, "/orders/late"))) == "lb-orders"


def test_what_no_rule_wants_gets_the_default(cloud, serving):
    assert get(cloud.url(serving.dns_name, "/elsewhere")) == (404, "no such service")


def test_a_service_without_tasks_answers_503(cloud, aws, serving):
    group = serving.target_group("lb-empty")
    serving.rule(5, group, paths=["/empty"])
    assert get(cloud.url(serving.dns_name, "/empty"))[0] == 503


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no other loopback address to come from")
def test_a_rule_may_ask_where_a_request_comes_from(cloud, serving):
    group = serving.target_group("lb-sources")
    serving.rule(4, group, paths=["/sources"], sources=["127.0.0.2/32", "2001:db8::/32"])
    url = cloud.url(serving.dns_name, "/sources")

    assert get(url, client="127.0.0.2")[0] == 503
    assert get(url, client="127.0.0.3") == (404, "no such service")


class Echo(BaseRequestHandler):
    """Becomes what it is asked to become, and says what it heard."""

    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.request.recv(1)
        self.request.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n" + head)
        while heard := self.request.recv(4096):
            self.request.sendall(heard[::-1])


@pytest.fixture
def echo():
    with ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def upgraded(url, **headers):
    """A connection on which a WebSocket was asked for, and the first words that came back."""
    address = urlsplit(url)
    said = {"Host": address.netloc, "Connection": "Upgrade", "Upgrade": "WebSocket", "Sec-WebSocket-Key": "k"} | headers
    lines = [f"GET {address.path}?{address.query} HTTP/1.1", *(f"{name}: {it}" for name, it in said.items()), "", ""]
    connection = socket.create_connection(("127.0.0.1", address.port), timeout=60)
    connection.sendall("\r\n".join(lines).encode())
    return connection, connection.recv(65_536).decode()


def test_a_websocket_reaches_the_target_that_the_rules_choose(cloud, serving, echo):
    group = serving.target_group("lb-echo")
    serving.rule(8, group, paths=["/chat"])
    serving.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": echo}])

    connection, said = upgraded(cloud.url(serving.dns_name, "/chat?room=1"))
    with connection:
        assert said.startswith("HTTP/1.1 101 ")
        assert "GET /chat?room=1 HTTP/1.1" in said
        assert "upgrade: WebSocket" in said
        assert "x-forwarded-for: 127.0.0.1" in said
        for sent in (b"\x00abc", b"\xff" * 3):
            connection.sendall(sent)
            assert connection.recv(4096) == sent[::-1]


def test_a_websocket_that_may_not_or_leads_nowhere_is_told(cloud, serving):
    group = serving.target_group("lb-deaf")
    serving.rule(9, group, paths=["/deaf"])
    serving.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": free_port()}])

    def status(path, **headers):
        connection, said = upgraded(cloud.url(serving.dns_name, path), **headers)
        connection.close()
        return said.split()[1]

    assert status("/nobody") == "404"
    assert status("/deaf") == "502"
    assert status("/deaf", Origin="https://evil.example") == "403"


def sticky(balancer, group, **more):
    said = {"stickiness.enabled": "true", **more}
    attributes = [{"Key": key, "Value": value} for key, value in said.items()]
    balancer.elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=attributes)


def test_a_client_keeps_its_task_where_the_target_group_is_sticky(cloud, aws, serving):
    group = serving.target_group("lb-sticky")
    serving.rule(7, group, paths=["/sticky", "/sticky/*"])
    sticky(serving, group, **{"stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": "60"})
    service = SampleService(aws, "lb-sticky")
    behind = [{"targetGroupArn": group, "containerName": "app", "containerPort": PORT}]
    settings = [{"name": "PATHS", "value": "/sticky"}]
    service.create(service.definition(environment=settings), count=2, loadBalancers=behind)
    assert service.settled() == "SUCCESSFUL"
    assert eventually(lambda: len(service.running()) == 2)
    url = cloud.url(serving.dns_name, "/sticky/7")

    first, body = asked(url)
    cookie = first.headers["Set-Cookie"].partition(";")[0]
    task = json.loads(body)["task"]

    assert "Max-Age=60" in first.headers["Set-Cookie"]
    assert {json.loads(get(url, Cookie=cookie)[1])["task"] for _ in range(8)} == {task}
    assert eventually(lambda: json.loads(get(url)[1])["task"] != task)

    sticky(serving, group, **{"stickiness.type": "app_cookie", "stickiness.app_cookie.cookie_name": "SESSION"})
    assert asked(url)[0].headers["Set-Cookie"] is None
    kept = asked(url, Cookie="SESSION=1")[0].headers["Set-Cookie"].partition(";")[0]
    tasks = {json.loads(get(url, Cookie=f"SESSION=1; {kept}")[1])["task"] for _ in range(8)}
    assert len(tasks) == 1


def test_requests_are_measured_by_target_group(cloud, aws, serving):
    group = serving.target_group("lb-measured")
    serving.rule(6, group, paths=["/measured", "/measured/*"])
    service = SampleService(aws, "lb-measured")
    behind = [{"targetGroupArn": group, "containerName": "app", "containerPort": PORT}]
    settings = [{"name": "PATHS", "value": "/measured"}]
    service.create(service.definition(environment=settings), count=1, loadBalancers=behind)
    assert service.settled() == "SUCCESSFUL"
    assert greeting(get(cloud.url(serving.dns_name, "/measured/7"))) is None

    way = {"LoadBalancer": serving.arn.partition(":loadbalancer/")[2], "TargetGroup": group.rpartition(":")[2]}
    assert eventually(lambda: statistic(aws, "AWS/ApplicationELB", "RequestCount", "Sum", **way)) == 1
    seconds = statistic(aws, "AWS/ApplicationELB", "TargetResponseTime", "p95", **way)
    assert seconds
    assert 0 < seconds < 5


def test_a_foreign_script_and_a_foreign_name_are_refused_at_the_port(cloud, serving):
    url = cloud.url(serving.dns_name, "/orders")
    assert get(url, Origin="https://evil.example")[0] == 403
    assert get(url, Host="evil.example")[0] == 403


def test_an_unknown_load_balancer_has_no_address(cloud):
    with pytest.raises(NotRunning, match="there is no load balancer nobody"):
        cloud.url("nobody")


def test_ministack_still_calls_every_target_healthy(aws, serving):
    group = serving.target_group("lb-sick")
    aws("elbv2").register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": 9}])
    [health] = aws("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert health["TargetHealth"]["State"] == "healthy"


def test_a_release_that_fails_the_target_groups_check_comes_back(aws, serving, fresh_name):
    group = serving.target_group(fresh_name)
    service = SampleService(aws, fresh_name)
    behind = [{"targetGroupArn": group, "containerName": "app", "containerPort": PORT}]
    service.create(service.definition(), count=1, loadBalancers=behind)
    assert service.settled() == "SUCCESSFUL"

    service.update(taskDefinition=service.definition(env="FAIL_HEALTH=1\n"))

    assert service.settled() == "ROLLBACK_SUCCESSFUL"
    expected = f"Task failed ELB health checks in (target-group {group})"
    assert expected in {task["stoppedReason"] for task in service.stopped()}


def test_a_deleted_load_balancer_has_no_door_any_more(cloud, aws):
    balancer = Balancer(aws, "tests-gone")
    url = eventually(lambda: cloud.url(balancer.dns_name))
    assert get(url)[0] == 404

    aws("elbv2").delete_load_balancer(LoadBalancerArn=balancer.arn)

    def is_closed():
        try:
            get(url)
        except OSError:
            return True
        return False

    assert eventually(is_closed)


def test_paths_with_any_character_that_aws_takes_can_be_read_again(balancer):
    path, patterns = "/healthz?a=1&b=<2>", ["/a&b", "/x&amp;y", '/"quoted"']
    group = balancer.elb.create_target_group(
        Name="lb-odd", Protocol="HTTP", Port=PORT, VpcId=balancer.vpc, TargetType="ip", HealthCheckPath=path
    )["TargetGroups"][0]
    assert group["HealthCheckPath"] == path
    balancer.rule(40, group["TargetGroupArn"], paths=patterns)

    groups = balancer.elb.describe_target_groups()["TargetGroups"]
    rules = balancer.elb.describe_rules(ListenerArn=balancer.listener)["Rules"]

    assert path in [group["HealthCheckPath"] for group in groups]
    [rule] = [rule for rule in rules if rule["Priority"] == "40"]
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == patterns
    balancer.elb.delete_rule(RuleArn=rule["RuleArn"])
    balancer.elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])


def test_what_ministack_escapes_by_itself_is_escaped_once(balancer):
    redirect = {"Protocol": "HTTPS", "Port": "443", "Query": "a=1&b=2", "StatusCode": "HTTP_301"}
    [rule] = balancer.elb.create_rule(
        ListenerArn=balancer.listener,
        Priority=41,
        Conditions=[{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["a&b"]}}],
        Actions=[{"Type": "redirect", "RedirectConfig": redirect}],
    )["Rules"]
    assert rule["Actions"][0]["RedirectConfig"]["Query"] == "a=1&b=2"
    assert rule["Conditions"][0]["HttpHeaderConfig"]["Values"] == ["a&b"]
    balancer.elb.delete_rule(RuleArn=rule["RuleArn"])


def refused(call):
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


def test_a_rule_takes_five_values(balancer):
    group = balancer.target_group("lb-five")
    paths = ["/five/1", "/five/2", "/five/3"]
    assert refused(lambda: balancer.rule(60, group, paths=paths, sources=["10.0.0.0/8"] * 3)) == "ValidationError"
    assert refused(lambda: balancer.rule(60, group, paths=["/*/*/*", "/?/?/?"])) == "ValidationError"
    balancer.rule(60, group, paths=paths, sources=["10.0.0.0/8"] * 2)


def test_what_speaks_http2_is_refused_behind_http(balancer):
    [group] = balancer.elb.create_target_group(
        Name="lb-grpc",
        Protocol="HTTP",
        ProtocolVersion="GRPC",
        Port=PORT,
        VpcId=balancer.vpc,
        TargetType="ip",
        Matcher={"GrpcCode": "12"},
    )["TargetGroups"]
    assert (group["ProtocolVersion"], group["Matcher"]) == ("GRPC", {"GrpcCode": "12"})

    grpc, http = group["TargetGroupArn"], balancer.target_group("lb-beside-grpc")
    assert refused(lambda: balancer.rule(61, grpc, paths=["/x"])) == "InvalidLoadBalancerAction"
    assert refused(lambda: balancer.rule(61, http, grpc, paths=["/x"])) == "InvalidLoadBalancerAction"


def test_a_secure_listener_has_further_certificates_and_others_have_none(balancer):
    arns = [f"arn:aws:acm:ap-northeast-1:000000000000:certificate/{number}" for number in (1, 2)]
    default = [{"Type": "fixed-response", "FixedResponseConfig": NOTHING}]
    [secure] = balancer.elb.create_listener(
        LoadBalancerArn=balancer.arn,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": arns[0]}],
        DefaultActions=default,
    )["Listeners"]
    further = {"ListenerArn": secure["ListenerArn"], "Certificates": [{"CertificateArn": arns[1]}]}

    balancer.elb.add_listener_certificates(**further)
    known = balancer.elb.describe_listener_certificates(ListenerArn=secure["ListenerArn"])["Certificates"]
    assert [(it["CertificateArn"], it["IsDefault"]) for it in known] == [(arns[0], True), (arns[1], False)]

    balancer.elb.remove_listener_certificates(**further)
    known = balancer.elb.describe_listener_certificates(ListenerArn=secure["ListenerArn"])["Certificates"]
    assert [it["CertificateArn"] for it in known] == [arns[0]]
    plain = further | {"ListenerArn": balancer.listener}
    assert refused(lambda: balancer.elb.add_listener_certificates(**plain)) == "UnsupportedProtocol"
    balancer.elb.delete_listener(ListenerArn=secure["ListenerArn"])


class Provider(BaseHTTPRequestHandler):
    """Of users: gives a token for any code, and knows who has it."""

    def do_POST(self):
        self.tell({"access_token": "token"})

    def do_GET(self):
        self.tell({"sub": "ada"})

    def tell(self, said):
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_users_sign_in_behind_tls_and_come_back_whatever_paths_the_rule_asks_for(cloud, aws, provider):
    balancer = Balancer(aws, "tests-secure")
    default = [{"Type": "fixed-response", "FixedResponseConfig": NOTHING}]
    [secure] = balancer.elb.create_listener(
        LoadBalancerArn=balancer.arn, Protocol="HTTPS", Port=443, DefaultActions=default
    )["Listeners"]
    config = {
        "Issuer": provider,
        "AuthorizationEndpoint": f"{provider}/authorize",
        "TokenEndpoint": f"{provider}/token",
        "UserInfoEndpoint": f"{provider}/userinfo",
        "ClientId": "slipway",
        "ClientSecret": "s3cret",
    }
    actions = [
        {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": config},
        {"Type": "forward", "Order": 2, "TargetGroupArn": balancer.target_group("lb-signed")},
    ]
    conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/private/*"]}}]
    rule = {"Priority": 1, "Conditions": conditions, "Actions": actions}
    assert refused(lambda: balancer.elb.create_rule(ListenerArn=balancer.listener, **rule)) == (
        "InvalidLoadBalancerAction"
    )
    balancer.elb.create_rule(ListenerArn=secure["ListenerArn"], **rule)
    url = eventually(lambda: cloud.url(balancer.dns_name, "/private/7"))

    away, _ = asked(url)
    sent = parse_qs(urlsplit(away.headers["Location"]).query)
    assert away.status == 302
    assert sent["client_id"] == ["slipway"]
    assert sent["redirect_uri"] == [f"https://{balancer.dns_name}/oauth2/idpresponse"]

    back, _ = asked(cloud.url(balancer.dns_name, f"/oauth2/idpresponse?code=1&state={sent['state'][0]}"))
    cookie = back.headers["Set-Cookie"].partition(";")[0]
    assert (back.status, urlsplit(back.headers["Location"]).path) == (302, "/private/7")
    assert get(url, Cookie=cookie)[0] == 503  # there is no task
    assert get(cloud.url(balancer.dns_name, "/public"))[0] == 404


def test_a_priority_is_given_once(balancer):
    group = balancer.target_group("lb-once")
    for priority in (50, 51):
        balancer.rule(priority, group, paths=[f"/once-{priority}"])
    assert refused(lambda: balancer.rule(50, group, paths=["/twice"])) == "PriorityInUse"

    rules = {
        rule["Priority"]: rule["RuleArn"]
        for rule in balancer.elb.describe_rules(ListenerArn=balancer.listener)["Rules"]
    }
    taken = [{"RuleArn": rules["50"], "Priority": 51}]
    assert refused(lambda: balancer.elb.set_rule_priorities(RulePriorities=taken)) == "PriorityInUse"
    balancer.elb.set_rule_priorities(RulePriorities=[*taken, {"RuleArn": rules["51"], "Priority": 50}])

    assert refused(lambda: balancer.elb.delete_target_group(TargetGroupArn=group)) == "ResourceInUse"
    for number in ("50", "51"):
        balancer.elb.delete_rule(RuleArn=rules[number])
    balancer.elb.delete_target_group(TargetGroupArn=group)


def test_a_load_balancer_takes_a_hundred_rules_over_all_its_listeners(prepared):
    full = Balancer(prepared, "Tests-Full")
    group = full.target_group("lb-full")
    default = [{"Type": "fixed-response", "FixedResponseConfig": NOTHING}]
    second = full.elb.create_listener(LoadBalancerArn=full.arn, Protocol="HTTP", Port=8080, DefaultActions=default)
    for priority in range(1, 101):
        full.rule(priority, group, paths=[f"/{priority}"])
        full.listener = second["Listeners"][0]["ListenerArn"] if priority == 50 else full.listener

    assert refused(lambda: full.rule(101, group, paths=["/101"])) == "TooManyRules"


def test_a_load_balancer_leads_to_a_hundred_target_groups(prepared):
    full = Balancer(prepared, "Tests-Groups")
    groups = [full.target_group(f"lb-group-{number}") for number in range(101)]
    for priority in range(1, 51):
        full.rule(priority, *groups[2 * priority - 2 : 2 * priority], paths=[f"/{priority}"])

    full.rule(51, groups[0], paths=["/51"])
    assert refused(lambda: full.rule(52, groups[100], paths=["/52"])) == "TooManyUniqueTargetGroupsPerLoadBalancer"
