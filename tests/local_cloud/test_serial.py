import pytest

from local_cloud.serial import HeldSerial, lost


@pytest.mark.parametrize(("written", "held"), [(0, 0), (7, 7), (7, 8)])
def test_a_cloud_that_holds_what_the_state_says_has_lost_nothing(written, held):
    assert lost(written, held) == ""


def test_a_cloud_that_came_back_older_or_empty_has_lost_changes():
    assert lost(9, 7) == "the local cloud has lost changes (the state is at 9, the cloud at 7)"
    assert lost(9, 0) == "the local cloud has lost changes (the state is at 9, the cloud at nothing)"


def test_the_cloud_remembers_the_last_serial(aws):
    serial = HeldSerial(aws("ssm"))
    assert serial.read() == 0
    serial.remember(3)
    serial.remember(4)
    assert serial.read() == 4
