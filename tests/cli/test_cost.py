import json

import pytest
from click.testing import CliRunner

from cli.app import main


@pytest.fixture
def samples():
    """The repository's own catalog."""
    return lambda *words: CliRunner().invoke(main, words)


def test_an_environment_is_estimated_line_by_line_and_services_one_each(samples):
    said = samples("cost", "dev")

    assert said.exit_code == 0
    lines = [line.split() for line in said.output.splitlines()]
    assert ["orders-api", "22.69", "67.67"] in lines
    assert "NAT gateways with their addresses: 1" in said.output
    assert "logs: $0.76 for each GB" in said.output
    assert "EC2 costs less than Fargate" in said.output
    rows = [line for line in lines if len(line) > 2 and line[-1][0].isdigit() and line[-2][0].isdigit()]
    amounts = [float(line[-2].replace(",", "")) for line in rows if line[-2].count(".") == 1]
    assert abs(sum(amounts[:-1]) - amounts[-1]) < 0.05


def test_one_service_is_estimated_with_its_share_of_the_load_balancer(samples):
    found = json.loads(samples("cost", "dev", "orders-api", "--format", "json").output)

    [orders] = found["estimates"]
    assert [line["what"] for line in orders["lines"]] == [
        "tasks: 2 to 6, each of 256 CPU units and 512 MiB",
        "its share of the public load balancer: one of 3",
        "alarms: 2",
    ]


def test_the_local_cloud_costs_nothing_and_a_wrong_name_is_told(samples):
    assert "The local cloud costs nothing" in samples("cost", "local").output
    wrong = samples("cost", "dev", "order-api")
    assert wrong.exit_code == 2
    assert "there is no service 'order-api' in dev; did you mean 'orders-api'?" in wrong.output
