import re
from pathlib import Path

import pytest
from django.db import connection

from gorax.settings import base, environment
from tests.eventually import eventually

LEAST = {
    "GORAX_DATABASE_URL": "postgresql://gorax:swordfish@db/gorax",
    "GORAX_REDIS_URL": "redis://:swordfish@cache:6379/0",
    "GORAX_SECRET_KEY": "k" * 32,
}


def test_three_variables_are_enough_and_the_rest_has_defaults() -> None:
    env = environment.read(LEAST)

    assert (env.port, env.live_port, env.receiver_port) == (8000, 8001, 8002)
    assert (env.pool_max, env.pool_idle, env.pool_lifetime_s) == (25, 5, 300)
    assert (env.lease_s, env.renew_s) == (15.0, 5.0)
    assert env.broker_url == LEAST["GORAX_REDIS_URL"]
    assert env.log_format == "json"


@pytest.mark.parametrize(
    ("given", "sizes"),
    [
        ({}, (5, 25)),
        ({"GORAX_POOL_IDLE": "0"}, (0, 25)),
        ({"GORAX_POOL_IDLE": "12"}, (12, 25)),
        ({"GORAX_POOL_MAX": "3"}, (3, 3)),
    ],
)
def test_as_many_connections_stay_open_as_the_variable_says(
    given: dict[str, str], sizes: tuple[int, int]
) -> None:
    told = base.pool(environment.read(LEAST | given))

    assert (told["min_size"], told["max_size"]) == sizes
    assert (told["max_idle"], told["max_lifetime"]) == (60, 300)


@pytest.mark.django_db
def test_a_pool_in_use_is_the_one_of_the_settings() -> None:
    connection.ensure_connection()

    pool = connection.pool

    assert (pool.min_size, pool.max_size, pool.max_lifetime) == (5, 25, 300)
    assert eventually(lambda: pool.get_stats()["pool_size"] >= 5)


def test_the_neighbours_of_the_web_port_move_with_it() -> None:
    env = environment.read(LEAST | {"GORAX_PORT": "9100"})

    assert (env.live_port, env.receiver_port, env.vite_port) == (9101, 9102, 9103)


