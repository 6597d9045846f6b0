import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from service_catalog import Slot
from service_catalog.fingerprint import environment_fingerprint, service_fingerprint
from service_catalog.model import Environment, Service
from service_catalog.program_sources import ROOT, ProgramSources
from tests.builders import a_job, a_service, a_slot, a_worker, an_environment

EXPORTS: dict[str, object] = {
    "vpc_id": "vpc-1",
    "egress_addresses": ["192.0.2.1"],
    "exec_key_arn": "arn:key",
    "public": {"listener_arn": "arn:public"},
    "internal": {"listener_arn": "arn:internal"},
}
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
        (a_service(environment={"A": ""}), an_environment(), SLOT, EXPORTS),
        (a_service(), an_environment(account_id="999999999999"), SLOT, EXPORTS),
        (a_service(), an_environment(region="cn-north-1"), SLOT, EXPORTS),
        (a_service(), an_environment(), Slot("public", 8), EXPORTS),
        (a_service(), an_environment(), Slot("public", 4, (8,)), EXPORTS),
        (a_service(), an_environment(), None, EXPORTS),
        (a_service(), an_environment(), SLOT, EXPORTS | {"vpc_id": "vpc-2"}),
        (a_service(), an_environment(), SLOT, EXPORTS | {"new": "nobody has said who reads it"}),
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


def test_a_field_that_a_later_model_adds_is_no_change_until_it_is_used():
    class Later(Service):
        paused: bool = False
        mirrors: tuple[str, ...] = ()
        storage: int | None = None

    entry = a_service().model_dump()
    now = service_fingerprint(a_service(), an_environment(), SLOT, EXPORTS)
    assert service_fingerprint(Later.model_validate(entry), an_environment(), SLOT, EXPORTS) == now
    used = Later.model_validate(entry | {"storage": 50})
    assert service_fingerprint(used, an_environment(), SLOT, EXPORTS) != now


def test_names_that_the_model_derives_are_counted_by_their_values():
    """The model's source is not counted, so whatever it works out must be in the fingerprint."""
    derived = {name for name, member in vars(Environment).items() if isinstance(member, property)}
    assert derived == {"partition", "dns_suffix", "registry_host", "is_protected"}
    assert {name for name, member in vars(Service).items() if isinstance(member, property)} == {"has_ecs_service"}


# --- how many of a hundred run again ----------------------------------------------------------------------------------

A_HUNDRED = [
    *(a_service(name=f"public-{index}") for index in range(40)),
    *(a_service(name=f"internal-{index}", exposure={"audience": "internal"}) for index in range(30)),
    *(a_service(name=f"silent-{index}", exposure=None) for index in range(8)),
    *(a_worker(name=f"worker-{index}") for index in range(7)),
    *(a_job(name=f"job-{index}") for index in range(5)),
    *(a_service(name=f"shell-{index}", exposure=None, exec=True) for index in range(10)),
]
ENVIRONMENT = an_environment()
INSTALLED = ProgramSources(ROOT)


def fingerprints(environment: Environment, exports: dict[str, object], program: ProgramSources) -> list[str]:
    return [service_fingerprint(service, environment, a_slot(service), exports, program) for service in A_HUNDRED]


def run_again(
    environment: Environment = ENVIRONMENT,
    exports: dict[str, object] = EXPORTS,
    program: ProgramSources = INSTALLED,
) -> int:
    before = fingerprints(ENVIRONMENT, EXPORTS, INSTALLED)
    after = fingerprints(environment, exports, program)
    return sum(one != other for one, other in zip(before, after, strict=True))


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str, str], ProgramSources]:
    """The program with a text in one of its files replaced by another."""

    def program(file: str, old: str, new: str) -> ProgramSources:
        root = tmp_path / f"program {len(list(tmp_path.iterdir()))}"
        for package in ("infra", "service_catalog"):
            shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("*.yaml", "__pycache__"))
        text = (root / file).read_text()
        assert old in text
        (root / file).write_text(text.replace(old, new, 1))
        return ProgramSources(root)

    return program


