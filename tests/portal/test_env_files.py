import re
from pathlib import Path

import pytest

import portal
from portal import env_editor
from tests.portal.browser import chromium
from tests.portal.reading import plain, text_of

EDITOR = "/local/services/orders-api/env/app"
TEXT = "LOG_LEVEL=info\nDB_POOL_SIZE=10\n"
STYLE = Path(portal.__file__).parent / "static" / "portal.css"


def test_env_leads_to_the_first_file(client, running):
    assert client.get("/local/services/orders-api/env").location == EDITOR


def test_editor_shows_what_is_applied_what_is_staged_and_the_text(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\nDB_POOL_SIZE=10\n", base=1, message="Louder")

    page = text_of(client, EDITOR)

    assert typed(page) == "LOG_LEVEL=debug\nDB_POOL_SIZE=10\n"
    assert "Applied v1" in plain(page)
    assert "“Louder”. Not running yet." in plain(page)
    assert "LOG_LEVEL ~ changed info debug" in plain(page)


def test_a_version_that_came_back_is_rolled_back_not_staged(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1, message="Louder")
    number = running.release("orders-api", "2.13.4", 2, ends="rolled-back").number

    page = plain(text_of(client, EDITOR))

    assert f"“Louder”. Release {number} did not come through." in page
    assert "Try v2 again…" in page
    assert "Staged" not in page


def test_a_version_that_rolls_out_leads_to_its_release_and_is_not_offered_again(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1, message="Louder")
    number = running.begin("orders-api", env=2).number

    page = text_of(client, EDITOR)

    assert f"Rolling out v2 Watch release {number}" in plain(page)
    assert "Apply v2" not in page
    assert "Staged" not in page


def test_a_version_runs_since_the_release_that_brought_it_and_not_since_one_that_came_back(client, running):
    running.release("orders-api", "2.14.0", ends="rolled-back")
    assert "Applied v1 Since release 1," in plain(text_of(client, EDITOR))


def test_a_version_that_was_rolled_back_to_runs_since_then(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    running.release("orders-api", "2.13.4", env=2)
    running.release("orders-api", to=1)
    assert "Applied v1 Since release 3," in plain(text_of(client, EDITOR))


def test_save_makes_the_next_version_with_its_message(post, running):
    answer = post(EDITOR, EDITOR, text="LOG_LEVEL=debug\r\n", base="1", message="Louder", do="save")

    saved = running.gateways.env_files.newest("orders-api", "app")
    assert (answer.status_code, answer.location) == (303, EDITOR)
    assert (saved.number, saved.text, saved.message, saved.author) == (2, "LOG_LEVEL=debug\n", "Louder", "Sato Yui")


def test_save_and_apply_leads_to_the_review(post, running):
    answer = post(EDITOR, EDITOR, text="LOG_LEVEL=debug\n", base="1", do="apply")

    assert answer.location == "/local/services/orders-api/releases/new?env.app=2"


def test_errors_stop_the_save_and_nothing_typed_is_lost(post, running):
    bad = "export A=1\nB\n# kept <as it is>\n"

    answer = post(EDITOR, EDITOR, text=bad, base="1", message="mine", do="save")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert typed(page) == bad
    assert 'value="mine"' in page
    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_problems_stand_beside_their_line(post, running):
    page = post(EDITOR, EDITOR, text='A=1\nB="x"\n', base="1", do="check").get_data(as_text=True)

    problems = re.search(r'<ol class="problems".*?</ol>', page, re.DOTALL)[0]
    items = [plain(item) for item in re.findall(r"<li.*?</li>", problems, re.DOTALL)]
    assert items == ["", "Line 2 The quotes become part of the value Remove quotes", ""]


def test_one_click_mends_one_line_without_script(post, running):
    fix = re.search(r'name="fix" value="(2:[^"]+)"', post(EDITOR, EDITOR, text='A=1\nB="x"\n', do="check").text)[1]

    answer = post(EDITOR, EDITOR, text='A=1\nB="x"\n', base="1", fix=fix)

    assert answer.status_code == 200
    assert typed(answer.text) == "A=1\nB=x\n"


def test_suspected_secret_stops_the_save_until_somebody_says_it_is_none(post, running):
    secret = "STRIPE_KEY=sk_live_abcdefghijklmnop1234\n"

    refused = post(EDITOR, EDITOR, text=secret, base="1", do="save")
    answer = post(EDITOR, EDITOR, text=secret, base="1", do="save", overridden="STRIPE_KEY")

    assert refused.status_code == 422
    assert answer.status_code == 303
    assert running.gateways.env_files.newest("orders-api", "app").overridden == ("STRIPE_KEY",)


def test_save_bar_says_what_stops_the_save(post, running):
    def bar(text, **said):
        page = post(EDITOR, EDITOR, text=text, base="1", do="check", **said).text
        return plain(re.search(r'<p id="sum">.*?<small>(.*?)</small>', page, re.DOTALL)[1])

    one = "1 value looks like a secret and stops the save until it is confirmed"
    assert bar("PASSWORD=hunter2xx\n") == one
    assert bar('PASSWORD=hunter2xx\nB="x"\n') == f"{one}, 1 warning does not"
    assert bar("PASSWORD=hunter2xx\nB\n") == f"1 error stops the save, {one}"
    assert bar("PASSWORD=hunter2xx\n", overridden="PASSWORD") == "No errors"
    assert bar('B="x"\n') == "No errors, 1 warning does not"


def test_saving_the_same_text_makes_no_version(post, running):
    post(EDITOR, EDITOR, text=TEXT, base="1", do="save")

    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_second_of_two_savers_sees_both_and_chooses_key_by_key(post, running):
    running.save("orders-api", "LOG_LEVEL=info\nDB_POOL_SIZE=20\nNEW=1\n", base=1, author="Suzuki Ren")

    mine = {"text": "LOG_LEVEL=warn\nDB_POOL_SIZE=30\n", "base": "1", "message": "mine"}
    answer = post(EDITOR, EDITOR, **mine, do="save")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Suzuki Ren saved v2 while you edited v1." in plain(page)
    assert "DB_POOL_SIZE 10 20 30 Choose one" in plain(page)
    assert "LOG_LEVEL info info warn warn yours" in plain(page)
    assert "NEW – 1 – 1 from v2" in plain(page)

    unchosen = post(f"{EDITOR}/merge", EDITOR, **mine, theirs="2", do="save")
    saved = post(f"{EDITOR}/merge", EDITOR, **mine, theirs="2", do="save", **{"choice.DB_POOL_SIZE": "mine"})

    newest = running.gateways.env_files.newest("orders-api", "app")
    assert (unchosen.status_code, saved.status_code, newest.number) == (422, 303, 3)
    assert newest.text == "LOG_LEVEL=warn\nDB_POOL_SIZE=30\nNEW=1\n"


@pytest.mark.parametrize(
    ("theirs", "mine", "english", "japanese"),
    [
        ("A=1\n", "A=2\n", "Nothing is lost: 1 key needs your choice.", "1 個のキーは、どちらにするか選んでください。"),
        (
            "A=1\nB=1\n",
            "A=2\nC=1\n",
            "2 keys were merged automatically. 1 key needs your choice.",
            "2 個のキーは自動でマージされました。 1 個のキーは、どちらにするか選んでください。",
        ),
    ],
)
def test_merge_counts_only_what_there_is(post, running, theirs, mine, english, japanese):
    running.save("orders-api", f"{TEXT}{theirs}", base=1)
    sent = {"text": f"{TEXT}{mine}", "base": "1", "do": "save"}

    assert english in plain(post(EDITOR, EDITOR, **sent).text)
    assert japanese in plain(post(f"{EDITOR}?lang=ja", EDITOR, **sent).text)


def test_merge_of_long_values_fits_the_window(post, running):
    running.save("orders-api", f"LOG_LEVEL={'t' * 400}\nOTHER={'o' * 400}\n", base=1)
    page = post(EDITOR, EDITOR, text=f"LOG_LEVEL={'m' * 400}\n", base="1", do="save").text

    with chromium() as browser:
        widths = [_width_of(browser, page, width) for width in (1280, 320)]

    assert widths == [1280, 320]


def test_third_saver_during_a_merge_is_merged_too(post, running):
    running.save("orders-api", "LOG_LEVEL=info\nDB_POOL_SIZE=10\nTWO=2\n", base=1)
    running.save("orders-api", "LOG_LEVEL=info\nDB_POOL_SIZE=10\nTWO=2\nTHREE=3\n", base=2)

    mine = {"text": "LOG_LEVEL=warn\nDB_POOL_SIZE=10\n", "base": "1"}
    late = post(f"{EDITOR}/merge", EDITOR, **mine, theirs="2", do="save")
    saved = post(f"{EDITOR}/merge", EDITOR, **mine, theirs="3", do="save")

    assert (late.status_code, saved.status_code) == (409, 303)
    assert running.gateways.env_files.newest("orders-api", "app").text == (
        "LOG_LEVEL=warn\nDB_POOL_SIZE=10\nTWO=2\nTHREE=3\n"
    )


def test_old_version_can_be_looked_at_and_restored_as_a_new_one(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)

    page = text_of(client, f"{EDITOR}/versions/1")

    assert "This version runs now." in plain(page)
    assert f'href="{EDITOR}?from=1"' in page
    assert typed(text_of(client, f"{EDITOR}?from=1")) == TEXT
    assert 'name="base" value="2"' in text_of(client, f"{EDITOR}?from=1")


def test_history_says_which_release_held_a_version(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)

    page = plain(text_of(client, EDITOR))

    assert "env v2 Staged" in page
    assert "env v1 Runs now “To begin with” Suzuki Ren" in page


def test_env_pages_stay_out_of_every_cache(client, running):
    for address in (EDITOR, f"{EDITOR}/versions/1"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_a_key_that_the_catalog_sets_has_no_effect_and_is_no_change(post, catalog, running):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text() + "environment: { GREETING: hello }\n")

    page = plain(post(EDITOR, EDITOR, text=f"{TEXT}GREETING=mine\n", base="1", do="check").text)

    assert "Line 3 No effect: the catalog’s `environment` wins" in page
    assert "No key differs from what runs" in page


def test_a_key_is_put_back_where_it_stood_with_the_value_that_runs(client, running):
    running.save("orders-api", "# pool\nDB_POOL_SIZE=20\n", base=1)

    page = text_of(client, f"{EDITOR}?put=LOG_LEVEL")

    assert typed(page) == "LOG_LEVEL=info\n# pool\nDB_POOL_SIZE=20\n"
    assert "Not saved: 1 key differs from v2" in plain(page)
    assert 'value="Put LOG_LEVEL back, as in v1"' in page


@pytest.mark.parametrize(
    ("asked", "told", "message"),
    [
        ("put=NOPE", "v1 has no NOPE, so there is nothing to put back.", ""),
        ("put=DB_POOL_SIZE", "DB_POOL_SIZE is as in v1 already.", ""),
        ("put=NOPE&put=LOG_LEVEL&put=NOPE", "v1 has no NOPE, so", "Put LOG_LEVEL back, as in v1"),
    ],
)
def test_a_key_that_cannot_be_put_back_is_told(client, running, asked, told, message):
    running.save("orders-api", "DB_POOL_SIZE=10\n", base=1)

    page = text_of(client, f"{EDITOR}?{asked}")

    assert told in plain(page)
    assert f'id="message" name="message" maxlength="200" value="{message}"' in page
    assert ("Not saved" in plain(page)) == bool(message)


def test_a_key_cannot_be_put_back_while_no_version_runs(client, local, orders):
    local.provision(orders)
    local.save("orders-api", TEXT)

    told = "No version of this file runs, so there is nothing to put back."

    assert told in plain(text_of(client, f"{EDITOR}?put=LOG_LEVEL"))


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("from=abc", 422, "'abc' is no version of app"),
        ("from=-1", 422, "'-1' is no version of app"),
        ("from=99", 404, "orders-api has no version 99 of app.env"),
    ],
)
def test_a_version_that_is_not_there_cannot_be_restored_and_is_named(client, running, asked, status, told):
    answer = client.get(f"{EDITOR}?{asked}")

    assert (answer.status_code, told in plain(answer.text)) == (status, True)


