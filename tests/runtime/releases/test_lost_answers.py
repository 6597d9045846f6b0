"""Env files over a bucket that does the work and loses the answer: what is said is what is known."""

from datetime import UTC, datetime

import pytest

from runtime.aws.errors import InDoubt, NotWritten, Unreachable
from runtime.bucket.env_files import EnvFileChanged, EnvFiles
from runtime.bucket.release_records import ReleaseRecords
from runtime.bucket.service_index import ServiceIndex
from tests.portal.memory import MemoryObjects


class SilentObjects(MemoryObjects):
    """``writes`` is what becomes of a write: "answered", "lost" after it arrived, or "dropped" before."""

    def __init__(self):
        super().__init__(lambda: None, datetime(2026, 11, 20, tzinfo=UTC))
        self.writes, self.reads_answered = "answered", True

    def create(self, key, body, content_type, metadata=None):
        won = self.writes != "dropped" and super().create(key, body, content_type, metadata)
        if self.writes != "answered":
            raise Unreachable("AWS did not answer while writing")
        return won

    def read(self, key):
        if not self.reads_answered:
            raise Unreachable("AWS did not answer while reading")
        return super().read(key)


@pytest.fixture
def objects():
    return SilentObjects()


@pytest.fixture
def env_files(objects):
    return EnvFiles(objects, ServiceIndex(objects, ReleaseRecords(objects)))


def save(env_files, text="A=1\n", base=0, author="sato"):
    return env_files.save("shop", "app", text, base=base, author=author, message="why")


def test_a_version_that_arrived_is_saved_though_its_answer_was_lost(objects, env_files):
    objects.writes = "lost"
    assert save(env_files).number == 1


def test_a_version_that_cannot_be_looked_at_after_it_was_written_is_saved(objects, env_files):
    objects.reads_answered = False
    assert save(env_files).number == 1


def test_a_version_that_did_not_arrive_is_said_not_to_be_there(objects, env_files):
    objects.writes = "dropped"
    with pytest.raises(NotWritten, match=r"v1 of app\.env is not there"):
        save(env_files)


def test_a_version_that_nobody_can_look_for_is_in_doubt(objects, env_files):
    objects.writes, objects.reads_answered = "lost", False
    with pytest.raises(InDoubt, match=r"whether v1 of app\.env was saved is not known"):
        save(env_files)


def test_who_sends_it_again_meets_their_own_version(objects, env_files):
    objects.writes, objects.reads_answered = "lost", False
    with pytest.raises(InDoubt):
        save(env_files)
    objects.writes, objects.reads_answered = "answered", True

    assert save(env_files).number == 1
    assert env_files.numbers("shop", "app") == [1]


def test_the_same_text_of_somebody_else_is_theirs(env_files):
    save(env_files, author="suzuki")
    with pytest.raises(EnvFileChanged, match="suzuki saved version 1"):
        save(env_files)


def test_who_sends_it_again_meets_their_own_version_though_another_followed(env_files):
    save(env_files)
    save(env_files, "A=2\n", base=1, author="suzuki")
    assert save(env_files).number == 1
