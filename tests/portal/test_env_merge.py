"""Two who edit one env file at a time: both texts side by side, and a choice key by key."""

from pathlib import Path

import pytest

import portal
from tests.portal.browser import chromium
from tests.portal.reading import plain

EDITOR = "/local/services/orders-api/env/app"
TEXT = "LOG_LEVEL=info\nDB_POOL_SIZE=10\n"
STYLE = Path(portal.__file__).parent / "static" / "portal.css"


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


def test_text_that_no_save_would_take_is_not_merged(post, running):
    running.save("orders-api", f"{TEXT}NEW=1\n", base=1)
    sent = {"text": "A=1\n" * 20_000, "base": "1", "theirs": "2", "do": "save"}

    answer = post(f"{EDITOR}/merge", EDITOR, **sent)

    assert answer.status_code == 422
    assert "20000 lines; an env file takes 5000" in plain(answer.text)


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


def _width_of(browser, page, width):
    """How wide the page gets in a window of that width."""
    window = browser.new_page(viewport={"width": width, "height": 900})
    window.set_content(page)
    window.add_style_tag(content=STYLE.read_text())
    return window.evaluate("document.documentElement.scrollWidth")
