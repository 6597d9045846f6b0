import pytest

from service_catalog.env_file import suspected_secrets

# Put together here, so that no scanner takes this file for a leak.
TAIL = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"


@pytest.mark.parametrize(
    "value",
    [
        "AKIA" + "ABCDEFGHIJ234567",
        "ghp_" + TAIL[:36],
        "github_pat_" + TAIL,
        "glpat-" + TAIL[:20],
        "xoxb-" + "1234567890-abcdef",
        "https://hooks.slack.com/services/T" + "000/B000/xyz",
        "sk_live_" + TAIL[:24],
        "whsec_" + TAIL[:32],
        "AIza" + TAIL[:35],
        "sk-" + TAIL,
        "SG." + TAIL[:22] + "." + TAIL,
        "npm_" + TAIL[:36],
        "hvs." + TAIL,
        "-----BEGIN RSA PRIVATE " + "KEY-----",
        "eyJhbGciOiJI" + ".eyJzdWIiOiIx" + ".c2ln",
        "postgres://app:" + "hunter2@db/orders",
        TAIL,
    ],
)
def test_what_looks_like_a_secret_is_suspected_whatever_its_name(value):
    assert suspected_secrets(f"PLAIN=1\nHARMLESS={value}\n") == ["HARMLESS"]


@pytest.mark.parametrize(
    "setting",
    [
        "DB_PASSWORD=hunter2",
        "CLIENT_SECRET=s3cr3t",
        "PARTNER_TOKEN=pt-7Hq2xW9mZr4T",
        "API_KEY=9f86d081884c7d65",
        "password=open sesame",
        "DB_PASS=hunter2",
        "ES_PASS=hunter2",
        "SMTP_PASS=hunter2",
        "RABBITMQ_DEFAULT_PASS=hunter2",
        "PGPASSWORD=hunter2",
        "MYSQLPASSWORD=hunter2",
        "DB_PASSWORD_1=hunter2",
        "PASSWORD2=hunter2",
        "DB_PASSWORD_PROD=hunter2",
        "dbPassword=hunter2",
        "spring.datasource.password=hunter2",
        "ADMIN_PW=hunter2",
        "REDIS_PWD=hunter2",
        "SECRET_KEY_BASE=" + "0f" * 64,
        "APP_SECRET_KEY=s3cr3t",
        "SECRET_KEY_FOR_SESSIONS=" + "0f" * 20,
        "OAUTH_CLIENTSECRET=s3cr3t",
        "JWT_PRIVATE_KEY=s3cr3t",
        "ENCRYPTION_KEY=" + "9f86d081884c7d65" * 4,
        "DATABASE_URL=Server=db;User Id=app;Password=hunter2;",
        "JDBC_URL=jdbc:postgresql://db/orders?user=app&password=hunter2",
        "DSN_TEXT=host=db user=app password=hunter2",
    ],
)
def test_a_name_of_a_secret_with_a_fitting_value_is_suspected(setting):
    assert suspected_secrets(setting) == [setting.partition("=")[0]]


@pytest.mark.parametrize(
    "setting",
    [
        "TOKEN_TTL_SECONDS=3600",
        "STRIPE_PUBLISHABLE_KEY=pk_9f86d081884c7d65",
        "PUBLIC_KEY=9f86d081884c7d65" + "0f" * 16,
        "S3_KEY=9f86d081884c7d65",
        "SORT_KEY=created_at_desc_2",
        "FORGOT_PASSWORD=enabled",
        "SHOW_PASSWORD=always",
        "PASSWORD_MIN_LENGTH=twelve",
        "RESET_PASSWORD_URL=relative/reset",
        "BYPASS=everything",
        "PASS_THROUGH=headers",
        "COMPASS=north",
        "JDBC_URL=jdbc:postgresql://db/orders?password=${DB_PASSWORD}",
        "DB_PASSWORD=changeme",
        "DB_PASSWORD=",
        "#DB_PASSWORD=hunter2",
        "DB_PASSWORD=${DB_PASSWORD}",
        "STRIPE_SECRET=arn:aws:secretsmanager:x",
        "PWD=/app",
        "SORT_KEY=created_at",
        "CACHE_KEY=orders",
        "DATABASE_URL=postgres://db/orders",
        "REDIS_URL=redis://cache:6379/0",
        "COMMIT=4f5c2d1e0b9a8f7e6d5c4b3a2918070605040302",
        "TRACE_ID=123e4567-e89b-12d3-a456-426614174000",
        "GREETING=A sentence that is quite long but reads like any other one",
        "URL=https://example.com/a/rather/long/path/ThatIsNot/Secret123",
    ],
)
def test_an_ordinary_setting_is_not_suspected(setting):
    assert suspected_secrets(setting) == []


def test_each_key_is_named_once_in_the_order_of_the_text():
    assert suspected_secrets("B_TOKEN=pt-7Hq2xW9mZr4T\nA_PASSWORD=hunter2\nB_TOKEN=pt-7Hq2xW9mZr4U") == [
        "B_TOKEN",
        "A_PASSWORD",
    ]
