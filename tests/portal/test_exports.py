from datetime import UTC, datetime

from portal.exports import csv_text, json_text

WHEN = datetime(2026, 11, 20, 5, 32, 8, tzinfo=UTC)


def test_a_spreadsheet_runs_nothing_that_an_entry_says():
    text = csv_text([{"owner": "=HYPERLINK(1)", "why": ["-2", "+3"], "more": "@x", "count": -2}])

    assert text.splitlines()[1] == "'=HYPERLINK(1),'-2; +3,'@x,-2"


def test_a_table_without_rows_is_an_empty_file_and_an_empty_list():
    assert csv_text([]) == "\N{ZERO WIDTH NO-BREAK SPACE}"
    assert json_text([], as_of=WHEN) == '{\n "as_of": "2026-11-20T05:32:08+00:00",\n "rows": []\n}\n'