@pytest.mark.parametrize(
    ("file", "old", "new", "count"),
    [
        ("service_catalog/validation/service_checks.py", "must begin with CMD", "has to begin with CMD", 0),
        ("service_catalog/model/compute.py", "Where tasks run;", "In which place tasks run;", 0),
        ("infra/components/ecs_service.py", '"""The ECS service:', '"""What ECS calls a service:', 0),
        ("infra/components/ecs_service.py", "# ECS refuses", "# As ECS refuses", 0),
        ("infra/components/network.py", "enable_dns_support=True", "enable_dns_support=False", 0),
        ("infra/components/load_balancer.py", "TLS13-1-2-2021-06", "TLS13-1-3-2021-06", 0),
        ("infra/components/exec.py", "initProcessEnabled", "initProcess", 10),
        ("infra/components/queue.py", "import pulumi_aws", "import pulumi_aws as _, pulumi_aws", 7),
        ("infra/components/schedule.py", "import pulumi_aws", "import pulumi_aws as _, pulumi_aws", 5),
        ("infra/components/runs.py", "import pulumi_aws", "import pulumi_aws as _, pulumi_aws", 100),
        ("infra/components/http_route.py", "port=80", "port=81", 70),
        ("infra/components/ecs_service.py", "wait_for_steady_state=False", "wait_for_steady_state=True", 95),
        ("service_catalog/naming.py", '"slipway"', '"slip"', 100),
    ],
)
def test_a_changed_source_runs_those_again_that_it_shapes(changed, file, old, new, count):
    assert run_again(program=changed(file, old, new)) == count


@pytest.mark.parametrize(
    ("exports", "count"),
    [
        ({"egress_addresses": ["192.0.2.1", "192.0.2.2"]}, 0),
        ({"public": {"listener_arn": "arn:another"}}, 40),
        ({"internal": {"listener_arn": "arn:another"}}, 30),
        ({"exec_key_arn": "arn:another"}, 10),
        ({"vpc_id": "vpc-2"}, 100),
    ],
)
def test_a_changed_export_runs_those_again_that_use_it(exports, count):
    assert run_again(exports=EXPORTS | exports) == count


def test_what_is_said_of_a_further_load_balancer_runs_those_again_that_stand_there():
    service, further = a_service(deployment={"strategy": "canary", "test_listener": True}), Slot("public-2", 4)
    plain = a_service()
    added = EXPORTS | {"public-2": {"listener_arn": "arn:second"}, "public-2_test": {"listener_arn": "arn:tests"}}
    elsewhere = added | {"public": {"listener_arn": "arn:another"}}

    def found(service: Service, slot: Slot, exports: dict[str, object]) -> str:
        return service_fingerprint(service, ENVIRONMENT, slot, exports)

    assert found(service, SLOT, EXPORTS) == found(service, SLOT, added)
    assert found(service, further, added) == found(service, further, elsewhere)
    for changed, count in (("public-2", {service.name: 2}), ("public-2_test", {service.name: 1})):
        after = added | {changed: {"listener_arn": "arn:changed"}}
        again = [found(it, further, added) != found(it, further, after) for it in (service, plain)]
        assert sum(again) == count[service.name]


DOMAIN = {
    "name": "dev.example.com",
    "certificate_arn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1234567890",
}


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"container_insights": "enhanced"}, 0),
        ({"deletion_protection": False}, 0),
        ({"protection": "four-eyes"}, 0),
        ({"exec_log_retention_days": 30}, 0),
        ({"network": {"nat": "per-zone"}}, 0),
        ({"domain": DOMAIN}, 40),
        ({"secrets_key_arn": "arn:aws:kms:ap-northeast-1:123456789012:key/1"}, 100),
    ],
)
def test_a_changed_field_of_the_environment_runs_those_again_that_read_it(fields, count):
    assert run_again(environment=an_environment(**fields)) == count


def test_an_environment_runs_again_for_its_own_components_only(changed):
    now = environment_fingerprint(an_environment())
    assert environment_fingerprint(an_environment(protection="four-eyes")) == now
    assert environment_fingerprint(an_environment(access_external_id="slipway")) == now
    assert environment_fingerprint(an_environment(), further=["public-2"]) != now
    exec_changed = changed("infra/components/exec.py", "initProcessEnabled", "initProcess")
    assert environment_fingerprint(an_environment(), exec_changed) == now
    network_changed = changed("infra/components/network.py", "enable_dns_support=True", "enable_dns_support=False")
    assert environment_fingerprint(an_environment(), network_changed) != now


@pytest.mark.parametrize("text", ['"""\n# {}\n"""', "f'''{{1}}\n# {}\n'''"])
def test_what_looks_like_a_comment_within_a_text_counts(changed, text):
    first, second = (
        changed("infra/provider.py", "import pulumi\n", f"import pulumi\nX = {text.format(word)}\n") for word in "ab"
    )
    assert first.digest(["infra/provider.py"]) != second.digest(["infra/provider.py"])