def test_after_a_roll_back_the_version_that_runs_is_one_click_away(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    running.release("orders-api", "2.13.4", env=2)
    running.release("orders-api", to=1)

    page = text_of(client, EDITOR)

    assert "v2 was rolled back. You would go on from it. Edit v1, which runs, instead" in plain(page)
    assert "Release 2 was undone later." in plain(page)
    assert f'href="{EDITOR}?from=1"' in page


def test_a_check_without_problems_says_so(post, running):
    page = plain(post(EDITOR, EDITOR, text="LOG_LEVEL=warn\n", base="1", do="check").text)
    assert "Checked: nothing stops the save." in page


def test_a_refused_save_leads_to_each_line(post, running):
    page = post(EDITOR, EDITOR, text="A=1\nexport B=1\n C=1\n", base="1", do="save").text

    assert "2 lines have an error." in plain(page)
    assert [line in page for line in ('href="#line-2"', 'href="#line-3"', 'id="line-2"', 'id="line-3"')] == [True] * 4


def test_fixes_that_were_made_are_told_and_undone(post, running):
    page = post(EDITOR, EDITOR, text='A=1\nexport B="x"\n', base="1", fix="all").text

    assert "2 fixes were made, and nothing was saved. Remove export: export B Remove quotes: B Undo" in plain(page)
    assert re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', page, re.DOTALL)[1] == (
        "A=1\nexport B=&#34;x&#34;\n"
    )


