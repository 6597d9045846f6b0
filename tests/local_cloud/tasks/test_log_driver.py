import json
import logging
import socket
import threading

from local_cloud.tasks import log_driver
from local_cloud.tasks.container import Container
from local_cloud.tasks.output import LONGEST_LINE
from tests.local_cloud.tasks.programs import WAITS, wanted


def handed_over(written: bytes) -> list[tuple[str, dict[str, str]]]:
    """Tag and record of each line that a router gets of a container."""
    with socket.create_server(("127.0.0.1", 0)) as router:
        container = Container("c" * 64, wanted(WAITS, log_router_port=router.getsockname()[1]), "127.0.0.1")
        container.output.write(written)
        container.output.close()
        thread = threading.Thread(target=log_driver.hand_over, args=(container,))
        thread.start()
        connection, _ = router.accept()
        with connection, connection.makefile() as lines:
            said = [json.loads(line) for line in lines]
        thread.join()
    return [(tag, record) for tag, _, record in said]


def test_each_line_is_a_record_with_where_it_comes_from():
    [(tag, record), _] = handed_over('{"a": "é"}\nplain\n'.encode())
    assert tag == "app-firelens-1"
    assert record == {
        "log": '{"a": "é"}',
        "container_id": "c" * 64,
        "container_name": "/app",
        "source": "stdout",
    }


def test_parts_of_a_long_line_are_marked_as_such():
    first, last, short = (record for _, record in handed_over(b"x" * (LONGEST_LINE + 2) + b"\nshort\n"))
    marks = [(it["partial_id"], it["partial_ordinal"], it["partial_last"]) for it in (first, last)]
    assert marks == [("cccccccccccc-1", "1", "false"), ("cccccccccccc-1", "2", "true")]
    assert (len(first["log"]), len(last["log"])) == (LONGEST_LINE, 2)
    assert "partial_message" not in short


def test_a_router_that_is_not_there_holds_nobody_up(caplog):
    with socket.create_server(("127.0.0.1", 0)) as router:
        port = router.getsockname()[1]
    container = Container("c" * 64, wanted(WAITS, log_router_port=port), "127.0.0.1")
    with caplog.at_level(logging.INFO):
        log_driver.hand_over(container)
    assert "log router takes no lines container=cccccccccccc" in caplog.text
