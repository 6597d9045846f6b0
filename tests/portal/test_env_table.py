"""The table of an env file: a view of its text, and the only line that an edit of it changes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from portal import env_editor, env_table
from portal.env_table import Cells
from service_catalog import env_file
from tests.portal.reading import part, plain, row, text_of
from tests.service_catalog.env_file.texts import texts

EDITOR = "/local/services/orders-api/env/app"
TABLE = f"{EDITOR}?view=table"
TEXT = "# what it logs\n\nLOG_LEVEL=info\nno setting\nDB_POOL_SIZE=10\n"


def carried(page: str) -> str:
    """The text that the table's form takes along."""
    return part(page, r'<textarea name="text" hidden>\n(.*?)</textarea>')


def test_table_shows_each_setting_with_its_difference_from_what_runs(post, running):
    page = post(EDITOR, TABLE, text="LOG_LEVEL=debug\nNEW=1\n", base="1", view="table", do="check").text

    assert row(page, "LOG_LEVEL") == [
        "LOG_LEVEL",
        "",
        "~ changed was info",
        "",
        "To a secret… LOG_LEVEL Remove LOG_LEVEL",
    ]
    assert row(page, "NEW") == ["NEW", "", "+ added", "", "To a secret… NEW Remove NEW"]
    assert 'name="value.1" value="debug"' in page


def test_a_cell_changes_its_own_line_and_no_other(post, running):
    sent = {"text": TEXT, "base": "1", "view": "table", "value.3": "warn", "value.5": "10"}

    page = post(EDITOR, TABLE, **sent, do="check").text

    assert carried(page) == TEXT.replace("info", "warn")


def test_a_new_key_goes_to_the_end_and_a_removed_one_takes_its_line_along(post, running):
    added = post(EDITOR, TABLE, text=TEXT, base="1", view="table", do="add", **{"new-key": "NEW", "new-value": "1"})
    removed = post(EDITOR, TABLE, text=TEXT, base="1", view="table", remove="3")

    assert carried(added.text) == f"{TEXT}NEW=1\n"
    assert carried(removed.text) == TEXT.replace("LOG_LEVEL=info\n", "")


def test_what_is_typed_in_the_table_is_saved_and_the_table_stays(post, running):
    sent = {"text": "LOG_LEVEL=info\n", "base": "1", "view": "table", "value.1": "warn"}

    answer = post(EDITOR, TABLE, **sent, do="save", **{"new-key": "NEW", "new-value": "1"})

    assert (answer.status_code, answer.location) == (303, TABLE)
    assert running.gateways.env_files.newest("orders-api", "app").text == "LOG_LEVEL=warn\nNEW=1\n"


def test_the_other_view_takes_along_what_is_not_saved(post, running):
    to_table = post(EDITOR, EDITOR, text="A=1\n", base="1", message="why", view="text", show="table").text
    to_text = post(EDITOR, TABLE, text="A=1\n", base="1", view="table", show="text", **{"value.1": "2"}).text

    assert 'name="value.1" value="1"' in to_table
    assert 'value="why"' in to_table
    assert part(to_text, r'<textarea id="text".*?>\n(.*?)</textarea>') == "A=2\n"


def test_a_line_that_is_no_setting_is_told_above_the_table_with_its_fix(post, running):
    page = post(EDITOR, TABLE, text="FLAG＝on\n", base="1", view="table", do="check").text

    assert "Line 1 is no setting, so the table does not show it. Full-width ＝: the line is ignored" in plain(page)
    fixed = post(
        EDITOR, TABLE, text="FLAG＝on\n", base="1", view="table", fix=part(page, r'name="fix" value="(1:.*?)"')
    )
    assert 'name="value.1" value="on"' in fixed.text


@given(texts, st.data())
def test_any_edit_keeps_every_other_line_byte_for_byte(text, data):
    text = env_editor.unix_newlines(text)
    rows = [it for it in env_table.table(env_editor.edit(text, 1), []).rows if it.is_one_line]
    at = data.draw(st.sampled_from([it.line for it in rows]) if rows else st.none())
    cells = Cells(values={it.line: "anew" if it.line == at else it.value for it in rows})

    before, after = text.split("\n"), env_table.changed(text, cells).split("\n")

    assert [number for number, (old, new) in enumerate(zip(before, after, strict=True), start=1) if old != new] in (
        [],
        [at],
    )


