"""From an API's loopback address over its VPC link and a load balancer's rules to a running program."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tests import oidc_issuer
from tests.local_cloud.services import PORT, SampleService
from tests.local_cloud.waiting import eventually

NOTHING = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no such service"}
LOG_GROUP = "/tests-api"
FORMAT = '{"route":"$context.routeKey","status":"$context.status","who":"$context.authorizer.claims.sub"}'


@pytest.fixture(scope="module")
def issuer():
    with oidc_issuer.running() as running:
        yield running


class Behind:
    """A VPC, an internal load balancer with a listener of its own for APIs, and a VPC link that leads there."""

    def __init__(self, aws):
        ec2, elb, api = aws("ec2"), aws("elbv2"), aws("apigatewayv2")
        self.elb, self.api = elb, api
        self.vpc = ec2.create_vpc(CidrBlock="10.11.0.0/16")["Vpc"]["VpcId"]
        cidrs = ("10.11.0.0/24", "10.11.1.0/24")
        self.subnets = [ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr)["Subnet"]["SubnetId"] for cidr in cidrs]
        [balancer] = elb.create_load_balancer(Name="tests-api", Scheme="internal", Subnets=self.subnets)[
            "LoadBalancers"
        ]
        self.balancer = balancer["LoadBalancerArn"]
        self.listeners = [self._listener(port) for port in (80, 8080)]
        self.link = api.create_vpc_link(Name="tests", SubnetIds=self.subnets)["VpcLinkId"]

    def _listener(self, port):
        default = [{"Type": "fixed-response", "FixedResponseConfig": NOTHING | {"MessageBody": f"nothing at {port}"}}]
        made = self.elb.create_listener(
            LoadBalancerArn=self.balancer, Protocol="HTTP", Port=port, DefaultActions=default
        )
        return made["Listeners"][0]["ListenerArn"]

    def serve(self, aws, name):
        group = self.elb.create_target_group(
            Name=name, Protocol="HTTP", Port=PORT, VpcId=self.vpc, TargetType="ip", HealthCheckPath="/healthz"
        )["TargetGroups"][0]["TargetGroupArn"]
        asked = [{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-service", "Values": [name]}}]
        self.elb.create_rule(
            ListenerArn=self.listeners[1],
            Priority=7,
            Conditions=asked,
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        service = SampleService(aws, name)
        behind = [{"targetGroupArn": group, "containerName": "app", "containerPort": PORT}]
        settings = [{"name": "PATHS", "value": "/orders"}]
        service.create(service.definition(environment=settings), count=1, loadBalancers=behind)
        assert service.settled() == "SUCCESSFUL"


class Api:
    """Serves a service at /orders below, to whoever has a token of the issuer's."""

    def __init__(self, behind, issuer, name, **stage):
        self.client = behind.api
        made = self.client.create_api(Name=name, ProtocolType="HTTP", CorsConfiguration={"AllowOrigins": [SHOP]})
        self.id, self.host = made["ApiId"], urlsplit(made["ApiEndpoint"]).hostname
        parameters = {
            "overwrite:path": "$request.path",
            "overwrite:header.x-service": "api-orders",
            "overwrite:header.x-partner": "$context.authorizer.claims.sub",
            "overwrite:header.x-groups": "$context.authorizer.claims.groups",
        }
        self.integration = self.client.create_integration(
            ApiId=self.id,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="ANY",
            IntegrationUri=behind.listeners[1],
            ConnectionType="VPC_LINK",
            ConnectionId=behind.link,
            PayloadFormatVersion="1.0",
            RequestParameters=parameters,
        )["IntegrationId"]
        self.authorizer = self.client.create_authorizer(
            ApiId=self.id,
            Name="partners",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": issuer.url, "Audience": ["orders"]},
        )["AuthorizerId"]
        self.route = self.new_route("ANY /orders/{proxy+}", Scopes=["orders.read"])
        self.client.create_stage(ApiId=self.id, StageName="$default", AutoDeploy=True, **stage)

    def new_route(self, key, Scopes=()):
        return self.client.create_route(
            ApiId=self.id,
            RouteKey=key,
            Target=f"integrations/{self.integration}",
            AuthorizationType="JWT",
            AuthorizerId=self.authorizer,
            AuthorizationScopes=list(Scopes),
        )["RouteId"]


SHOP = "https://shop.example"


@pytest.fixture(scope="module")
def behind(prepared):
    found = Behind(prepared)
    found.serve(prepared, "api-orders")
    return found


@pytest.fixture(scope="module")
def api(aws, behind, issuer):
    aws("logs").create_log_group(logGroupName=LOG_GROUP)
    arn = f"arn:aws:logs:ap-northeast-1:000000000000:log-group:{LOG_GROUP}"
    return Api(behind, issuer, "tests", AccessLogSettings={"DestinationArn": arn, "Format": FORMAT})


@pytest.fixture
def ask(cloud, api):
    def ask(path="/orders/7", method="GET", of=api, **headers):
        port = urlsplit(eventually(lambda: cloud.url(of.host))).port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Accept": "application/json"} | asked)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    return ask


def bearer(issuer, **claims):
    return "Bearer " + issuer.token(**{"aud": "orders", "sub": "acme", "scope": "orders.read orders.write"} | claims)


def seen(answer):
    status, _, body = answer
    assert status == 200, body
    return json.loads(body)["headers"]


