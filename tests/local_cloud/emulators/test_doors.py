import json

import pytest

from local_cloud.emulators.doors import Doors, ports


@pytest.mark.parametrize("torn", ["", '{"a.elb.amazonaws.com": 80', "[1]", "null"])
def test_a_torn_record_of_doors_is_written_anew(tmp_path, torn):
    record = tmp_path / "doors.json"
    record.write_text(torn)
    assert ports(record) == {}

    port = Doors(app=None, record=record)._port("a.elb.amazonaws.com")

    assert ports(record) == {"a.elb.amazonaws.com": port} == json.loads(record.read_text())


def test_a_door_keeps_its_port_and_the_others_theirs(tmp_path):
    doors = Doors(app=None, record=tmp_path / "doors.json")
    first, second = doors._port("a"), doors._port("b")
    assert doors._port("a") == first
    assert ports(tmp_path / "doors.json") == {"a": first, "b": second}
    assert [path.name for path in tmp_path.iterdir()] == ["doors.json"]
