import pytest

from service_catalog.cost import estimate
from service_catalog.cost.break_evens import break_evens
from service_catalog.cost.change import cost_change
from service_catalog.cost.prices import HOURS, NoPrices, prices, prices_of
from tests.builders import (
    a_job,
    a_service,
    a_service_behind_an_nlb,
    a_service_behind_the_api,
    a_worker,
    an_environment,
    services_that_the_api_leads_to_straight,
)

TOKYO = prices_of("ap-northeast-1")


def test_tasks_cost_from_the_fewest_to_the_most():
    service = a_service(compute={"cpu": 1024, "memory_mib": 2048}, tasks={"min": 2, "max": 5}, exposure=None)
    task = (TOKYO.fargate["x86_64"].vcpu_hour + 2 * TOKYO.fargate["x86_64"].gib_hour) * HOURS

    found = estimate.of_service(service, an_environment())

    assert (found.low, found.high) == pytest.approx((2 * task, 5 * task))


def test_tasks_cost_what_the_schedule_lets_run_by_day_and_by_night():
    times = [{"cron": "0 8 * * ? *", "min": 4, "max": 4}, {"cron": "0 20 * * ? *", "min": 0, "max": 0}]
    service = a_service(tasks={"min": 1}, scaling={"schedule": times}, exposure=None)

    found = estimate.of_service(service, an_environment())

    assert (found.low, found.high) == pytest.approx((0, 4 * estimate.task_hour(service.compute, TOKYO) * HOURS))


def test_arm_spot_disk_and_public_addresses_have_prices_of_their_own():
    private, public = an_environment(), an_environment(network={"nat": "none"})

    def hour(environment, **compute):
        service = a_service(compute={"cpu": 1024, "memory_mib": 2048} | compute, tasks={"min": 1}, exposure=None)
        return estimate.of_service(service, environment).low / HOURS

    plain = hour(private)
    assert hour(private, capacity="fargate-spot") == pytest.approx(plain * prices().everywhere.fargate_spot_share)
    assert hour(private, storage_gib=50) == pytest.approx(plain + 30 * TOKYO.fargate_storage_gib_hour)
    assert hour(public) == pytest.approx(plain + prices().everywhere.public_address_hour)
    assert hour(private, architecture="arm64") < plain


def test_what_is_beyond_the_tasks_on_demand_costs_as_spot_does():
    compute = {"cpu": 1024, "memory_mib": 2048, "spot": {"on_demand": 2}}
    service = a_service(compute=compute, tasks={"min": 1, "max": 5}, scaling={"cpu_percent": 60}, exposure=None)
    hour = estimate.task_hour(service.compute, TOKYO)

    found = estimate.of_service(service, an_environment())

    share = prices().everywhere.fargate_spot_share
    assert (found.low / HOURS, found.high / HOURS) == pytest.approx((hour, (2 + 3 * share) * hour))


def test_a_load_balancer_is_shared_by_those_on_it_and_counted_once_with_the_environment():
    service, beside = a_service(), [a_service(name="basket"), a_worker()]
    whole = TOKYO.application_load_balancer_hour * HOURS

    found = estimate.of_service(service, an_environment(), beside)

    assert found.low - found.own.low == pytest.approx(whole / 2)


def test_requests_to_an_api_come_in_by_the_internal_load_balancer_and_are_left_out():
    beside = [a_service(name="basket", exposure={"audience": "internal"}), a_service(name="public")]

    found = estimate.of_service(a_service_behind_the_api(), an_environment(), beside)

    assert found.low - found.own.low == pytest.approx(TOKYO.application_load_balancer_hour * HOURS / 2)
    assert f"requests to the API: ${TOKYO.http_api_million} for each million" in found.left_out


def test_further_load_balancers_are_counted_and_shared_by_all_of_their_kind():
    hour, address = TOKYO.application_load_balancer_hour, prices().everywhere.public_address_hour
    further = ["internal-2", "public-2"]

    added = estimate.of_environment(an_environment(), further).low - estimate.of_environment(an_environment()).low
    found = estimate.of_service(a_service(), an_environment(), [a_service(name="basket")], further)

    assert added == pytest.approx((2 * hour + 2 * address) * HOURS)
    assert found.low - found.own.low == pytest.approx(2 * hour * HOURS / 2)
    assert "its share of 2 public load balancers: one of 2" in [str(it.what) for it in found.lines]


