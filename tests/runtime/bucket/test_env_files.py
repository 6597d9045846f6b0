import subprocess
import sys

import pytest

from runtime.aws.errors import Absent, Invalid
from runtime.bucket.env_files import EnvFileChanged
from service_catalog import naming
from service_catalog.messages import as_data, say

SAVERS = 32


def save(gateways, service, text, base, **said):
    said = {"author": "sato", "message": "first"} | said
    return gateways.env_files.save(service, "app", text, base=base, **said)


def test_what_was_saved_is_read_back_byte_for_byte(gateways, service_name):
    text = "# 設定\nLOG_LEVEL=debug\n\nGREETING=こんにちは\n"

    saved = save(gateways, service_name, text, base=0, author="佐藤", message="ログを詳細化するため 🔍")

    newest = gateways.env_files.newest(service_name, "app")
    assert newest == saved
    assert (newest.number, newest.text, newest.author, newest.message) == (1, text, "佐藤", "ログを詳細化するため 🔍")


def test_file_without_versions_has_no_newest(gateways, service_name):
    assert gateways.env_files.newest(service_name, "app") is None
    assert gateways.env_files.history(service_name, "app") == []


def test_history_is_newest_first_and_reads_no_texts(gateways, service_name):
    for number in range(3):
        save(gateways, service_name, f"A={number}\n", base=number, message=f"to {number}")

    history = gateways.env_files.history(service_name, "app", limit=2)

    assert [(it.number, it.message, it.text) for it in history] == [(3, "to 2", None), (2, "to 1", None)]


def test_second_of_two_editors_is_told_who_was_first(gateways, service_name):
    save(gateways, service_name, "A=1\n", base=0)
    save(gateways, service_name, "A=theirs\n", base=1, author="suzuki")

    with pytest.raises(EnvFileChanged, match=r"suzuki saved version 2 of app\.env") as refused:
        save(gateways, service_name, "A=mine\n", base=1)

    assert (refused.value.theirs.number, refused.value.theirs.text) == (2, "A=theirs\n")


def test_version_is_not_built_on_one_that_never_was(gateways, service_name):
    with pytest.raises(Invalid, match="has no version 7 to build on"):
        save(gateways, service_name, "A=1\n", base=7)


def test_absent_version_is_named(gateways, service_name):
    with pytest.raises(Absent, match=rf"{service_name} has no version 3 of app\.env"):
        gateways.env_files.read(service_name, "app", 3)


def test_text_that_ecs_would_misread_is_refused_with_its_line(gateways, service_name):
    with pytest.raises(Invalid, match="line 2: "):
        save(gateways, service_name, "A=1\nexport B=2\n", base=0)
    assert gateways.env_files.newest(service_name, "app") is None


def test_value_that_looks_like_a_secret_needs_a_confirmation_that_is_kept(gateways, service_name):
    text = "DB_PASSWORD=hunter2hunter2\n"
    with pytest.raises(Invalid, match="DB_PASSWORD looks like a secret") as refused:
        save(gateways, service_name, text, base=0)
    assert "hunter2" not in str(refused.value)

    saved = save(gateways, service_name, text, base=0, overridden=["DB_PASSWORD", "OTHER"])

    assert saved.overridden == ("DB_PASSWORD",)
    assert gateways.env_files.newest(service_name, "app").overridden == ("DB_PASSWORD",)


def test_longest_japanese_message_fits_and_a_longer_one_is_refused(gateways, service_name):
    assert save(gateways, service_name, "A=1\n", base=0, message="漢" * 300).message == "漢" * 300
    with pytest.raises(Invalid, match="message: must be at most 300 characters, got 301"):
        save(gateways, service_name, "A=2\n", base=1, message="漢" * 301)


def test_a_message_of_our_own_keeps_its_template(gateways, service_name):
    save(gateways, service_name, "A=1\n", base=0, message=say("Back to %(number)s", number=3))

    message = gateways.env_files.history(service_name, "app")[0].message

    assert (message, as_data(message)) == ("Back to 3", {"template": "Back to %(number)s", "values": {"number": 3}})


def test_save_tells_the_head(gateways, service_name):
    save(gateways, service_name, "A=1\n", base=0)
    assert gateways.service_index.read(service_name).env == {"app": 1}


def test_version_whose_saver_died_before_the_head_was_told_is_told_by_the_next_reader(
    gateways, provisioner, service_name, aws
):
    key = naming.env_version_key(service_name, "app", 1)
    aws("s3").put_object(Bucket=provisioner.bucket, Key=key, Body=b"A=1\n")

    found = gateways.env_files.newest(service_name, "app")

    assert (found.number, found.author, found.text) == (1, "unknown", "A=1\n")
    assert gateways.service_index.all().readable[service_name].env == {"app": 1}


def test_racing_savers_in_two_processes_lose_nothing(cloud, gateways, service_name):
    """Each save lands as its own version, or its author is told who was first and saves again on top of that."""
    addresses = cloud.addresses
    command = [sys.executable, "-m", "tests.runtime.bucket.racing_savers", addresses.endpoint_url, service_name]
    processes = [
        subprocess.Popen([*command, str(first), str(SAVERS // 2)], stdout=subprocess.PIPE, text=True)
        for first in (0, SAVERS // 2)
    ]

    landed = dict(line.split() for process in processes for line in process.communicate()[0].splitlines())

    assert sorted(landed) == sorted(f"K{number}" for number in range(SAVERS))
    assert sorted(map(int, landed.values())) == list(range(1, SAVERS + 1))
    newest = gateways.env_files.newest(service_name, "app")
    assert newest.number == SAVERS
    assert sorted(newest.text.splitlines()) == sorted(f"K{number}=1" for number in range(SAVERS))
    assert gateways.service_index.read(service_name).env == {"app": SAVERS}
    for key, number in landed.items():
        assert f"{key}=1" in gateways.env_files.read(service_name, "app", int(number)).text
