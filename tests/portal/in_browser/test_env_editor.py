"""The editor of env files in a browser: numbers, shortcuts, what is unsaved."""

from playwright.sync_api import Dialog, Request, expect

from tests.portal.browser import violations

ORDERS = "/local/services/orders-api"


def test_env_pages_that_are_left_open_follow_what_runs_and_keep_what_is_typed(reader, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    reader.page.clock.install()
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "LOG_LEVEL=trace\n")
    page.locator("#text").blur()
    expect(page.locator("#sum")).to_contain_text("Not saved: 1 key differs")

    running.release("orders-api", env=2)
    running.aws.passes(seconds=10)
    page.clock.fast_forward(16_000)

    expect(page.locator("#applied")).to_contain_text("v2")
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("#changes caption")).to_contain_text("What differs from v2, which runs")
    expect(page.locator("#text")).to_have_value("LOG_LEVEL=trace\n")


def test_numbers_keep_step_with_the_lines(reader, running):
    page = reader.go(f"{ORDERS}/env/app")

    page.fill("#text", "A=1\nB=2\nC=3\nD=4")

    expect(page.locator(".numbers li")).to_have_count(4)


def test_leaving_with_unsaved_text_is_asked_about(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    asked = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)

    page.click("#text")
    page.keyboard.type("A=1\n")
    page.click("nav.crumbs a")
    page.wait_for_url("**/local/services")

    assert asked == ["beforeunload"]


def test_control_s_saves(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    page.fill("#text", "A=1\n")

    with page.expect_navigation():
        page.keyboard.press("Control+s")

    assert running.gateways.env_files.newest("orders-api", "app").text == "A=1\n"
    expect(page.locator(".notice")).to_have_text("Saved v2. Nothing restarted.")


def is_check(request: Request) -> bool:
    """Else it follows what runs, as it does every 15 s."""
    return request.method == "POST"


def test_what_is_typed_in_an_env_file_is_not_claimed_to_be_known_and_then_checked(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    expect(page.locator("#sum")).to_contain_text("No change yet")

    held = []
    page.route("**/env/app", lambda route: held.append(route) if is_check(route.request) else route.continue_())

    with page.expect_request(is_check):
        page.locator("#text").fill("LOG_LEVEL=warn\nexport B=1\n")
    for part in ("#sum", "#your-edit strong"):
        expect(page.locator(part)).to_have_text("Changed, not checked yet")
    held[0].continue_()

    expect(page.locator("#sum")).to_contain_text("Not saved: 3 keys differ from v1")
    expect(page.locator("#sum")).to_contain_text("1 error stops the save")
    expect(page.locator(".problems li").nth(1)).to_contain_text("becomes part of the key")
    expect(page.locator("#fixes button")).to_have_text("Make 1 safe fix")


def test_a_link_of_a_refused_save_takes_the_caret_to_its_line(reader, running):
    page = reader.go(f"{ORDERS}/env/app")
    page.locator("#text").fill("A=1\nexport B=1\n")
    page.get_by_role("button", name="Save v2").click()

    page.get_by_role("alert").get_by_role("link", name="Line 2").click()

    area = page.locator("#text")
    expect(area).to_be_focused()
    assert area.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)") == "export B=1"


def test_what_is_typed_in_the_table_is_checked_row_by_row(reader, running):
    page = reader.go(f"{ORDERS}/env/app?view=table")

    page.fill('[name="value.1"]', "warn # loud")
    page.fill('[name="new-key"]', "export X")
    page.fill('[name="new-value"]', "1")

    expect(page.locator("#line-1 [data-change]")).to_contain_text("was info")
    expect(page.locator("#line-1 [data-problem]")).to_contain_text("becomes part of the value")
    expect(page.locator("#line-new [data-problem]")).to_contain_text("becomes part of the key")
    expect(page.locator("#sum")).to_contain_text("1 error stops the save")


def test_f8_goes_from_problem_to_problem(reader, running):
    running.save("orders-api", 'A=1\nB="x"\nC=3\nD="y"\n', base=1)
    page = reader.go(f"{ORDERS}/env/app")
    area = page.locator("#text")
    reached = []

    for _ in range(3):
        page.keyboard.press("F8")
        reached.append(area.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)"))

    assert reached == ['B="x"', 'D="y"', 'B="x"']


def test_a_dropped_file_is_pasted_for_the_import(reader, running):
    page = reader.go(f"{ORDERS}/env/app")

    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["DROPPED=1\\n"], ".env"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator("#pasted")).to_have_value("DROPPED=1\n")
    page.get_by_role("button", name="Add its keys").click()

    expect(page.locator("#text")).to_have_value("LOG_LEVEL=info\nDB_POOL_SIZE=10\nDROPPED=1\n")


def test_a_value_that_is_revealed_leaves_the_page_after_half_a_minute(reader, catalog, running):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text() + "sensitive_env_files: [app]\n")
    page = reader.go(f"{ORDERS}/env/app")
    assert violations(page) == []
    page.clock.install()

    page.get_by_role("button", name="Reveal LOG_LEVEL").click()
    expect(page.locator(".revealed")).to_have_text("info")
    assert violations(page) == []
    page.clock.fast_forward(31_000)

    expect(page.locator(".revealed")).to_have_text("••••••••")


def test_what_is_typed_over_masked_values_is_checked_row_by_row(reader, catalog, running):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text() + "sensitive_env_files: [app]\n")
    page = reader.go(f"{ORDERS}/env/app")

    page.get_by_label("Remove LOG_LEVEL").check()
    page.fill('[name="value.2"]', '"20"')

    row = page.locator("tr", has=page.locator("#key-2"))
    expect(row.locator("[data-problem]")).to_contain_text("The quotes become part of the value")
    expect(page.locator("#sum")).to_contain_text("Not saved: 2 keys differ from v1")
