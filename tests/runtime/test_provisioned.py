"""Records in the bucket outlive the version that wrote them."""

import json
from pathlib import Path

import pytest

from runtime.provisioned import read_provisioned
from runtime.records import Bounds

FORMS = Path(__file__).parent / "forms" / "provisioned"


@pytest.mark.parametrize("form", ["first", "with_entry"])
def test_a_record_of_every_form_is_read(form):
    record = read_provisioned("orders-api", json.loads((FORMS / f"{form}.json").read_text()))
    assert (record.tasks, record.env_files, record.fingerprint) == (Bounds(2, 10), ("app",), "0c5d")


def test_a_record_of_before_entries_were_kept_has_none():
    record = read_provisioned("orders-api", json.loads((FORMS / "first.json").read_text()))
    assert record.entry is None
