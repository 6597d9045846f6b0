"""Settings that become secrets: made, named in the catalog and taken out of the file, so that nothing breaks."""

import pytest

from runtime.aws.errors import Invalid
from runtime.bucket.audit import Act
from runtime.releases.request import ReleaseRequest
from service_catalog.yaml_text.reader import read_mapping
from tests.fake_aws.service import refused
from tests.portal.people import OTHER, Chosen
from tests.portal.reading import plain, text_of

SERVICE = "/local/services/orders-api"
EDITOR = f"{SERVICE}/env/app"
MOVE = f"{EDITOR}/secrets"
VALUE = "pt-7Hq2xW9mZr4T"
TEXT = f"# partner\nPARTNER_TOKEN={VALUE}\nLOG_LEVEL=info\nDB_POOL_SIZE=10\n"
SENT = {"text": TEXT, "base": "1", "message": "", "view": "text", "move": "PARTNER_TOKEN"}
NAME = "/local/orders-api/PARTNER_TOKEN"


@pytest.fixture
def entry(catalog):
    return catalog.directory / "services" / "orders-api.yaml"


def newest(running):
    return running.gateways.env_files.newest("orders-api", "app")


def test_editor_offers_to_move_what_looks_like_a_secret(post, running):
    page = post(EDITOR, EDITOR, text=TEXT, base="1", do="check").text

    assert "Move to Secrets Manager or SSM… PARTNER_TOKEN" in plain(page)
    assert f'formaction="{MOVE}"' in page


def test_review_says_what_is_made_in_which_order_and_makes_nothing(post, running, aws, entry):
    before = entry.read_text()

    page = post(MOVE, EDITOR, **SENT).text

    words = plain(page)
    assert "Move 1 key of app.env into a secret" in words
    assert f"SSM {NAME}: ••••••••" in words
    assert "+environments: { local: { secrets: { PARTNER_TOKEN: { ssm: /local/orders-api/PARTNER_TOKEN } } } }" in words
    assert "app.env is saved as v2 without these lines." in words
    assert aws.ssm.parameters == set()
    assert entry.read_text() == before
    assert newest(running).number == 1


def test_the_secret_is_made_then_named_then_the_line_leaves(post, running, aws, entry):
    answer = post(MOVE, EDITOR, **SENT, do="make")

    assert (answer.status_code, answer.location) == (303, EDITOR)
    made = aws.ssm.given[NAME]
    assert (made["Value"], made["Type"]) == (VALUE, "SecureString")
    assert {"Key": "slipway:service", "Value": "orders-api"} in made["Tags"]
    said = read_mapping(entry.read_text(), entry.name)
    assert said["environments"] == {"local": {"secrets": {"PARTNER_TOKEN": {"ssm": NAME}}}}
    assert newest(running).text == "# partner\nLOG_LEVEL=info\nDB_POOL_SIZE=10\n"
    assert newest(running).moved == ("PARTNER_TOKEN",)


def test_secrets_manager_takes_it_likewise(post, running, aws, entry):
    chosen = {"store.PARTNER_TOKEN": "secretsmanager", "name.PARTNER_TOKEN": "partner"}

    post(MOVE, EDITOR, **SENT, **chosen, do="make")

    assert aws.secretsmanager.given["local/orders-api/partner"]["SecretString"] == VALUE
    said = read_mapping(entry.read_text(), entry.name)["environments"]["local"]["secrets"]
    assert said == {"PARTNER_TOKEN": {"secretsmanager": "local/orders-api/partner"}}


def test_no_release_takes_the_file_before_the_secret_is_handed_over(post, running, catalog):
    post(MOVE, EDITOR, **SENT, do="make")
    releases, request = running.gateways.releases, ReleaseRequest(None, {"app": 2})

    with pytest.raises(Invalid, match=r"v2 of app.env has PARTNER_TOKEN no longer"):
        releases.release("orders-api", request, who="Sato Yui", why="")
    waits = "v2 waits for the secrets PARTNER_TOKEN: provision the service, then apply it."
    assert waits in plain(text_of(post.client, EDITOR))

    running.provision(catalog.service("orders-api", "local"))
    begun = releases.release("orders-api", request, who="Sato Yui", why="")
    assert begun.contents.env == {"app": 2}


def test_a_version_that_is_built_on_it_waits_too_until_it_sets_the_key_again(running):
    running.save("orders-api", "LOG_LEVEL=info\n", base=1, moved=["PARTNER_TOKEN"])
    running.save("orders-api", "LOG_LEVEL=warn\n", base=2)
    running.save("orders-api", "PARTNER_TOKEN=none\n", base=3)

    moved = [running.gateways.env_files.read("orders-api", "app", number).moved for number in (2, 3, 4)]
    assert moved == [("PARTNER_TOKEN",), ("PARTNER_TOKEN",), ()]


def test_whoever_takes_the_line_out_by_hand_waits_for_the_secret_too(post, running, entry):
    entry.write_text(f"{entry.read_text()}secrets: {{ DB_POOL_SIZE: {{ ssm: /local/orders-api/size }} }}\n")

    post(EDITOR, EDITOR, text="LOG_LEVEL=info\n", base="1", do="save")

    assert newest(running).moved == ("DB_POOL_SIZE",)


def test_who_was_stopped_after_the_entry_was_written_goes_on(post, running, aws, entry):
    running.save("orders-api", "LOG_LEVEL=trace\n", base=1)
    post(MOVE, EDITOR, **SENT, do="make")

    again = SENT | {"base": "2", "there.PARTNER_TOKEN": "yes"}
    answer = post(MOVE, EDITOR, **again, do="make")

    assert answer.status_code == 303
    assert newest(running).moved == ("PARTNER_TOKEN",)


