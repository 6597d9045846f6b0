"""Clients know of AWS what botocore knows, but for the prose."""

import pytest
from botocore.loaders import create_loader

from runtime.aws import service_models
from runtime.aws.clients import Access, Clients


def without_prose(part):
    if isinstance(part, list):
        return [without_prose(it) for it in part]
    if not isinstance(part, dict):
        return part
    return {
        key: "" if key == "documentation" and isinstance(it, str) else without_prose(it) for key, it in part.items()
    }


@pytest.mark.parametrize("service", ["s3", "ecs", "ssm"])
def test_a_model_is_botocores_without_the_prose(service):
    theirs = create_loader().load_service_model(service, "service-2")
    ours = service_models.loader.__wrapped__().load_service_model(service, "service-2")  # clients change what they hold

    assert without_prose(theirs) != theirs
    assert ours == without_prose(theirs)
    assert list(ours["shapes"]) == list(theirs["shapes"])


def test_what_is_no_model_is_none():
    assert "nope" not in service_models.loader().list_available_services("service-2")
    assert service_models.loader().file_loader.load_file("/nowhere/at/all") is None


def test_clients_of_two_environments_share_their_models():
    here, there = (
        Clients(region, Access(access_key_id="x", secret_access_key="x")).client("sqs").meta.service_model
        for region in ("ap-northeast-1", "eu-central-1")
    )

    assert here.operation_model("SendMessage").documentation == ""
    assert here.metadata is there.metadata
