import pytest

from tests.service_catalog.conftest import entry, said

SHARED = "{ efs: shared, existing: fs-0123456789abcdef0, mount_targets: true, path: /mnt }"
TOLD = "are made by orders in dev already; remove it and name their `security_group_id`, or take another file system"


def text(name: str, volumes: str = SHARED, environments: str = "dev: {}") -> str:
    return entry(name).replace("dev: {}, prod: {}", environments) + f"volumes: [{volumes}]\n"


@pytest.fixture
def problems(catalog, write):
    def problems(**texts: str) -> list[str]:
        for name, written in texts.items():
            write(name, written)
        catalog.update_lock()
        return said(catalog.problems())

    return problems


def test_one_service_makes_the_mount_targets_of_a_file_system_and_others_do_not(problems):
    told = problems(orders=text("orders"), web=text("web"))
    assert told == [f"services/web.yaml:7: volumes[0].mount_targets: {TOLD}"]

    there = "{ efs: shared, existing: fs-0123456789abcdef0, security_group_id: sg-0123456789abcdef0, path: /mnt }"
    assert problems(web=text("web", there)) == []


def test_a_file_system_has_mount_targets_in_one_environment(problems):
    assert problems(orders=text("orders", environments="dev: {}, prod: {}")) == [
        f"services/orders.yaml:7: volumes[0].mount_targets: {TOLD}"
    ]


def test_two_volumes_of_one_file_system_make_its_mount_targets_once(problems):
    second = SHARED.replace("efs: shared", "efs: more").replace("/mnt", "/more")

    assert problems(orders=text("orders", f"{SHARED}, {second}")) == [
        f"services/orders.yaml:7: volumes[1].mount_targets: {TOLD}"
    ]


def test_a_new_entry_is_told_that_they_are_made_already(problems, catalog):
    assert problems(orders=text("orders")) == []

    assert [it for it in said(catalog.read_text(text("web"), "web")) if TOLD in it] != []
