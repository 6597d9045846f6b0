import re
from pathlib import Path

import pytest

import service_catalog
from service_catalog import Slot
from service_catalog.fingerprint import (
    digest_of,
    environment_fingerprint,
    program_sources,
    service_fingerprint,
    sources_digest,
)
from tests.builders import a_service, an_environment

EXPORTS = {"vpc_id": "vpc-1", "egress_addresses": ["192.0.2.1"]}
ROOT = Path(service_catalog.__file__).parent.parent
SLOT = Slot("public", 4)


def test_the_same_inputs_have_the_same_fingerprint():
    reordered = dict(reversed(EXPORTS.items()))
    assert service_fingerprint(a_service(), an_environment(), SLOT, EXPORTS) == service_fingerprint(
        a_service(), an_environment(), SLOT, reordered
    )


@pytest.mark.parametrize(
    "inputs",
    [
        (a_service(port=1), an_environment(), SLOT, EXPORTS),
        (a_service(), an_environment(container_insights="enabled"), SLOT, EXPORTS),
        (a_service(), an_environment(), Slot("public", 8), EXPORTS),
        (a_service(), an_environment(), None, EXPORTS),
        (a_service(), an_environment(), SLOT, EXPORTS | {"vpc_id": "vpc-2"}),
    ],
)
def test_whatever_decides_what_is_provisioned_changes_it(inputs):
    assert service_fingerprint(*inputs) != service_fingerprint(a_service(), an_environment(), SLOT, EXPORTS)


def test_an_environment_has_its_own():
    assert environment_fingerprint(an_environment()) != environment_fingerprint(an_environment(region="us-east-1"))


def test_a_default_written_out_is_no_change():
    assert environment_fingerprint(an_environment(container_insights="disabled")) == environment_fingerprint(
        an_environment()
    )


def catalog_modules(source: str) -> set[str]:
    """Paths of what a source imports of the catalog, such as ``service_catalog/listener_rules/lock``."""
    found = set()
    for module, names in re.findall(r"^from (service_catalog[\w.]*) import (.+)$", source, re.MULTILINE):
        path = module.replace(".", "/")
        found |= {f"{path}/{name}" if (ROOT / path / f"{name}.py").exists() else path for name in names.split(", ")}
    return found


def test_the_catalog_s_modules_that_shape_resources_count_and_no_other():
    imported = set().union(*(catalog_modules(file.read_text()) for file in (ROOT / "infra").rglob("*.py")))
    counted = {path.relative_to(ROOT).with_suffix("").as_posix() for path in program_sources(ROOT)}
    # They read the entry and say what is wrong with it; what they find is in the fingerprint itself.
    readers = {"catalog", "listener_rules/lock", "problems", "fingerprint"}
    assert imported - counted == {f"service_catalog/{reader}" for reader in readers}
    assert {path for path in counted if path.startswith("service_catalog/")} <= imported


def test_sources_count_by_name_and_content_wherever_they_stand(tmp_path):
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    for root, name, text in ((first, "a.py", "x"), (second, "a.py", "x"), (third, "b.py", "x")):
        root.mkdir()
        (root / name).write_text(text)

    assert digest_of(first, first.iterdir()) == digest_of(second, second.iterdir())
    assert digest_of(first, first.iterdir()) != digest_of(third, third.iterdir())
    assert len(sources_digest()) == 64