@pytest.mark.parametrize("name", LEAST)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(environment.EnvironmentError_, match=f"^{name}: not set"):
        environment.read({key: value for key, value in LEAST.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("GORAX_PORT", "eighty", "'eighty' is not a number"),
        ("GORAX_PORT", "0", "0 is not between 1 and 65533"),
        ("GORAX_LEASE_S", "nan", "nan is not between 0.5 and inf"),
        ("GORAX_RENEW_S", "14", "14 is not between 0.1 and 7.5"),
        ("GORAX_DEV", "yes", "'yes' is neither 0 nor 1"),
        ("GORAX_LOG_FORMAT", "xml", "'xml' is none of json, text, color"),
        ("GORAX_CODE_LANGUAGES", "javascript,perl", "'perl' is none of javascript, python"),
        ("GORAX_CODE_SLOTS", "0", "0 is not between 1 and 64"),
        ("GORAX_DATABASE_URL", "mysql://db/gorax", "expected a URL starting with postgresql://"),
        ("GORAX_BROKER_URL", "amqp://broker", "expected a URL starting with redis://"),
        ("GORAX_SECRET_KEY", "short", "shorter than 32 characters"),
        (
            "GORAX_TRUSTED_PROXIES",
            "10.0.0.0/8, proxy",
            "'proxy' is neither an address nor a network",
        ),
        ("GORAX_TRUSTED_PROXIES", "10.0.0.1/8", "'10.0.0.1/8' is neither an address nor a network"),
        ("GORAX_TRUSTED_PROXIES", "*", "'*' is neither an address nor a network"),
        ("GORAX_PLAN", "gold", "'gold' is none of unlimited, free, professional, enterprise"),
        ("GORAX_CORS_ORIGINS", "*", "'*' is no origin, such as https://app.example.com"),
        ("GORAX_CORS_ORIGINS", "https://a.test/", "'https://a.test/' is no origin"),
        ("GORAX_CORS_METHODS", "GET,TRACE", "'TRACE' is none of GET, HEAD"),
        ("GORAX_CORS_HEADERS", "X-A, b c", "'b c' is no name of a header"),
        ("GORAX_CORS_MAX_AGE_S", "86401", "86401 is not between 0 and 86400"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(name: str, value: str, says: str) -> None:
    with pytest.raises(environment.EnvironmentError_) as refusal:
        environment.read(LEAST | {name: value})

    assert str(refusal.value).startswith(f"{name}: ")
    assert says in str(refusal.value)


def test_a_url_that_is_none_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(environment.EnvironmentError_) as refusal:
        environment.read(
            LEAST | {"GORAX_DATABASE_URL": "postgresql://gorax:swordfish@db:port/gorax"}
        )

    assert str(refusal.value) == "GORAX_DATABASE_URL: not a URL."


def test_any_variable_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40 + "\n")

    env = environment.read(LEAST | {"GORAX_SECRET_KEY_FILE": str(file)})

    assert env.secret_key == "f" * 40


def test_a_file_that_cannot_be_read_is_named_with_its_variable(tmp_path: Path) -> None:
    with pytest.raises(environment.EnvironmentError_, match=r"^GORAX_SECRET_KEY_FILE: cannot read"):
        environment.read(LEAST | {"GORAX_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_an_empty_variable_counts_as_not_set() -> None:
    assert environment.read(LEAST | {"GORAX_PORT": ""}).port == 8000


def test_a_redis_behind_a_socket_is_written_for_the_broker_in_its_own_way() -> None:
    env = environment.read(LEAST | {"GORAX_REDIS_URL": "unix:///run/redis.sock?db=1"})

    assert env.broker_url == "redis+socket:///run/redis.sock?virtual_host=1"


def test_pages_of_other_origins_are_listed_and_by_default_there_are_none() -> None:
    given = LEAST | {"GORAX_CORS_ORIGINS": "https://a.test, http://localhost:3000"}

    assert environment.read(given).cors.origins == ("https://a.test", "http://localhost:3000")
    assert environment.read(LEAST).cors.origins == ()


def test_trusted_proxies_are_networks_and_by_default_there_are_none() -> None:
    given = LEAST | {"GORAX_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1,,2001:db8::/32"}

    assert [str(each) for each in environment.read(given).trusted_proxies] == [
        "10.0.0.0/8",
        "192.0.2.1/32",
        "2001:db8::/32",
    ]
    assert environment.read(LEAST).trusted_proxies == ()


@pytest.mark.parametrize(
    ("given", "languages"),
    [
        ({}, ("javascript", "python")),
        ({"GORAX_CODE_LANGUAGES": "python, javascript"}, ("javascript", "python")),
        ({"GORAX_CODE_LANGUAGES": "python"}, ("python",)),
        ({"GORAX_CODE_LANGUAGES": "none"}, ()),
    ],
)
def test_languages_of_scripts_are_all_some_or_none(given, languages) -> None:
    env = environment.read(LEAST | given)

    assert (env.code_languages, env.code_slots) == (languages, 2)


def test_prices_of_models_are_none_or_the_installations_own() -> None:
    own = '{"llama3.2": {"input": 0.1, "output": 0}}'

    assert environment.read(LEAST).llm_prices == {}
    found = environment.read(LEAST | {"GORAX_LLM_PRICES": own}).llm_prices
    assert found == {"llama3.2": {"input": 0.1, "output": 0}}


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "7",
        '{"m": 7}',
        '{"m": {"input": "1"}}',
        '{"m": {"input": true}}',
        '{"m": {"input": -1}}',
        '{"m": {"input": NaN}}',
        '{"m": {"in": 1}}',
    ],
)
def test_a_price_that_is_none_is_named(text) -> None:
    with pytest.raises(environment.EnvironmentError_, match=r"^GORAX_LLM_PRICES: "):
        environment.read(LEAST | {"GORAX_LLM_PRICES": text})


def test_files_lie_in_a_folder_unless_a_bucket_is_named() -> None:
    in_folder = environment.read(LEAST).blobs
    bucket = {"GORAX_BLOBS": "s3", "GORAX_BLOBS_BUCKET": "files", "GORAX_BLOBS_PREFIX": "gorax/"}
    in_bucket = environment.read(LEAST | bucket).blobs

    assert (in_folder.kind, in_folder.folder) == ("files", environment.ROOT / ".gorax" / "blobs")
    assert (in_bucket.kind, in_bucket.bucket, in_bucket.prefix) == ("s3", "files", "gorax/")
    with pytest.raises(environment.EnvironmentError_, match=r"^GORAX_BLOBS_BUCKET: not set"):
        environment.read(LEAST | {"GORAX_BLOBS": "s3"})


def test_sqs_is_a_broker() -> None:
    assert environment.read(LEAST | {"GORAX_BROKER_URL": "sqs://"}).broker_url == "sqs://"


def test_no_secret_is_printed_with_the_environment() -> None:
    assert "swordfish" not in repr(environment.read(LEAST))
    assert "k" * 32 not in repr(environment.read(LEAST))


def test_connections_are_counted_over_every_process() -> None:
    env = environment.read(LEAST | {"GORAX_WEB_PROCESSES": "2", "GORAX_WORKER_PROCESSES": "3"})

    assert env.most_connections == 25 * (2 + 1 + 3 + 1)
    code = environment.read(LEAST | {"GORAX_CODE_PROCESSES": "2"})
    assert code.most_connections == 25 * (1 + 1 + 1 + 2 + 1)


def test_the_reference_lists_every_variable_and_no_other() -> None:
    source = Path(environment.__file__).read_text(encoding="utf-8")
    reference = (environment.ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")

    read = set(re.findall(r'"(GORAX_[A-Z_]+)"', source))
    listed = set(re.findall(r"^\| `(GORAX_[A-Z_]+)`", reference, re.MULTILINE))

    assert listed == read


def test_the_keys_are_listed_in_their_order_and_a_vault_is_known() -> None:
    env = environment.read(
        LEAST
        | {
            "GORAX_KEKS": "vault:transit/gorax, aws-kms:alias/gorax,file:/etc/kek,local",
            "GORAX_VAULT_ADDR": "https://vault:8200",
            "GORAX_VAULT_TOKEN": "swordfish",
        }
    )

    assert env.key_services.keys == (
        "vault:transit/gorax",
        "aws-kms:alias/gorax",
        "file:/etc/kek",
        "local",
    )
    assert "swordfish" not in repr(env)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"GORAX_KEKS": "local,local"}, "GORAX_KEKS"),
        ({"GORAX_KEKS": "local,"}, "GORAX_KEKS"),
        ({"GORAX_KEKS": "file:relative"}, "GORAX_KEKS"),
        ({"GORAX_KEKS": "vault:gorax"}, "GORAX_KEKS"),
        ({"GORAX_KEKS": "vault:transit/gorax"}, "GORAX_VAULT_ADDR"),
        (
            {"GORAX_KEKS": "vault:transit/gorax", "GORAX_VAULT_ADDR": "https://v"},
            "GORAX_VAULT_TOKEN",
        ),
        ({"GORAX_KMS_FIPS": "1", "GORAX_KMS_ENDPOINT": "https://k"}, "GORAX_KMS_ENDPOINT"),
    ],
)
def test_keys_that_cannot_be_reached_are_refused_at_start(given: dict[str, str], name: str) -> None:
    with pytest.raises(environment.EnvironmentError_, match=f"^{name}: "):
        environment.read(LEAST | given)


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({}, (90, 365, 2555)),
        ({"GORAX_AUDIT_HOT_DAYS": "400"}, (400, 400, 2555)),
        ({"GORAX_AUDIT_HOT_DAYS": "30", "GORAX_AUDIT_COLD_DAYS": "365"}, (30, 365, 365)),
    ],
)
def test_no_tier_of_a_trail_ends_before_the_one_that_lies_in_it(given, days) -> None:
    kept = environment.read(LEAST | given).kept

    assert (kept.hot_days, kept.warm_days, kept.cold_days) == days
    assert (kept.stream_url, kept.stream_days) == ("", 7)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"GORAX_AUDIT_WARM_DAYS": "30"}, "GORAX_AUDIT_WARM_DAYS"),
        ({"GORAX_AUDIT_COLD_DAYS": "300"}, "GORAX_AUDIT_COLD_DAYS"),
        ({"GORAX_AUDIT_STREAM_URL": "siem.example.com"}, "GORAX_AUDIT_STREAM_URL"),
        ({"GORAX_AUDIT_STREAM_URL": "syslog://siem"}, "GORAX_AUDIT_STREAM_URL"),
        ({"GORAX_AUDIT_STREAM_URL": "https://siem"}, "GORAX_AUDIT_STREAM_SECRET"),
        (
            {"GORAX_AUDIT_STREAM_URL": "https://siem", "GORAX_AUDIT_STREAM_SECRET": "hush"},
            "GORAX_AUDIT_STREAM_SECRET",
        ),
    ],
)
def test_a_trail_that_cannot_be_kept_or_sent_so_is_refused_at_start(given, name: str) -> None:
    with pytest.raises(environment.EnvironmentError_, match=f"^{name}: "):
        environment.read(LEAST | given)


def test_the_secret_of_a_stream_is_not_printed() -> None:
    given = {
        "GORAX_AUDIT_STREAM_URL": "https://siem/token-of-ours",
        "GORAX_AUDIT_STREAM_SECRET": "whsec_" + "QUJD" * 8,
    }
    env = environment.read(LEAST | given)

    assert env.kept.stream_secret == given["GORAX_AUDIT_STREAM_SECRET"]
    assert "QUJD" not in repr(env)
    assert "token-of-ours" not in repr(env)
    assert environment.read(LEAST | {"GORAX_AUDIT_STREAM_URL": "syslog+tls://logs:6514"})
