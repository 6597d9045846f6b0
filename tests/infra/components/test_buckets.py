import pytest

from infra.components.access_logs import AccessLogs, AccessLogsArgs
from infra.components.config_bucket import ConfigBucket, ConfigBucketArgs
from infra.components.log_archive import LogArchiveArgs, LogArchiveBucket
from service_catalog.model import LogArchive
from tests.builders import an_environment
from tests.infra.recorder import Recorder

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
ENCRYPTION = "BucketServerSideEncryptionConfiguration"
LOCAL = an_environment(name="local", account_id="000000000000")


def config_bucket(engine: Recorder, environment=None) -> None:
    engine.run(lambda: ConfigBucket("dev-config", ConfigBucketArgs(environment or an_environment())))


def access_logs(engine: Recorder) -> None:
    engine.run(lambda: AccessLogs("dev-access-logs", AccessLogsArgs("dev", "123456789012")))


def log_archive(engine: Recorder, **said: int) -> None:
    args = LogArchiveArgs(an_environment(), LogArchive.model_validate(said))
    engine.run(lambda: LogArchiveBucket("dev-log-archive", args))


@pytest.mark.parametrize("build", [config_bucket, access_logs, log_archive])
def test_every_bucket_is_encrypted_private_and_the_accounts_own(engine, build):
    build(engine)

    encryption = engine.one(f"aws:s3/{ENCRYPTION[0].lower()}{ENCRYPTION[1:]}:{ENCRYPTION}")
    block = engine.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    controls = engine.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs

    assert encryption.inputs["rules"] == [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    assert {value for key, value in block.items() if key != "bucket"} == {True}
    assert controls["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


@pytest.mark.parametrize("build", [config_bucket, access_logs, log_archive])
def test_every_bucket_wants_tls(engine, build):
    build(engine)
    policy = engine.one("aws:s3/bucketPolicy:BucketPolicy").document("policy")
    assert policy["Statement"][0]["Sid"] == "TlsOnly"


def test_the_config_bucket_keeps_history_under_the_contract_name(engine):
    config_bucket(engine)

    policy = engine.one("aws:s3/bucketPolicy:BucketPolicy").document("policy")

    assert [statement["Sid"] for statement in policy["Statement"]] == [
        "TlsOnly",
        "WriteOnce",
        "KeepForever",
        "KeepTheRules",
    ]
    assert engine.one("aws:s3/bucket:Bucket").inputs["bucket"] == "slipway-dev-123456789012"
    assert engine.one("aws:s3/bucketVersioning:BucketVersioning").inputs["versioningConfiguration"] == {
        "status": "Enabled"
    }


def test_history_is_protected_from_a_destroy(engine):
    config_bucket(engine)
    bucket = engine.one("aws:s3/bucket:Bucket")
    assert (bucket.protect, bucket.inputs["forceDestroy"]) == (True, False)


def test_history_goes_with_an_environment_that_says_so_once_the_bucket_is_empty(engine):
    config_bucket(engine, an_environment(deletion_protection=False))
    bucket = engine.one("aws:s3/bucket:Bucket")
    assert (bucket.protect, bucket.inputs["forceDestroy"]) == (False, False)


def test_on_the_local_cloud_a_destroy_takes_all(engine):
    config_bucket(engine, LOCAL)
    bucket = engine.one("aws:s3/bucket:Bucket")
    assert (bucket.protect, bucket.inputs["forceDestroy"]) == (False, True)


def test_load_balancers_may_deliver_logs_of_this_account_only(engine):
    access_logs(engine)
    _, deliver = engine.one("aws:s3/bucketPolicy:BucketPolicy").document("policy")["Statement"]
    assert deliver == {
        "Sid": "LoadBalancersDeliverLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::dev-access-logs/*/AWSLogs/123456789012/*",
    }


GIVEN_UP_UPLOADS = {
    "id": "given-up-uploads",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
}


def test_access_logs_expire(engine):
    access_logs(engine)
    lifecycle = engine.one(LIFECYCLE).inputs
    assert lifecycle["rules"] == [
        {"id": "expire", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 90}},
        GIVEN_UP_UPLOADS,
    ]


def test_no_rule_ends_what_history_is_made_of(engine):
    config_bucket(engine)
    *rules, uploads = engine.one(LIFECYCLE).inputs["rules"]
    assert {rule["filter"]["prefix"] for rule in rules} == {"heads/", "provisioned/"}
    assert [rule.get("expiration") for rule in rules] == [None, None]
    assert [rule["noncurrentVersionExpiration"] for rule in rules] == [{"noncurrentDays": 90}] * 2
    assert uploads == GIVEN_UP_UPLOADS


def test_rules_are_set_before_the_policy_forbids_it(engine):
    config_bucket(engine)
    policy = engine.one("aws:s3/bucketPolicy:BucketPolicy")
    assert "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::dev-config" in policy.depends_on


def test_lines_cost_less_after_a_while_and_go_in_the_end(engine):
    log_archive(engine, retention_days=90, infrequent_after_days=30)

    assert engine.one("aws:s3/bucket:Bucket").inputs["bucket"] == "slipway-dev-logs-123456789012"
    rule = engine.one(LIFECYCLE).inputs["rules"][0]
    assert rule["expiration"] == {"days": 90}
    assert rule["transitions"] == [{"days": 30, "storageClass": "STANDARD_IA"}]
