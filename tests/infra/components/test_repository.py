import json

from infra import service_stack
from infra.components.repository import Repository, RepositoryArgs
from infra.service_parts import ServiceParts
from service_catalog.model import Registry
from tests.builders import a_job, a_service, an_environment
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

REPOSITORY = "aws:ecr/repository:Repository"


def a_repository(engine: Recorder, **said: object) -> ServiceParts:
    wanted = Registry.model_validate({"make": True} | said)
    parts: list[ServiceParts] = []
    args = RepositoryArgs(an_environment(), wanted, "shop/orders")
    engine.run(lambda: parts.append(Repository("orders-api", args).parts))
    return parts[0]


def test_tags_stay_what_they_are_and_the_repository_outlives_its_service(engine):
    parts = a_repository(engine)

    made = engine.one(REPOSITORY)
    assert made.inputs == {
        "name": "shop/orders",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
    }
    assert (made.retain_on_delete, made.ignore_changes) == (True, ("encryptionConfigurations",))
    assert parts.record == ({"made_repository": "shop/orders"},)


def rules(engine: Recorder) -> list[tuple[str, int]]:
    policy = json.loads(engine.one("aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs["policy"])
    return [(it["selection"]["tagStatus"], it["selection"]["countNumber"]) for it in policy["rules"]]


def test_what_bears_no_tag_goes_and_of_the_rest_only_what_the_environment_says(engine):
    a_repository(engine, untagged_days=7)
    assert rules(engine) == [("untagged", 7)]

    other = Recorder()
    a_repository(other, keep_images=50)
    assert rules(other) == [("untagged", 14), ("any", 50)]


def test_other_accounts_pull_where_the_environment_names_them(engine):
    a_repository(engine)
    assert engine.all("aws:ecr/repositoryPolicy:RepositoryPolicy") == []

    other = Recorder()
    a_repository(other, pull_accounts=["222222222222"])
    [statement] = json.loads(other.one("aws:ecr/repositoryPolicy:RepositoryPolicy").inputs["policy"])["Statement"]
    assert statement["Principal"] == {"AWS": ["arn:aws:iam::222222222222:root"]}
    assert "ecr:PutImage" not in statement["Action"]


def test_a_key_of_ones_own_encrypts_it(engine):
    key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    a_repository(engine, key_arn=key)
    assert engine.one(REPOSITORY).inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": key}]


def test_only_the_service_of_a_short_name_makes_one_and_only_where_the_environment_says_so(engine):
    making = an_environment(registry={"make": True})
    for environment, image in (
        (making, {"repository": "ghcr.io/shop/orders"}),
        (making, {"repository": "orders", "existing": True}),
        (an_environment(), {"repository": "orders"}),
        (an_environment(registry={"account_id": "222222222222"}), {"repository": "orders"}),
    ):
        service = a_service(exposure=None, image=image)
        engine.run(lambda: service_stack.build(service, environment, None, WRITTEN))  # noqa: B023
    assert engine.all(REPOSITORY) == []

    engine.run(lambda: service_stack.build(a_job(), making, None, WRITTEN))
    assert engine.one(REPOSITORY).inputs["name"] == "nightly"
