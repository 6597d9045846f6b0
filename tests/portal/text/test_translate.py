import re
from collections.abc import Iterator

import pytest
from flask import Flask, g
from hypothesis import given

from portal.text.language import LANGUAGES
from portal.text.translate import said
from runtime.diagnosis.diagnosis import diagnose
from runtime.diagnosis.facts import WhatChanged
from service_catalog.env_file import lint
from service_catalog.messages import Message, joined, say
from tests.portal.reading import plain, text_of
from tests.runtime.diagnosis.test_diagnosis import EXITED, FAILURES, exited
from tests.service_catalog.env_file.test_lint import CASES, NO_FIX
from tests.service_catalog.env_file.texts import texts

SERVICE = "/local/services/orders-api?lang=ja"
EDITOR = "/local/services/orders-api/env/app"
LINTED = [case[0] for case in [*CASES, *NO_FIX]] + ["A=1\nA=2\nA=3", "KEY=-----BEGIN X-----\n"]


@pytest.fixture
def japanese() -> Iterator[None]:
    with Flask(__name__).test_request_context():
        g.language = LANGUAGES["ja"]
        yield


# --- sentences --------------------------------------------------------------------------------------------------------


def test_every_template_is_said_whatever_its_values_are(japanese):
    for template, translation in LANGUAGES["ja"].sayings.items():
        values = {blank: f"‹{blank}›" for blank in re.findall(r"%\((\w+)\)s", template)}
        assert said(say(template, **values)) == (translation % values if values else translation)


@pytest.mark.parametrize("text", LINTED)
def test_whatever_lint_says_is_said_in_japanese(japanese, text):
    for problem in lint(text):
        assert said(problem.message) != problem.message
        assert problem.fix is None or said(problem.fix.label) != problem.fix.label


@given(texts)
def test_lint_messages_stay_english_where_nobody_asks_in_japanese(text):
    assert all(said(problem.message) == problem.message for problem in lint(text))


@pytest.mark.parametrize("task", [task for task, _code in FAILURES])
def test_whatever_a_diagnosis_says_is_said_in_japanese(japanese, task):
    found = diagnose([task], WhatChanged())
    assert isinstance(found.sentence, Message)
    cause = found.sentence.values["cause"]

    assert isinstance(cause, str)
    assert said(cause) != cause
    assert said(found.sentence) == f"推定原因：{said(cause)}"
    assert said(found.advice) != found.advice


@pytest.mark.parametrize(
    ("task", "changed", "sentence"),
    [
        (
            exited("A is bad"),
            WhatChanged(removed_keys=("A",)),
            "推定原因：このリリースで削除された A について、プログラムがエラーを出しています",
        ),
        (
            EXITED,
            WhatChanged(changed_keys=tuple("ABCDEFG")),
            "推定原因：このリリースで A, B, C, D, E ほか 2 個 が変更されたため、プログラムが起動しません",
        ),
        (EXITED, WhatChanged(image="1.9.0"), "推定原因：イメージ 1.9.0 が起動しません"),
        (EXITED, WhatChanged(definition=("cpu 512 → 256",)), "推定原因：新しい定義が原因です（cpu 512 → 256）"),
    ],
)
def test_words_within_a_sentence_are_translated_and_names_are_kept(japanese, task, changed, sentence):
    assert said(diagnose([task], changed).sentence) == sentence


def test_what_else_changed_is_said_in_japanese_with_its_punctuation(japanese):
    changed = WhatChanged(removed_keys=("A", "B"), added_keys=("C",), image="1.9.0", definition=("cpu 512 → 256",))
    found = diagnose([exited(code=1)], changed)

    assert said(found.advice) == "A, B を戻して反映してください"
    assert said(found.others) == "追加 C、イメージ 1.9.0、定義 cpu 512 → 256"