def test_an_api_that_leads_past_the_load_balancer_costs_no_share_of_it():
    to_tasks, to_port = services_that_the_api_leads_to_straight()
    shares = [
        [it for it in estimate.of_service(each, an_environment()).lines if it.is_share] for each in (to_tasks, to_port)
    ]

    assert shares[0] == []
    assert [it.low for it in shares[1]] == [pytest.approx(TOKYO.network_load_balancer_hour * HOURS)]


def test_network_load_balancers_are_counted_where_they_are_declared_and_shared_by_those_on_them():
    hour = TOKYO.network_load_balancer_hour
    plain, declared = an_environment(), an_environment(nlb={"public": {}})
    addresses = 2 * prices().everywhere.public_address_hour

    added = estimate.of_environment(declared).low - estimate.of_environment(plain).low
    service = estimate.of_service(a_service_behind_an_nlb(), declared, [a_service()])

    inside = [str(it.what) for it in estimate.of_environment(an_environment(nlb={"internal": {}})).lines]

    assert added == pytest.approx((hour + addresses) * HOURS)
    assert [it for it in inside if "Network Load" in it] == ["Network Load Balancers: 1"]
    assert service.low - service.own.low == pytest.approx(hour * HOURS)


def test_a_job_costs_from_runs_of_a_minute_to_runs_that_use_up_their_time():
    daily = a_job(run={"attempts": 2, "timeout_minutes": 30})
    hour = estimate.task_hour(daily.compute, TOKYO)

    found = estimate.of_service(daily, an_environment())

    assert (found.low, found.high) == pytest.approx((30 * hour / 60, 30 * 2 * hour / 2))


def test_a_job_that_skips_runs_while_one_goes_on_runs_no_longer_than_the_month():
    often = a_job(schedule={"rate": "2 minutes"}, run={"timeout_minutes": 30})
    hour = estimate.task_hour(often.compute, TOKYO)

    assert estimate.of_service(often, an_environment()).high == pytest.approx(HOURS * hour)


def test_nobody_knows_how_often_a_task_is_started():
    found = estimate.of_service(a_job(name="backfill", kind="task", schedule=None), an_environment())

    assert found.lines == ()
    assert "runs of backfill: $0.0154 for each hour of one" in map(str, found.left_out)


def test_an_environment_costs_what_stands_there_without_any_service():
    def cost(**network):
        return estimate.of_environment(an_environment(network=network)).low

    nat = (TOKYO.nat_gateway.hour + prices().everywhere.public_address_hour) * HOURS
    assert cost(nat="single") - cost(nat="none") == pytest.approx(nat)
    assert cost(nat="per-zone", zones=3) - cost(nat="none", zones=3) == pytest.approx(3 * nat)


def test_interface_endpoints_cost_by_the_hour_and_zone_and_those_of_routes_nothing():
    def cost(*endpoints):
        return estimate.of_environment(an_environment(network={"zones": 3, "endpoints": endpoints}))

    added = cost("s3", "dynamodb", "ecr", "logs").low - cost("s3").low

    assert added == pytest.approx(3 * 3 * TOKYO.interface_endpoint.hour * HOURS)
    assert "interface endpoints: $0.01 for each GB" in map(str, cost("logs").left_out)
    assert cost("s3", "dynamodb").low == cost().low


def test_a_web_acl_costs_by_its_rules_and_what_passes_it_is_left_out():
    found = estimate.of_environment(an_environment(waf={"managed_groups": ["common", "sql"], "rate_limit": 2000}))
    everywhere = prices().everywhere

    added = found.low - estimate.of_environment(an_environment()).low

    assert added == pytest.approx(everywhere.web_acl_month + 3 * everywhere.web_acl_rule_month)
    assert "requests that pass the web ACL: $0.60 for each million" in map(str, found.left_out)


def test_capacity_units_are_left_out_with_the_price_of_each_kind_of_load_balancer():
    def units(**said):
        left_out = estimate.of_environment(an_environment(**said)).left_out
        return [str(it) for it in left_out if "capacity units" in str(it)]

    assert units() == ["capacity units of the load balancers: $0.008 for each hour of one"]
    assert units(nlb={"internal": {}})[1:] == ["capacity units of Network Load Balancers: $0.006 for each hour of one"]


def test_lines_of_flow_logs_are_left_out_with_their_price():
    found = estimate.of_environment(an_environment(flow_logs={}))
    assert f"flow logs: ${TOKYO.logs_gb} for each GB" in map(str, found.left_out)


