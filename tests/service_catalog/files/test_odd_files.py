"""Whatever stands where a file of the catalog should: it is told, and nobody waits for it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from service_catalog import Catalog, CatalogError
from service_catalog.files import atomic_write
from tests.service_catalog.conftest import entry


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def looping(path: Path) -> None:
    path.symlink_to(path.name)


ODD: list[tuple[Callable[[Path], None], str]] = [
    (dangling, "is a broken symbolic link; correct or remove it"),
    (looping, "is a symbolic link to itself; correct or remove it"),
    (Path.mkdir, "is a directory, where a file should be; rename or remove it"),
    (os.mkfifo, "is a pipe, a socket or a device, where a file should be; remove it"),
]


def said(catalog: Catalog) -> list[str]:
    return list(map(str, catalog.problems()))


@pytest.mark.parametrize(("make", "words"), ODD)
@pytest.mark.parametrize("file", ["services/orders.yaml", "environments/test.yaml", "lock.yaml"])
def test_what_is_no_file_is_a_problem_like_others(catalog, write, file, make, words):
    write("basket", entry("basket").replace("8080", "0").replace("exposure", "#exposure"))
    make(catalog.directory / file)

    assert sorted(said(catalog)) == sorted(
        [f"{file}: {words}", "services/basket.yaml:4: port: must be at least 1, got 0"]
    )


def test_what_is_no_file_is_refused_whoever_asks(catalog):
    for file in ("services/orders.yaml", "environments/test.yaml"):
        (catalog.directory / file).mkdir()

    assert catalog.service_names("dev") == ["orders"]
    for ask in (
        lambda: catalog.service("orders", "dev"),
        lambda: catalog.services("dev"),
        lambda: catalog.entry_text("orders"),
        lambda: catalog.environment("test"),
        catalog.update_lock,
    ):
        with pytest.raises(CatalogError, match="is a directory, where a file should be"):
            ask()


def test_a_link_that_leads_nowhere_takes_a_name_all_the_same(catalog):
    dangling(catalog.directory / "services" / "orders.yaml")
    with pytest.raises(CatalogError, match="there is a service 'orders' already"):
        catalog.add("orders", entry("orders"))


def test_a_missing_directory_of_services_is_not_an_empty_one(catalog):
    (catalog.directory / "services").rmdir()

    assert said(catalog) == ["services: is missing; restore it, or make an empty one"]
    with pytest.raises(CatalogError, match="services: is missing"):
        catalog.services("dev")


def test_a_file_where_the_services_should_be_is_told(catalog):
    (catalog.directory / "services").rmdir()
    (catalog.directory / "services").write_text("")

    assert said(catalog) == ["services: is no directory; move the file away"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(catalog, write):
    write("orders", entry("orders"))
    (catalog.directory / "services" / "orders.yaml").chmod(0)

    assert said(catalog) == ["services/orders.yaml: cannot be read: permission denied; see that you may read it"]


@pytest.mark.parametrize("save", [atomic_write.replace, atomic_write.create])
def test_a_place_that_cannot_be_written_is_told(tmp_path, save):
    path = tmp_path / "nowhere" / "lock.yaml"
    with pytest.raises(CatalogError) as refused:
        save(path, "")
    assert str(refused.value) == (
        f"{path}: cannot be written: no such file or directory; see that you may write in {path.parent}"
    )


def test_a_catalog_that_is_gone_is_told(tmp_path):
    gone = tmp_path / "nowhere"
    with pytest.raises(CatalogError) as refused, atomic_write.locked(gone):
        pass
    assert (
        str(refused.value) == f"{gone}: cannot be written: no such file or directory; see that you may write in {gone}"
    )


def test_what_somebody_else_wrote_is_not_overwritten(tmp_path):
    (tmp_path / "orders.yaml").write_text("theirs")
    with pytest.raises(CatalogError, match="cannot be written: file exists"):
        atomic_write.create(tmp_path / "orders.yaml", "mine")
    assert (tmp_path / "orders.yaml").read_text() == "theirs"
    assert os.listdir(tmp_path) == ["orders.yaml"]


def test_a_lock_that_is_no_file_is_not_updated(catalog):
    (catalog.directory / "lock.yaml").mkdir()
    with pytest.raises(CatalogError, match=r"^lock.yaml: is a directory, where a file should be"):
        catalog.update_lock()