def test_too_much_text_is_kept_and_the_limit_is_said(post, running):
    text = "A=あ\n" * 100_000

    answer = post(EDITOR, EDITOR, text=text, base="1", do="save")

    assert answer.status_code == 422
    assert "586 KB of text; an env file takes 128 KB" in plain(answer.text)
    assert typed(answer.text) == text


def test_japanese_text_is_counted_as_it_is_stored(post, running):
    text = "".join(f"K{number}={'あ' * 300}\n" for number in range(130))

    assert post(EDITOR, EDITOR, text=text, base="1", do="save").status_code == 303


def test_long_values_and_long_tables_are_cut_with_a_way_to_see_all(post, running):
    text = f"LONG={'x' * 3000}\n" + "".join(f"K{number}=1\n" for number in range(60))

    page = plain(post(EDITOR, EDITOR, text=text, base="1", do="check").text)

    assert f"{'x' * 80}… 3000 characters" in page
    assert "13 keys more" in page


def test_an_empty_file_shows_an_example_and_what_is_set_elsewhere(client, catalog, local):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(
        entry.read_text() + "environment: { LOG_FORMAT: json }\nsecrets: { TOKEN: { ssm: /orders/token } }\n"
    )
    local.provision(catalog.service("orders-api", "local"))

    page = plain(text_of(client, EDITOR))

    assert "One setting a line, as they stand. For example:" in page
    assert "2 keys are set elsewhere TOKEN a secret, in the catalog’s entry LOG_FORMAT the catalog’s entry" in page