def test_without_a_token_nothing_gets_through(ask):
    status, _, body = ask()
    assert (status, json.loads(body)) == (401, {"message": "Unauthorized"})


def test_with_a_token_the_program_answers_and_knows_who_asks(ask, issuer):
    said = seen(ask(Authorization=bearer(issuer, groups=["a", "b"])))
    assert (said["x-partner"], said["x-groups"]) == ("acme", "[a b]")


def test_nobody_is_somebody_else_by_a_header(ask, issuer):
    said = seen(ask(Authorization=bearer(issuer), X_Partner="other", X_Groups="admin", X_Service="other"))
    assert said["x-partner"] == "acme"
    assert "x-groups" not in said


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"aud": "payments"}, 401),
        ({"exp": 1_000_000_000}, 401),
        ({"iss": "https://elsewhere.example"}, 401),
        ({"scope": "orders.write"}, 403),
    ],
)
def test_a_token_for_others_is_none_here(ask, issuer, claims, status):
    token = issuer.token(**{"aud": "orders", "sub": "acme", "scope": "orders.read"} | claims)
    assert ask(Authorization=f"Bearer {token}")[0] == status


def test_a_forged_token_is_none(ask, issuer):
    token = issuer.forged(aud="orders", sub="acme", scope="orders.read")
    assert ask(Authorization=f"Bearer {token}")[0] == 401


def test_what_no_route_wants_is_not_found(ask, issuer):
    assert ask("/elsewhere", Authorization=bearer(issuer))[0] == 404


def test_a_stage_of_its_own_name_is_no_part_of_the_path(ask, api, issuer):
    api.client.create_stage(ApiId=api.id, StageName="v2", AutoDeploy=True)
    assert ask("/v2/orders/7", Authorization=bearer(issuer))[0] == 200


def test_scripts_of_allowed_sites_may_call_and_others_may_not(ask, issuer):
    status, headers, _ = ask(Authorization=bearer(issuer), Origin=SHOP, Sec_Fetch_Site="cross-site")
    assert (status, headers["access-control-allow-origin"]) == (200, SHOP)

    assert ask(Authorization=bearer(issuer), Origin="https://evil.example")[0] == 403
    assert ask(Authorization=bearer(issuer), Host="evil.example")[0] == 403


def test_above_the_rate_is_too_many(ask, behind, issuer):
    slow = Api(behind, issuer, "slow", DefaultRouteSettings={"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 2})
    answers = [ask(of=slow, Authorization=bearer(issuer))[0] for _ in range(3)]
    assert answers == [200, 200, 429]


def test_each_request_is_a_line_in_the_log_group_of_its_stage(ask, aws, api, issuer):
    ask("/orders/logged", Authorization=bearer(issuer, sub="logged"))

    lines = aws("logs").filter_log_events(logGroupName=LOG_GROUP, filterPattern="logged")["events"]

    expected = {"route": "ANY /orders/{proxy+}", "status": "200", "who": "logged"}
    assert [json.loads(line["message"]) for line in lines] == [expected]


def refused(call):
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


def test_what_aws_refuses_is_refused(api, behind):
    client, of = api.client, {"ApiId": api.id}
    linked = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "ConnectionType": "VPC_LINK"}

    assert refused(lambda: api.new_route("ANY /orders/{proxy+}")) == "ConflictException"
    assert refused(lambda: client.create_route(**of, RouteKey="GET /x", AuthorizationType="JWT")) == (
        "BadRequestException"
    )
    assert refused(lambda: client.create_route(**of, RouteKey="GET /x", Target="integrations/none")) == (
        "NotFoundException"
    )
    assert refused(
        lambda: client.create_integration(**of, **linked, ConnectionId="none", IntegrationUri=behind.listeners[0])
    ) == ("BadRequestException")
    assert refused(
        lambda: client.create_integration(**of, **linked, ConnectionId=behind.link, IntegrationUri="http://x")
    ) == ("BadRequestException")
    assert refused(
        lambda: client.create_authorizer(
            **of, Name="x", AuthorizerType="JWT", IdentitySource=[], JwtConfiguration={"Issuer": "https://x"}
        )
    ) == ("BadRequestException")
    assert refused(
        lambda: client.update_stage(**of, StageName="$default", RouteSettings={"GET /none": {"ThrottlingRateLimit": 1}})
    ) == ("NotFoundException")
    assert refused(lambda: client.delete_integration(**of, IntegrationId=api.integration)) == "ConflictException"
    assert refused(lambda: client.delete_authorizer(**of, AuthorizerId=api.authorizer)) == "ConflictException"
    assert refused(lambda: client.delete_vpc_link(VpcLinkId=behind.link)) == "BadRequestException"


def test_what_an_integration_no_longer_sets_is_taken_away_by_an_empty_value(api):
    of = {"ApiId": api.id, "IntegrationId": api.integration}
    api.client.update_integration(**of, RequestParameters={"overwrite:header.x-more": "1"})
    more = api.client.get_integration(**of)["RequestParameters"]
    api.client.update_integration(**of, RequestParameters={"overwrite:header.x-more": ""})

    assert more["overwrite:header.x-more"] == "1"
    assert api.client.get_integration(**of)["RequestParameters"] == {
        key: value for key, value in more.items() if key != "overwrite:header.x-more"
    }