def test_a_message_is_said_by_its_template_and_the_messages_within(japanese):
    shown = say("Most likely: %(cause)s", cause=say("the image %(image)s does not start", image="a cause"))
    assert said(shown) == "推定原因：イメージ a cause が起動しません"


def test_what_was_typed_is_kept_though_it_reads_like_one_of_our_words(japanese):
    assert said(say("removed %(keys)s", keys="added A")) == "削除 added A"


def test_a_message_without_a_translation_is_said_in_english(japanese):
    assert said(joined("; ", [say("removed %(keys)s", keys="A"), say("nobody translated %(n)s", n=1)])) == (
        "削除 A。nobody translated 1"
    )


def test_a_key_that_is_called_as_one_of_our_words_is_left_alone(japanese):
    [problem] = lint("end=1\nend=2")
    assert said(problem.message) == "end が重複。この行が有効です"


@pytest.mark.parametrize("text", ["", "halted by Sato Yui", "ECS deployment circuit breaker: tasks failed to start"])
def test_what_is_none_of_our_sentences_stays_as_it_is(japanese, text):
    assert said(text) == text


# --- pages ------------------------------------------------------------------------------------------------------------


def test_env_page_says_problems_and_fixes_in_japanese(post, running):
    page = post(f"{EDITOR}?lang=ja", EDITOR, text='B="x"\nC=1 # <b>\n', base="1", do="check").text

    assert "引用符が値に含まれます 引用符を削除" in plain(page)
    assert "「# &lt;b&gt;」が値に含まれます" in page


def test_service_page_recalls_a_diagnosis_in_japanese(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\nDB_POOL_SIZE=10\n", base=1)
    release_that_failed(running, env=2)

    page = plain(text_of(client, SERVICE))

    assert "推定原因：このリリースで LOG_LEVEL が変更されたため、プログラムが起動しません" in page
    assert "app.env の LOG_LEVEL を確認して保存します" in page
    assert "このリリースでのほかの変更：イメージ 2.14.0" in page
    assert "Most likely" not in page


def test_advice_without_a_key_is_in_japanese_too(client, running):
    release_that_failed(running, exit_code=139)

    page = plain(text_of(client, SERVICE))

    assert "推定原因：プログラムがクラッシュしました（セグメンテーション違反）" in page
    assert "最後のログを確認してください。前のイメージも試してください" in page


def test_english_page_says_an_advice_as_it_is_kept(client, running):
    running.save("orders-api", "LOG_LEVEL=info\nDB_POOL_SIZE=10\nA=1\n", base=1)
    release_that_failed(running, env=2)
    kept = running.gateways.releases.get("orders-api", 2).outcome.diagnosis

    page = plain(text_of(client, "/local/services/orders-api"))

    assert kept.sentence in page
    assert f"What you can do {kept.advice} Also changed with this release: added A" in page


def test_diagnosis_of_a_rollout_is_in_japanese_while_it_lasts(client, running):
    running.begin("orders-api", "2.14.0")
    running.fails("orders-api")

    page = plain(text_of(client, SERVICE))

    assert "推定原因：イメージ 2.14.0 が起動しません" in page
    assert "最後のログを確認し、別のタグをデプロイしてください" in page


def test_history_says_why_a_release_failed_in_japanese(client, running):
    release_that_failed(running, exit_code=139)

    page = plain(text_of(client, "/local/services/orders-api/releases?lang=ja"))

    assert "推定原因：プログラムがクラッシュしました（セグメンテーション違反）" in page


def release_that_failed(running, *lines, image="2.14.0", env=None, exit_code=1):
    """A task printed ``lines`` and ended, and ECS went back."""
    running.begin("orders-api", image, env)
    running.fails("orders-api", *lines, exit_code=exit_code)
    running.end("orders-api", "rolled-back")


def test_the_list_says_in_japanese_why_a_release_came_back(client, running):
    release_that_failed(running, exit_code=139)

    assert "2.14.0 + env v1：推定原因：" in plain(text_of(client, "/local/services?lang=ja"))
