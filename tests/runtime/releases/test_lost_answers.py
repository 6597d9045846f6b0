"""Env files over an AWS that does the work and loses the answer: what is said is what is known."""

from datetime import UTC, datetime

import pytest

from runtime.aws.errors import InDoubt, NotWritten
from runtime.bucket.env_files import EnvFileChanged
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.provisioning import ENVIRONMENT


@pytest.fixture
def aws():
    return FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, tzinfo=UTC))


@pytest.fixture
def env_files(aws):
    return FakeEnvironment(aws, ENVIRONMENT).gateways.env_files


def save(env_files, text="A=1\n", base=0, author="sato"):
    return env_files.save("shop", "app", text, base=base, author=author, message="why")


def test_a_version_that_arrived_is_saved_though_its_answer_was_lost(aws, env_files):
    aws.fates["s3.put_object"] = "unanswered"
    assert save(env_files).number == 1


def test_a_version_that_cannot_be_looked_at_after_it_was_written_is_saved(aws, env_files):
    aws.fates["s3.head_object"] = aws.fates["s3.get_object"] = "lost"
    assert save(env_files).number == 1


def test_a_version_that_did_not_arrive_is_said_not_to_be_there(aws, env_files):
    aws.fates["s3.put_object"] = "lost"
    with pytest.raises(NotWritten, match=r"v1 of app\.env is not there"):
        save(env_files)


def test_a_version_that_nobody_can_look_for_is_in_doubt(aws, env_files):
    aws.fates["s3.put_object"] = "last"
    with pytest.raises(InDoubt, match=r"whether v1 of app\.env was saved is not known"):
        save(env_files)


def test_who_sends_it_again_meets_their_own_version(aws, env_files):
    aws.fates["s3.put_object"] = "last"
    with pytest.raises(InDoubt):
        save(env_files)
    aws.fates.clear()

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
