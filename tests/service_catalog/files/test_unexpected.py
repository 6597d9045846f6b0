import pytest

from service_catalog.files.unexpected import stray_problem

NO_NAME = "is not the name of an entry"
ELSEWHERE = "is not an entry; move it elsewhere; this directory holds entries only, called <name>.yaml"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("orders_api.yaml", f"{NO_NAME}; lower-case letters, digits and hyphens only: call it orders-api.yaml"),
        ("Café.yaml", f"{NO_NAME}; lower-case letters, digits and hyphens only: call it cafe.yaml"),
        ("受注 api.yaml", f"{NO_NAME}; take letters, digits and hyphens, as in orders-api.yaml"),
        ("Orders.yaml", f"{NO_NAME}; lower-case letters, digits and hyphens only: call it orders.yaml"),
        ("Orders API .YML", f"{NO_NAME}; lower-case letters, digits and hyphens only: call it orders-api.yaml"),
        ("orders.yml", f"{NO_NAME}; it ends in .yaml: call it orders.yaml"),
        ("1st.yaml", f"{NO_NAME}; take letters, digits and hyphens, as in orders-api.yaml"),
        ("注文.yaml", f"{NO_NAME}; take letters, digits and hyphens, as in orders-api.yaml"),
        ("README.md", ELSEWHERE),
        ("old", ELSEWHERE),
        ("orders", ELSEWHERE),
        ("orders.yaml~", "is a backup, not an entry; remove it"),
        ("#orders.yaml#", "is a backup, not an entry; remove it"),
        ("orders.yaml.orig", "is a backup, not an entry; remove it"),
    ],
)
def test_each_is_told_what_to_do_with_it(name, said):
    assert str(stray_problem("services", name)) == f"services/{name}: {said}"


@pytest.mark.parametrize("name", ["orders-api.yaml", ".gitkeep", ".orders.yaml.swp"])
def test_entries_and_what_is_hidden_are_no_strays(name):
    assert stray_problem("services", name) is None


def test_a_name_that_is_no_text_can_be_printed():
    assert str(stray_problem("services", "\udcff.yaml")).encode().startswith(b"services/\xef\xbf\xbd.yaml: ")
