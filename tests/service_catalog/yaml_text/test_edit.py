"""Changing values in a text: only their lines change, and what is read afterwards is what was wanted."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from service_catalog.yaml_text.edit import edited
from service_catalog.yaml_text.reader import read_mapping
from service_catalog.yaml_text.writer import render

ORDERS = """\
# Team commerce is on call for it.
name: orders-api   # do not rename
owner: team-commerce

# The big one
image: { repository: orders-api }
port: 8080 # as ever
health: { path: /healthz, grace_seconds: 60 }  # it starts slowly
secrets:
  # From Stripe
  STRIPE_KEY: { ssm: /stripe } # rotated in May
  OTHER_KEY: { ssm: /other }
permissions:
  # Reads
  - { bucket: x, access: read }
  - { bucket: y, access: read } # why not
environments:
  dev: {}
  # The real thing
  prod: { tasks: { min: 4 } }
# The end
"""


def test_only_the_lines_of_what_changed_are_written_anew():
    wanted = read_mapping(ORDERS, "")
    wanted["port"] = 9090
    wanted["health"]["path"] = "/ready"
    wanted["environments"]["prod"]["tasks"]["min"] = 6

    assert edited(ORDERS, wanted) == (
        ORDERS.replace("8080", "9090").replace("/healthz", "/ready").replace("min: 4", "min: 6")
    )


def test_a_new_field_stands_where_the_model_has_it():
    wanted = read_mapping(ORDERS, "") | {"compute": {"cpu": 512}, "description": "Takes orders"}

    assert edited(ORDERS, wanted) == (
        ORDERS.replace("owner: team-commerce\n", "owner: team-commerce\ndescription: Takes orders\n").replace(
            "# it starts slowly\n", "# it starts slowly\ncompute: { cpu: 512 }\n"
        )
    )


def test_keys_and_items_come_and_go_beside_the_comments_of_others():
    wanted = read_mapping(ORDERS, "")
    del wanted["secrets"]["OTHER_KEY"]
    wanted["secrets"]["NEW_KEY"] = {"ssm": "/new"}
    wanted["permissions"].insert(1, {"bucket": "z", "access": "read"})

    assert edited(ORDERS, wanted) == (
        ORDERS.replace("OTHER_KEY: { ssm: /other }", "NEW_KEY: { ssm: /new }").replace(
            "  - { bucket: y", "  - { bucket: z, access: read }\n  - { bucket: y"
        )
    )


def test_comments_within_what_is_written_anew_stand_above_it():
    text = 'tasks: {\n  min: 2, # two zones\n  max: 4 }\ncommand: ["a # b"] # c\nport: 80\n'
    wanted = {"tasks": {"min": 3, "max": 4}, "command": ["d"], "port": 80}

    assert edited(text, wanted) == "# two zones\ntasks: { min: 3, max: 4 }\ncommand: [d] # c\nport: 80\n"


def test_blocks_of_text_and_comments_after_them_stay_whole():
    text = "description: |\n  One\n  Two\n# about the port\nport: 80\n"

    assert edited(text, read_mapping(text, "") | {"port": 81}) == text.replace("80", "81")
    assert edited(text, {"description": "One", "port": 80}) == "description: One\n# about the port\nport: 80\n"


NAMES = st.sampled_from(["name", "owner", "port", "health", "secrets", "environments", "permissions", "a", "b"])
SCALARS = (
    st.integers(0, 9) | st.sampled_from(["x", "", "a # b", "日本", "yes", "a\nb", "- x"]) | st.none() | st.booleans()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)
ENTRIES = st.dictionaries(NAMES, VALUES, min_size=1, max_size=5)


@given(ENTRIES, ENTRIES)
def test_what_is_read_afterwards_is_what_was_wanted(before, after):
    assert read_mapping(edited(render(before), after), "") == after


@given(ENTRIES, st.data())
def test_comments_of_all_that_stays_stay(before, data):
    text = "".join(f"# about line {number}\n{line}\n" for number, line in enumerate(render(before).splitlines()))
    wanted = copy.deepcopy(before)
    wanted[data.draw(st.sampled_from(list(wanted)))] = data.draw(SCALARS)
    of_the_top = [line for line in text.splitlines() if line.startswith("# about")]

    found = edited(text, wanted).splitlines()

    assert [line for line in found if line.lstrip().startswith("# about")] == of_the_top
