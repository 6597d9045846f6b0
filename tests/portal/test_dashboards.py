from portal.text.console import dashboard_address
from tests.builders import an_environment
from tests.portal.reading import plain, text_of

PAGE = "/local/services/orders-api"


def test_a_service_says_which_dashboard_it_was_provisioned_with(client, running, orders):
    running.provision(orders.model_copy(update={"dashboard": True}))

    assert "Dashboard slipway-local_orders-api drawn by AWS only" in plain(text_of(client, PAGE))


def test_a_service_without_one_says_nothing_of_it(client, running):
    assert "slipway-local_orders-api" not in plain(text_of(client, PAGE))


def test_it_is_found_in_the_console_of_the_partition():
    assert dashboard_address(an_environment(), "slipway-dev_orders") == (
        "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1"
        "#dashboards/dashboard/slipway-dev_orders"
    )
    china = dashboard_address(an_environment(region="cn-north-1"), "slipway-dev_orders")
    assert str(china).startswith("https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#")
    local = an_environment(name="local", account_id="000000000000")
    assert dashboard_address(local, "slipway-local_orders") is None
