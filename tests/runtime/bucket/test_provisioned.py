"""Records in the bucket outlive the version that wrote them."""

import json
from pathlib import Path

import pytest

from runtime.bucket.provisioned import read_provisioned
from runtime.bucket.records import TaskLimits, read_release, release_json

RECORDS = Path(__file__).parent / "forms"
FORMS = RECORDS / "provisioned"


@pytest.mark.parametrize("form", ["first", "with_entry"])
def test_a_record_of_every_form_is_read(form):
    record = read_provisioned("orders-api", json.loads((FORMS / f"{form}.json").read_text()))
    assert (record.tasks, record.env_files, record.fingerprint) == (TaskLimits(2, 10), ("app",), "0c5d")


def test_what_was_provisioned_before_there_were_kinds_is_a_web_service():
    said = json.loads((FORMS / "with_entry.json").read_text())
    job = read_provisioned("nightly", said | {"kind": "job", "tasks": None})

    assert read_provisioned("orders-api", said).kind == "web"
    assert (job.kind, job.tasks) == ("job", None)


def test_a_record_of_before_entries_were_kept_has_none():
    record = read_provisioned("orders-api", json.loads((FORMS / "first.json").read_text()))
    assert record.entry is None


@pytest.mark.parametrize(("form", "port"), [("first", None), ("with_entry", 8080)])
def test_a_release_of_every_form_is_read(form, port):
    said = json.loads((RECORDS / "release" / f"{form}.json").read_text())
    release = read_release(said)

    assert (release.number, release.contents.env, release.tasks) == (7, {"app": 12}, TaskLimits(2, 10))
    assert release.workload == "web"
    assert (release.entry and release.entry["port"]) == port
    assert read_release(release_json(release)) == release


def test_a_release_of_a_job_has_no_limits():
    said = json.loads((RECORDS / "release" / "with_entry.json").read_text())
    release = read_release(said | {"workload": "job", "tasks": None})

    assert (release.workload, release.tasks) == ("job", None)
    assert read_release(release_json(release)) == release