def test_tasks_that_have_endpoints_alone_pay_for_no_public_addresses():
    private = an_environment(network={"nat": "none", "endpoints": ["s3", "ecr", "logs"]})
    service = a_service(tasks={"min": 1}, exposure=None)
    assert estimate.of_service(service, private).low == estimate.of_service(service, an_environment()).low


def test_instances_are_paid_for_by_the_environment_whatever_runs_on_them():
    where = an_environment(capacity={"ec2": {"instance_types": ["x9.large", "m7g.2xlarge"], "min": 1, "max": 3}})
    unknown = an_environment(capacity={"ec2": {"instance_types": ["x9.large"], "max": 3}})
    service = a_service(compute={"capacity": "ec2"}, exposure=None)
    month = 4 * TOKYO.ec2_large_hour["m7g"] * HOURS

    found, before = estimate.of_environment(where), estimate.of_environment(an_environment())

    assert (found.low - before.low, found.high - before.high) == pytest.approx((month, 3 * month))
    assert estimate.of_service(service, where).lines == ()
    assert "EC2 instances, which are the environment's" in estimate.of_service(service, where).left_out
    assert "EC2 instances, which are the environment's" not in estimate.of_service(service, where).own.left_out
    assert "EC2 instances: the price table has none of x9.large" in estimate.of_environment(unknown).left_out


def test_what_nobody_knows_of_managed_instances_is_named_and_not_counted():
    where = an_environment(capacity={"managed_instances": {}})
    service = a_service(compute={"capacity": "managed-instances"}, exposure=None)

    found, before = estimate.of_environment(where), estimate.of_environment(an_environment())

    assert (found.low, found.high) == (before.low, before.high)
    assert "Managed Instances: which and how many ECS takes, their disks, and its fee for managing each" in (
        found.left_out
    )
    assert estimate.of_service(service, where).lines == ()


def test_an_existing_network_is_somebody_elses_cost():
    existing = {
        "vpc_id": "vpc-0123456789abcdef0",
        "public_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "private_subnet_ids": ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
    }
    there, none = an_environment(network={"existing": existing}), an_environment(network={"nat": "none"})

    assert estimate.of_environment(there).low == estimate.of_environment(none).low
    assert len(break_evens(there)) == 1


def test_break_evens_follow_from_the_table():
    [ec2, endpoints, nat] = map(str, break_evens(an_environment()))

    assert "more than 85 % of the instances" in ec2
    assert "5 interface endpoints in 2 zones cost $102 a month and pay from 1,965 GB" in endpoints
    assert "costs $49 a month more than one" in nat


def test_endpoints_that_are_declared_are_those_that_are_weighed():
    network = {"endpoints": ["s3", "ecr", "logs"]}
    [_, beside_a_nat, _] = map(str, break_evens(an_environment(network=network)))
    [_, alone] = map(str, break_evens(an_environment(network=network | {"nat": "none"})))

    assert "3 interface endpoints in 2 zones cost $61 a month and pay from 1,179 GB" in beside_a_nat
    assert "cost $61 a month in place of a NAT gateway at $49 a month and $0.062 for each GB" in alone


def test_a_dashboard_of_its_own_costs_as_one_beyond_the_free_ones():
    plain, watched = (estimate.of_service(a_service(dashboard=it), an_environment()) for it in (False, True))
    assert watched.own.low - plain.own.low == prices().everywhere.dashboard_month


def test_a_region_without_prices_is_told_with_those_that_have_them():
    with pytest.raises(NoPrices, match=r"no prices for sa-east-1, only for ap-northeast-1, .*cost/prices\.yaml"):
        estimate.of_environment(an_environment(region="sa-east-1"))


def test_a_change_of_the_entry_tells_what_it_does_to_the_cost_if_anything():
    before = a_service(tasks={"min": 2})
    larger = a_service(tasks={"min": 2, "max": 4}, compute={"cpu": 512, "memory_mib": 1024})

    assert cost_change(before, larger, an_environment()) == "cost a month: $22 → $45–$90"
    assert cost_change(before, a_service(tasks={"min": 2}, port=9000), an_environment()) is None
    assert cost_change(before, larger, an_environment(region="sa-east-1")) is None


def test_only_a_file_system_that_the_service_makes_is_its_own_to_pay():
    def left_out(**volume):
        volumes = [{"efs": "uploads", "path": "/uploads"} | volume]
        return [str(it) for it in estimate.of_service(a_service(volumes=volumes), an_environment()).left_out]

    said = f"EFS: ${TOKYO.efs_gb} for each GB, and what is read and written"
    assert said in left_out()
    assert said not in left_out(existing="fs-0123456789abcdef0")
