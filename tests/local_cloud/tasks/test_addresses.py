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


def test_a_load_balancer_asks_where_the_program_listens():
    asked = []

    async def proxy(target, group, *request):
        asked.append((target, request))

    alb = SimpleNamespace(_proxy_http_target=proxy)
    targets.install(alb, lambda host, port: ("127.0.0.1", 4711))
    asyncio.run(alb._proxy_http_target({"Id": "127.9.0.2", "Port": 80, "Zone": "a"}, {}, "GET", "/"))
    assert asked == [({"Id": "127.0.0.1", "Port": 4711, "Zone": "a"}, ("GET", "/"))]
