import pytest

from service_catalog.api_routes import route_key
from service_catalog.validation.environment_checks import environment_faults
from service_catalog.validation.in_environment import in_environment, warnings_in_environment
from service_catalog.validation.service_checks import service_faults
from tests.builders import FUNCTION, TOKENS, a_service, a_service_behind_the_api, an_environment


def told(faults):
    return [(".".join(map(str, fault.path)), str(fault.message)) for fault in faults]


def faults(**exposure):
    return told(service_faults(a_service_behind_the_api(**exposure)))


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/", "ANY /"),
        ("/orders", "ANY /orders"),
        ("/orders/v1.2/a_b-c:d", "ANY /orders/v1.2/a_b-c:d"),
        ("/orders/*", "ANY /orders/{proxy+}"),
        ("/*", "$default"),
        ("/orders*", None),
        ("/*/items", None),
        ("/orders/?", None),
        ("/orders/", None),
        ("/a~b", None),
    ],
)
def test_a_path_is_a_route_of_an_api_or_nothing_that_it_can_say(path, key):
    assert route_key(path) == key


def test_what_an_api_takes_is_no_fault():
    assert faults() == []
    assert told(in_environment(a_service_behind_the_api(), an_environment(api={}))) == []


def test_an_api_is_reached_from_the_internet():
    [(path, message)] = faults(audience="internal")
    assert (path, message[:38]) == ("exposure.audience", "must be public with `via: api-gateway`")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "a.example.com"),
        ("source_ips", ["10.0.0.0/8"]),
        ("headers", {"X-A": ["1"]}),
        ("rules", [{"paths": ["/x"]}]),
        ("protocol", "http2"),
        ("sign_in", {"provider": "staff"}),
    ],
)
def test_what_only_a_load_balancers_rule_can_ask_for_is_refused(field, value):
    [(path, message)] = faults(**{field: value})
    assert (path, message[:43]) == (f"exposure.{field}", "cannot be combined with `via: api-gateway`:")


def test_wildcards_that_no_route_can_say_are_told_each():
    assert faults(paths=["/orders", "/or?ers", "/*/x"]) == [
        ("exposure.paths.1", "is no path of an API, got '/or?ers'"),
        ("exposure.paths.2", "is no path of an API, got '/*/x'"),
    ]


def test_only_an_api_checks_tokens():
    service = a_service(exposure={"authorizer": TOKENS})
    assert told(service_faults(service)) == [("exposure.authorizer", "goes with `via: api-gateway` only")]


@pytest.mark.parametrize("authorizer", [{}, {"name": "partners", **TOKENS}])
def test_an_authorizer_is_the_environments_or_ones_own(authorizer):
    assert faults(authorizer=authorizer) == [("exposure.authorizer", "must say one of name and issuer")]


def test_whose_tokens_are_good_must_say_for_whom_they_are():
    assert faults(authorizer={"issuer": "https://login.example.com"}) == [
        ("exposure.authorizer.audience", "is missing: without it a token for anybody would be good")
    ]
    [(path, message)] = faults(authorizer={"name": "partners", "audience": ["orders"]})
    assert (path, message[:23]) == ("exposure.authorizer.audience", "goes with `issuer` only")


def test_a_claim_cannot_become_a_header_that_api_gateway_keeps_or_two_of_one_name():
    headers = {"Authorization": "sub", "X-Amzn-Trace": "sub", "X-Partner": "sub", "x-partner": "org"}
    assert faults(authorizer=TOKENS | {"headers": headers}) == [
        ("exposure.authorizer.headers.Authorization", "is a header that API Gateway keeps to itself"),
        ("exposure.authorizer.headers.X-Amzn-Trace", "is a header that API Gateway keeps to itself"),
        ("exposure.authorizer.headers.x-partner", "is the same header as X-Partner"),
    ]


def test_an_environment_without_an_api_says_what_to_write():
    [fault] = in_environment(a_service_behind_the_api(), an_environment())
    assert str(fault.message) == "needs an API, which dev has not"
    assert str(fault.hint) == "write api: {} into environments/dev.yaml, or via: alb"