def test_a_file_with_other_line_ends_keeps_them(post, running):
    running.save("orders-api", "A=1\r\nB=2\r\n", base=1)

    opened = text_of(post.client, EDITOR)
    post(EDITOR, EDITOR, text="A=1\r\nB=3\r\n", base="2", do="save")

    assert "No change yet" in opened
    assert running.gateways.env_files.newest("orders-api", "app").text == "A=1\r\nB=3\r\n"


# --- import and export ------------------------------------------------------------------------------------------------


def test_pasted_keys_are_added_and_win_and_the_rest_stays(post, running):
    pasted = 'export LOG_LEVEL="debug"\n# from the wiki\nNEW=1\n'

    page = post(EDITOR, EDITOR, text=TEXT, base="1", pasted=pasted, **{"import": "merge"}).text

    assert "Imported: 2 keys change. Nothing is saved yet." in plain(page)
    assert "Remove export: export LOG_LEVEL Remove quotes: LOG_LEVEL Undo" in plain(page)
    text = part(page, r'<textarea id="text".*?>\n(.*?)</textarea>')
    settings = {"LOG_LEVEL": "debug", "NEW": "1", "DB_POOL_SIZE": "10"}
    assert env_file.parse(text) == settings
    assert text == f"{TEXT.replace('info', 'debug')}# from the wiki\nNEW=1\n"
    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_an_import_may_take_the_place_of_the_text_and_is_undone_by_a_click(post, running):
    page = post(EDITOR, EDITOR, text=TEXT, base="1", pasted="A=1\n", **{"import": "replace"}).text

    assert part(page, r'<textarea id="text".*?>\n(.*?)</textarea>') == "A=1\n"
    assert part(page, r'<textarea name="text" hidden>\n(.*?)</textarea>') == TEXT


def test_export_is_the_saved_version_byte_for_byte(client, running):
    text = "# ü\r\nA=1\n\nB= 2"
    running.save("orders-api", text, base=1)

    answer = client.get(f"{EDITOR}/export?version=2")

    assert answer.data == text.encode()
    assert answer.headers["Content-Disposition"] == "attachment; filename=orders-api.local.app.v2.env"
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/plain", "no-store")
    assert client.get(f"{EDITOR}/export").data == text.encode()


# --- what else the container gets -------------------------------------------------------------------------------------


def test_set_elsewhere_says_which_of_two_wins(client, running, catalog):
    entry = catalog.directory / "services" / "orders-api.yaml"
    more = 'env_files: [first, app, last]\nenvironment: { DB_POOL_SIZE: "9" }'
    entry.write_text(entry.read_text().replace("env_files: [app]", more))
    running.save("orders-api", "LOG_LEVEL=warn\n", file="first")
    running.save("orders-api", "LOG_LEVEL=trace\nAPI_TOKEN=ab1Cd2Ef3Gh4Ij5\n", file="last", overridden=["API_TOKEN"])

    page = text_of(client, EDITOR)

    found = [plain(it) for it in re.findall(r"<tr>(.*?)</tr>", page[page.index("set elsewhere") :], re.DOTALL)]
    assert "DB_POOL_SIZE 9 the catalog’s environment It wins over the line here" in found
    assert "LOG_LEVEL warn first.env It wins over the line here" in found
    assert "LOG_LEVEL trace last.env The line here wins" in found
    assert "API_TOKEN •••••• last.env A line here would win" in found


def test_each_line_with_a_problem_is_a_link_above_the_text(post, running):
    page = post(EDITOR, EDITOR, text='A=1\nexport B=1\nC="x"\n', base="1", do="check").text

    jumps = part(page, r'<div id="jumps">(.*?)</div>')
    assert re.findall(r'href="(#line-\d+)"', jumps) == ["#line-2", "#line-3"]