def test_where_the_catalog_cannot_be_written_nothing_is_made(post, running, aws, entry):
    entry.write_text(f"{entry.read_text()}environment: {{ PARTNER_TOKEN: x }}\n")

    answer = post(MOVE, EDITOR, **SENT, do="make")

    words = plain(answer.text)
    assert answer.status_code == 422
    assert "The reference cannot be written into the catalog’s entry, so no secret is made." in words
    assert "is in environment too" in words
    assert aws.ssm.parameters == set()


def test_a_name_that_is_taken_is_said_and_only_used_when_somebody_says_so(post, running, aws, entry):
    aws.ssm.parameters.add(NAME)

    refused = post(MOVE, EDITOR, **SENT, do="make")
    meant = post(MOVE, EDITOR, **SENT, do="make", **{"there.PARTNER_TOKEN": "yes"})

    assert refused.status_code == 422
    assert "There is one of that name already" in plain(refused.text)
    assert meant.status_code == 303
    assert NAME not in aws.ssm.given
    assert NAME in entry.read_text()


def test_when_aws_refuses_nothing_else_is_done_and_the_value_is_in_no_message(post, running, aws, entry, caplog):
    before = entry.read_text()
    quoting = f"Value '{VALUE}' failed to satisfy constraint"
    aws.refusals["ssm.put_parameter"] = refused("ValidationException", quoting)

    answer = post(MOVE, EDITOR, **SENT, do="make")

    words = plain(answer.text.replace(VALUE, "", 1))  # the text that the form carries along
    assert answer.status_code == 503
    assert "No secret was made. The catalog’s entry was not changed." in words
    assert VALUE not in words
    assert VALUE not in caplog.text
    assert entry.read_text() == before
    assert newest(running).number == 1


def test_what_was_made_is_told_when_the_rest_fails(post, running, aws, entry):
    running.save("orders-api", "LOG_LEVEL=trace\n", base=1)

    answer = post(MOVE, EDITOR, **SENT, do="make")

    words = plain(answer.text)
    assert f"Made: SSM {NAME}." in words
    assert "The catalog’s entry names them." in words
    assert "app.env was not saved: its lines are still there, and lose against the secrets" in words
    assert newest(running).number == 2


def test_audit_trail_has_names_and_no_value(post, running):
    post(MOVE, EDITOR, **SENT, do="make")

    acts = [it.entry for it in running.gateways.audit.newest("orders-api", 10) if isinstance(it, Act)]
    [made] = [it for it in acts if it.action == "make-secret"]
    assert made.about == {"file": "app", "key": "PARTNER_TOKEN", "store": "ssm", "name": NAME}
    assert not [it for it in acts if VALUE in it.model_dump_json()]


def test_any_key_of_the_table_may_become_a_secret(post, running):
    page = post(EDITOR, f"{EDITOR}?view=table", text="SHOP_ID=4711\n", base="1", view="table", do="check").text
    review = post(MOVE, EDITOR, text="SHOP_ID=4711\n", base="1", view="table", move="SHOP_ID", **{"value.1": "0815"})

    assert f'name="move" value="SHOP_ID" formaction="{MOVE}"' in page
    assert "SSM /local/orders-api/SHOP_ID" in plain(review.text)


def test_two_keys_move_together_and_other_errors_are_told_first(post, running, aws):
    both = SENT | {"text": f"{TEXT}API_SECRET=ab1Cd2Ef3Gh4Ij5\n"}

    one = post(MOVE, EDITOR, **both)
    two = post(MOVE, EDITOR, **(both | {"move": ["PARTNER_TOKEN", "API_SECRET"]}), do="make")

    assert "API_SECRET: move them, too, or say that they are no secrets." in plain(one.text)
    assert two.status_code == 303
    assert set(aws.ssm.given) == {NAME, "/local/orders-api/API_SECRET"}


def test_who_does_not_own_the_service_makes_no_secret(app, client, running, aws):
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["slipway"].who = Chosen(OTHER)

    assert client.post(MOVE, data=SENT | {"do": "make"}).status_code == 403
    assert aws.ssm.parameters == set()


def test_a_value_of_a_sensitive_file_moves_unseen(post, running, aws, entry):
    entry.write_text(entry.read_text() + "sensitive_env_files: [app]\n")
    running.save("orders-api", TEXT, base=1, overridden=["PARTNER_TOKEN"])

    review = post(MOVE, EDITOR, base="2", move="PARTNER_TOKEN")
    post(MOVE, EDITOR, base="2", move="PARTNER_TOKEN", do="make")

    assert VALUE not in review.text
    assert aws.ssm.given[NAME]["Value"] == VALUE
    assert newest(running).text == "# partner\nLOG_LEVEL=info\nDB_POOL_SIZE=10\n"


def test_many_keys_are_looked_for_at_once_and_too_many_not_at_all(post, running, aws):
    keys = [f"KEY_{number}" for number in range(51)]
    sent = {"text": "".join(f"{key}=1\n" for key in keys), "base": "1", "message": "", "view": "text"}

    fifty = post(MOVE, EDITOR, **sent, move=keys[:50])
    asked = aws.asked.count("ssm.describe_parameters")
    all_of_them = post(MOVE, EDITOR, **sent, move=keys)

    assert (fifty.status_code, asked) == (200, 1)
    assert "These are 51 keys: move 50 at a time" in plain(all_of_them.text)
    assert aws.asked.count("ssm.describe_parameters") == 1
    assert post(MOVE, EDITOR, **sent, move=keys, do="make").status_code == 422
