import pytest

from runtime.bucket.objects import in_words
from service_catalog import naming


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (naming.release_prefix("mail"), "the releases of mail"),
        (naming.outcome_key("mail", 3), "the releases of mail"),
        (naming.env_version_key("mail", "app", 3), "the env files of mail"),
        (naming.provisioned_key("mail"), "the provisioning records of mail"),
        (naming.provisioned_environment_key(), "the provisioning records of the environment"),
        (naming.PROVISIONED_PREFIX, "the provisioning records"),
        (naming.service_index_key("mail"), "the summaries of mail"),
        (naming.SERVICE_INDEX_PREFIX, "the summaries"),
        (naming.audit_key("mail", "1"), "the audit trail of mail"),
    ],
)
def test_people_read_whose_objects_they_are_and_not_a_key(key, words):
    assert in_words(key) == words