def test_an_authorizer_that_the_environment_does_not_know_is_told_with_those_it_has():
    service = a_service_behind_the_api(authorizer={"name": "partner"})
    [fault] = in_environment(service, an_environment(api={"authorizers": {"partners": TOKENS}}))
    assert (".".join(map(str, fault.path)), str(fault.message)) == (
        "exposure.authorizer.name",
        "'partner' is no authorizer of dev",
    )
    assert str(fault.hint) == "did you mean 'partners'?"


HERE = {"issuer": "http://127.0.0.1:9000", "audience": ["orders"]}


def test_keys_are_fetched_over_https_but_on_the_local_cloud():
    local = {"name": "local", "account_id": "000000000000"}
    service = a_service_behind_the_api(authorizer=HERE)

    assert told(in_environment(service, an_environment(api={}))) == [
        ("exposure.authorizer.issuer", "must begin with https://, got 'http://127.0.0.1:9000'")
    ]
    assert told(in_environment(service, an_environment(api={}, **local))) == []
    assert told(environment_faults(an_environment(api={"authorizers": {"a": HERE}}))) == [
        ("api.authorizers.a.issuer", "must begin with https://, got 'http://127.0.0.1:9000'")
    ]
    assert environment_faults(an_environment(api={"authorizers": {"a": HERE}}, **local)) == []


def test_an_environments_authorizer_says_whose_tokens_are_good_and_for_whom():
    assert told(environment_faults(an_environment(api={"authorizers": {"a": {}, "b": {"issuer": "https://x"}}}))) == [
        ("api.authorizers.a", "must say one of issuer and function"),
        ("api.authorizers.b.audience", "is missing: without it a token for anybody would be good"),
    ]


def test_an_api_takes_so_many_authorizers():
    many = {f"a{number}": TOKENS for number in range(11)}
    assert told(environment_faults(an_environment(api={"authorizers": many}))) == [
        ("api.authorizers", "holds 11; an API takes 10")
    ]


def test_cookies_go_to_named_sites_only():
    [(path, message)] = told(environment_faults(an_environment(api={"cors": {"origins": ["*"], "credentials": True}})))
    assert (path, message[:33]) == ("api.cors.credentials", "cannot be combined with origin '*")


def test_a_certificate_of_another_region_is_none_for_the_api():
    domain = {"name": "api.example.com", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}
    [fault] = environment_faults(an_environment(api={"domain": domain}))
    assert fault.path == ("api", "domain", "certificate_arn")


def test_an_api_speaks_https_without_a_domain():
    assert list(warnings_in_environment(a_service_behind_the_api(), an_environment(api={}))) == []


def test_a_function_that_decides_is_one_that_the_api_may_ask():
    def faults(**said):
        keys = {"function": {"arn": FUNCTION} | said}
        return told(environment_faults(an_environment(api={"authorizers": {"keys": keys}})))

    assert faults() == faults(identity=["X-Api-Key"], cache_seconds=60) == []
    assert faults(cache_seconds=60) == [
        (
            "api.authorizers.keys.function.cache_seconds",
            "needs `identity`: by those headers API Gateway knows for whom an answer is good",
        )
    ]
    [(path, message)] = faults(arn=FUNCTION.replace("ap-northeast-1", "us-east-1"))
    assert path == "api.authorizers.keys.function.arn"
    assert message.startswith("must begin with arn:aws:lambda:ap-northeast-1:123456789012:function:")


def test_tokens_and_a_function_are_not_asked_of_one_request():
    both = TOKENS | {"function": {"arn": FUNCTION}}
    assert told(environment_faults(an_environment(api={"authorizers": {"keys": both}}))) == [
        ("api.authorizers.keys", "must say one of issuer and function")
    ]
    environment = an_environment(api={"authorizers": {"keys": {"function": {"arn": FUNCTION}}}})
    service = a_service_behind_the_api(authorizer={"name": "keys", "scopes": ["read"]})
    assert told(in_environment(service, environment)) == [
        ("exposure.authorizer.scopes", "cannot be combined with keys: a function knows no scopes")
    ]
