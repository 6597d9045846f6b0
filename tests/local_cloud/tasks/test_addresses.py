import asyncio
import http.client
from types import SimpleNamespace

from local_cloud.tasks.addresses import Addresses
from local_cloud.tasks.health import Check
from local_cloud.tasks.runtime import Runtime
from local_cloud.tasks.shims import targets
from tests.local_cloud.tasks.programs import SERVES, wanted

PORT = 18081


def test_a_real_address_is_where_the_program_listens(tmp_path):
    addresses = Addresses(tmp_path, are_real=True)
    address = addresses.of("task/1", PORT)
    assert addresses.stand_in(address, PORT) == (address, PORT)


def test_where_there_is_one_address_only_each_task_has_a_port(tmp_path):
    addresses = Addresses(tmp_path, are_real=False)
    first, second = addresses.of("task/1", PORT), addresses.of("task/2", PORT)
    assert first != second
    assert addresses.stand_in(first, PORT)[0] == addresses.stand_in(second, PORT)[0] == "127.0.0.1"
    assert addresses.stand_in(first, PORT) != addresses.stand_in(second, PORT)
    assert addresses.listener(first, PORT) == addresses.stand_in(first, PORT)


def test_an_address_that_was_released_leads_nowhere_else(tmp_path):
    addresses = Addresses(tmp_path, are_real=False)
    address = addresses.of("task/1", PORT)
    addresses.stand_in(address, PORT)
    addresses.release("task/1")
    assert addresses.listener(address, PORT) == (address, PORT)


def test_a_program_is_served_and_checked_where_there_is_one_address_only(tmp_path):
    runtime = Runtime(tmp_path / "tasks", addresses=Addresses(tmp_path, are_real=False))
    check = Check(port=PORT, path="/", codes=frozenset({200}), failure="ill", is_containers_own=True)

    container = runtime.start(wanted(SERVES, port=PORT, checks=(check,)))

    assert container.is_healthy
    connection = http.client.HTTPConnection(*runtime.addresses.listener(container.address, PORT), timeout=60)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()
    runtime.close()


def test_a_load_balancer_asks_where_the_program_listens(tmp_path):
    asked = []

    async def proxy(target, group, *request):
        asked.append((target, request))

    alb = SimpleNamespace(_proxy_http_target=proxy, set_targets_for_group=None)
    addresses = Addresses(tmp_path, are_real=False)
    where = addresses.stand_in("127.9.0.2", 80)
    targets.install(alb, addresses)
    asyncio.run(alb._proxy_http_target({"Id": "127.9.0.2", "Port": 80, "Zone": "a"}, {}, "GET", "/"))
    assert asked == [({"Id": where[0], "Port": where[1], "Zone": "a"}, ("GET", "/"))]


def test_a_task_without_a_network_of_its_own_is_found_at_a_port_of_its_instance_until_it_ends(tmp_path):
    addresses = Addresses(tmp_path, are_real=True)
    first, second = addresses.of("first", 8080), addresses.of("second", 8080)
    at = addresses.publish(first, 8080, "i-1", 32768), addresses.publish(second, 8080, "i-1", 32769)

    assert at[0][0] == at[1][0] not in (first, second)
    assert addresses.listener("i-1", 32768) == addresses.listener(first, 8080) == at[0]
    assert addresses.published(second, 8080) == ("i-1", 32769)

    addresses.release("first")
    assert addresses.published(first, 8080) is None
    assert addresses.listener("i-1", 32769) == at[1]