def test_an_answer_that_was_lost_is_not_called_nothing(post, running):
    token = post.token(EDITOR)
    running.aws.fates["s3.put_object"] = "last"
    answer = post.client.post(EDITOR, data={"csrf_token": token, "text": "A=1\n", "base": "1", "do": "save"})

    assert answer.status_code == 503
    assert "Nothing was changed" not in answer.text
    assert "whether v2 of app.env was saved is not known" in plain(answer.text)


def test_before_the_write_an_outage_changed_nothing(post, running):
    token = post.token(EDITOR)
    running.aws.outage = True
    answer = post.client.post(EDITOR, data={"csrf_token": token, "text": "A=1\n", "base": "1", "do": "save"})

    assert "Nothing was changed." in plain(answer.text)


def test_text_is_escaped(post, running):
    page = post(EDITOR, EDITOR, text="A=</textarea><script>alert(1)</script>\n", do="check").get_data(as_text=True)

    assert "<script>alert" not in page


def test_file_that_the_catalog_does_not_name_is_a_404(client, running):
    assert client.get("/local/services/orders-api/env/other").status_code == 404


def typed(page):
    area = re.search(r'<textarea id="text".*?>\n(.*?)</textarea>', page, re.DOTALL)[1]
    return area.replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _width_of(browser, page, width):
    """How wide the page gets in a window of that width."""
    window = browser.new_page(viewport={"width": width, "height": 900})
    window.set_content(page)
    window.add_style_tag(content=STYLE.read_text())
    return window.evaluate("document.documentElement.scrollWidth")


def test_of_many_lines_with_problems_the_first_are_told_and_the_others_counted(post, running):
    page = post(EDITOR, EDITOR, text="A=\n" * 600 + "export B=1\n", base="1", do="save").get_data(as_text=True)

    assert page.count('id="line-') == 500
    assert page.count('<li data-tone="wait"></li>') == 600
    assert "101 lines more" in plain(page)
    assert "1 line has an error. Line 601" in plain(page.replace("</strong>", "</strong> "))
    assert "#line-601" not in page


def test_a_text_is_judged_when_somebody_asks_and_once():
    edit = env_editor.edit("A=\n", 1)

    assert "problems" not in vars(edit)
    assert edit.problems is edit.problems
