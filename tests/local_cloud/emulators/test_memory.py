import json
import sys

import pytest

from local_cloud.emulators.memory import Memory


def write(folder, name, state):
    (folder / f"{name}.json").write_text(json.dumps(state))


@pytest.fixture
def memory(tmp_path):
    return Memory(tmp_path, write)


def remembered(memory):
    return {path.stem: json.loads(path.read_text()) for path in memory.newest.glob("*.json")}


def test_the_newest_set_is_what_was_saved_last(memory):
    memory.save({"ecs": lambda: 1, "logs": lambda: 1})
    memory.save({"ecs": lambda: 2, "logs": lambda: 2})
    assert remembered(memory) == {"ecs": 2, "logs": 2}


def test_before_the_first_save_nothing_is_remembered(memory):
    assert remembered(memory) == {}


def test_a_save_that_ends_halfway_leaves_the_whole_set_before_it(tmp_path):
    def killed(folder, name, state):
        if name == "logs":
            raise OSError("no space left on device")
        write(folder, name, state)

    Memory(tmp_path, write).save({"ecs": lambda: 1, "logs": lambda: 1})
    with pytest.raises(OSError, match="no space"):
        Memory(tmp_path, killed).save({"ecs": lambda: 2, "logs": lambda: 2})

    assert remembered(Memory(tmp_path, write)) == {"ecs": 1, "logs": 1}


def test_a_save_after_one_that_ended_halfway_is_whole(tmp_path):
    (tmp_path / "unfinished").mkdir()
    write(tmp_path / "unfinished", "gone", 1)
    memory = Memory(tmp_path, write)
    memory.save({"ecs": lambda: 2})
    assert remembered(memory) == {"ecs": 2}


def test_sets_do_not_pile_up(memory, tmp_path):
    for number in range(12):
        memory.save({"ecs": lambda number=number: number})
    assert remembered(memory) == {"ecs": 11}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_service_that_changes_while_it_is_copied_is_copied_again(memory):
    answers = iter([RuntimeError("dictionary changed size during iteration"), 7])

    def state():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    memory.save({"ecs": state})
    assert remembered(memory) == {"ecs": 7}


def test_nothing_else_is_done_while_a_service_is_copied_again(memory):
    usual = sys.getswitchinterval()
    turns = []

    def state():
        turns.append(sys.getswitchinterval())
        if len(turns) == 1:
            raise RuntimeError("dictionary changed size during iteration")
        return 7

    memory.save({"logs": state})

    assert (turns[0], turns[1] > 1, sys.getswitchinterval()) == (usual, True, usual)


def test_a_service_without_a_state_gets_no_file(memory):
    memory.save({"ecs": lambda: 1, "lambda": lambda: None})
    assert remembered(memory) == {"ecs": 1}
