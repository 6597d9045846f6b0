"""Versions of an env file: which runs, since when, and how an earlier one, or a key of it, comes back."""

import pytest

from tests.portal.reading import plain, text_of, typed

EDITOR = "/local/services/orders-api/env/app"
TEXT = "LOG_LEVEL=info\nDB_POOL_SIZE=10\n"


def test_a_version_that_came_back_is_rolled_back_not_staged(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1, message="Louder")
    number = running.release("orders-api", "2.13.4", 2, ends="rolled-back").number

    page = plain(client.get(EDITOR, follow_redirects=True).text)

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
    assert "Applied v1 Since release 3," in plain(client.get(EDITOR, follow_redirects=True).text)


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


def test_a_key_is_put_back_where_it_stood_with_the_value_that_runs(client, running):
    running.save("orders-api", "# pool\nDB_POOL_SIZE=20\n", base=1)

    page = text_of(client, f"{EDITOR}?put=LOG_LEVEL")

    assert typed(page) == "LOG_LEVEL=info\n# pool\nDB_POOL_SIZE=20\n"
    assert "Not saved: 1 key differs from v2" in plain(page)
    assert 'value="Put LOG_LEVEL back, as in v1"' in page


@pytest.mark.parametrize(
    ("asked", "told", "message"),
    [
        ("put=NOPE", "v1 has no NOPE, so nothing is taken from there.", ""),
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


def test_after_a_roll_back_one_starts_from_what_runs(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    running.release("orders-api", "2.13.4", env=2)
    running.release("orders-api", to=1)

    answer = client.get(EDITOR)
    page = client.get(answer.location).text

    assert answer.location == f"{EDITOR}?from=1&view=text"
    assert typed(page) == "LOG_LEVEL=info\nDB_POOL_SIZE=10\n"
    assert "v2 was rolled back. Your edit starts from v1, which runs. Edit v2 instead" in plain(page)
    assert "Release 2 was undone later." in plain(page)
    assert 'data-unsaved=""' in page
    assert "v2 was rolled back. Your edit starts from it. Edit v1, which runs, instead" in plain(
        text_of(client, f"{EDITOR}?from=2")
    )
