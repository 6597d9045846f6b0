import html
import re

import pytest
from babel.messages.pofile import escape

from portal.text.language import LANGUAGES, SAID, TRANSLATIONS
from service_catalog.messages import say
from tests.portal.messages import plurals, said_below, shown
from tests.portal.reading import plain


def test_what_counts_something_is_translated_as_what_counts():
    """Of a plain translation a page would show the first sign alone."""
    japanese = LANGUAGES["ja"]

    assert {one for one in plurals() if isinstance(japanese.messages[one], str)} == set()


def test_every_message_is_translated_and_no_translation_is_unused():
    japanese = LANGUAGES["ja"]

    missing = [f"msgid {escape(it)}" for it in sorted(shown() - set(japanese.messages))]
    missing += [f'msgctxt "{SAID}"\nmsgid {escape(it)}' for it in sorted(said_below() - set(japanese.sayings))]
    assert missing == [], "\n\n".join(["write these into portal/translations/ja.po, each with its msgstr", *missing])
    unused = [*(set(japanese.messages) - shown()), *(set(japanese.sayings) - said_below())]
    assert unused == [], "nothing shows these any more: take them out of portal/translations/ja.po"
    assert [message for message, text in [*japanese.messages.items(), *japanese.sayings.items()] if not text] == []


def test_translations_keep_the_blanks_of_their_message():
    japanese = LANGUAGES["ja"]
    for message, text in [*japanese.messages.items(), *japanese.sayings.items()]:
        for form in [text] if isinstance(text, str) else text:
            assert sorted(_blanks(form)) == sorted(_blanks(message)), message


def test_languages_are_read_as_they_stand_in_the_repository():
    assert [path.name for path in TRANSLATIONS.iterdir()] == ["ja.po"]


def test_language_is_asked_by_address_then_cookie_then_browser(client, running):
    assert 'lang="ja"' in page(client, "/local/services", headers={"Accept-Language": "ja,en;q=0.5"})
    assert 'lang="en"' in page(client, "/local/services?lang=en", headers={"Accept-Language": "ja"})
    assert 'lang="en"' in page(client, "/local/services", headers={"Accept-Language": "ja"})


def test_a_page_in_japanese_says_states_and_ages_in_japanese(client, running):
    text = page(client, "/local/services?lang=ja")

    assert "正常" in text
    assert "時間前</time>" in text


@pytest.mark.parametrize(
    "path", ["", "/orders-api", "/orders-api/releases", "/orders-api/tasks", "/orders-api/env/app"]
)
def test_japanese_sentences_are_not_put_together_with_ascii_marks(client, running, path):
    running.release("orders-api", "2.14.0", ends="rolled-back", why="a new greeting")

    text = plain(page(client, f"/local/services{path}?lang=ja"))

    assert re.findall(r"[ぁ-んァ-ヶ一-龠」）][,.;]\s", text) == []


def test_other_language_of_a_page_is_asked_for_the_same(client, running):
    review = "/local/services/orders-api/releases/new?image=1.1.0&env.app=1&why=a+%26+b"

    there = page(client, f"{review}&lang=en")

    assert languages(there) == [f"{review}&lang=ja"]


def test_answer_to_a_form_has_no_link_that_would_lose_what_was_typed(post, running):
    editor = "/local/services/orders-api/env/app"

    assert languages(post(editor, editor, text="A=1\n", do="check").get_data(as_text=True)) == []
    assert languages(page(post.client, editor)) == [f"{editor}?lang=ja"]


def languages(text):
    return [html.unescape(address) for address in re.findall(r'<a href="([^"]*)"[^>]* hreflang=', text)]


def page(client, address, **asked):
    return client.get(address, **asked).get_data(as_text=True)


def _blanks(message):
    return re.findall(r"%\(\w+\)s", message)


def test_what_slipway_wrote_into_records_is_translated_and_a_persons_words_are_not(client, running):
    running.save("orders-api", "A=1\n", base=1, message=say("To begin with"))
    running.release("orders-api", "2.14.0", env=1, why=say("slipway up: %(why)s", why=say("changed definition")))
    running.release("orders-api", "2.13.3", why="louder")
    japanese = {"Accept-Language": "ja"}

    history = page(client, "/local/services/orders-api/env/app", headers=japanese)
    releases = page(client, "/local/services/orders-api/releases", headers=japanese)

    assert "最初のバージョン" in history
    assert "slipway up: 定義" in releases
    assert "louder" in releases
    assert "slipway up: changed definition" in page(client, "/local/services/orders-api/releases")
