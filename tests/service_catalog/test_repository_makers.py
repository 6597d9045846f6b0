import pytest

from tests.service_catalog.conftest import entry, said


@pytest.fixture
def makes(catalog):
    def write(environment: str, account: str = "123456789012") -> None:
        text = f'name: {environment}\naccount_id: "{account}"\nregion: ap-northeast-1\nregistry: {{ make: true }}\n'
        (catalog.directory / "environments" / f"{environment}.yaml").write_text(text)

    return write


def problems(catalog):
    catalog.update_lock()
    return said(catalog.problems())


def shared(name: str, more: str = "") -> str:
    return entry(name).replace(f"repository: {name}", f"repository: shop{more}")


def test_one_service_makes_a_repository_and_others_say_that_it_exists(catalog, write, makes):
    makes("dev")
    write("orders", shared("orders"))
    write("web", shared("web"))
    assert problems(catalog) == [
        "services/web.yaml:3: image.repository: is made by orders in dev already; write existing: true beside it"
    ]

    write("web", shared("web", ", existing: true"))
    assert problems(catalog) == []


def test_where_no_repository_is_made_services_share_one_as_they_like(catalog, write):
    write("orders", shared("orders"))
    write("web", shared("web"))
    assert problems(catalog) == []


def test_a_new_entry_is_told_that_its_repository_is_made_already(catalog, write, makes):
    makes("dev")
    write("orders", shared("orders"))
    catalog.update_lock()
    [told] = said(catalog.read_text(shared("web"), "web"))
    assert "is made by orders in dev already" in told


def test_two_environments_of_one_registry_make_no_repositories_of_the_same_names(catalog, makes):
    makes("dev")
    makes("prod", account="222222222222")
    assert said(catalog.problems()) == []

    makes("prod")
    assert said(catalog.problems()) == [
        "environments/prod.yaml: registry.make: is so in dev already, which has the same registry; take it away from "
        "one of the two: short names mean the same in both"
    ]
