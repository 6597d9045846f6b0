import re

from portal import env_editor
from tests.portal.reading import part, plain, text_of, typed

EDITOR = "/local/services/orders-api/env/app"
TEXT = "LOG_LEVEL=info\nDB_POOL_SIZE=10\n"


def test_env_leads_to_the_first_file(client, running):
    assert client.get("/local/services/orders-api/env").location == EDITOR


def test_editor_shows_what_is_applied_what_is_staged_and_the_text(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\nDB_POOL_SIZE=10\n", base=1, message="Louder")

    page = text_of(client, EDITOR)

    assert typed(page) == "LOG_LEVEL=debug\nDB_POOL_SIZE=10\n"
    assert "Applied v1" in plain(page)
    assert "“Louder”. Not running yet." in plain(page)
    assert "LOG_LEVEL ~ changed info debug" in plain(page)


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

    problems = part(page, r'<ol class="problems"(.*?)</ol>')
    items = [plain(item) for item in re.findall(r"<li.*?</li>", problems, re.DOTALL)]
    assert items == ["", "Line 2 The quotes become part of the value Remove quotes", ""]


def test_one_click_mends_one_line_without_script(post, running):
    fix = part(post(EDITOR, EDITOR, text='A=1\nB="x"\n', do="check").text, r'name="fix" value="(2:[^"]+)"')

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
        return plain(part(page, r'<p id="sum">.*?<small>(.*?)</small>'))

    one = "1 value looks like a secret and stops the save until it is confirmed"
    assert bar("PASSWORD=hunter2xx\n") == one
    assert bar('PASSWORD=hunter2xx\nB="x"\n') == f"{one}, 1 warning does not"
    assert bar("PASSWORD=hunter2xx\nB\n") == f"1 error stops the save, {one}"
    assert bar("PASSWORD=hunter2xx\n", overridden="PASSWORD") == "No errors"
    assert bar('B="x"\n') == "No errors, 1 warning does not"


def test_saving_the_same_text_makes_no_version(post, running):
    post(EDITOR, EDITOR, text=TEXT, base="1", do="save")

    assert running.gateways.env_files.numbers("orders-api", "app") == [1]


def test_env_pages_stay_out_of_every_cache(client, running):
    for address in (EDITOR, f"{EDITOR}/versions/1"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_a_key_that_the_catalog_sets_has_no_effect_and_is_no_change(post, catalog, running):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text() + "environment: { GREETING: hello }\n")

    page = plain(post(EDITOR, EDITOR, text=f"{TEXT}GREETING=mine\n", base="1", do="check").text)

    assert "Line 3 No effect: the catalog’s environment wins" in page
    assert "No key differs from what runs" in page


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
    assert part(page, r'<textarea name="text" hidden>\n(.*?)</textarea>') == ("A=1\nexport B=&#34;x&#34;\n")


def test_too_much_text_is_kept_and_the_limit_is_said(post, running):
    text = "A=あ\n" * 100_000

    answer = post(EDITOR, EDITOR, text=text, base="1", do="save")

    assert answer.status_code == 422
    assert "586 KB of text; an env file takes 128 KB" in plain(answer.text)
    assert typed(answer.text) == text


def test_a_page_has_no_row_for_each_line_of_too_many(post, running):
    text = "A=1\n" * 20_000

    answer = post(EDITOR, EDITOR, text=text, base="1", do="save")

    assert answer.status_code == 422
    assert "20000 lines; an env file takes 5000" in plain(answer.text)
    assert "Too much text to compare" in answer.text
    assert answer.text.count("<li") < 3 * 5000
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

    assert "One setting per line, taken literally. For example:" in page
    assert "2 keys are set elsewhere" in page
    assert "LOG_FORMAT json the catalog’s environment It would win over a line here" in page
    assert "TOKEN •••••• a secret: SSM /orders/token It would win over a line here" in page


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
