"""The environment is checked once, whole, and its secrets stay out of sight."""

from __future__ import annotations

import runpy
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connector import cli
from connector.keyfile import new_key
from connector.settings import Settings, SettingsError, load_settings, variables

ROOT = Path(__file__).parents[2]
DATABASE = "postgres://user:s3cret@db.example:5432/books"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for variable in variables():
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setenv("ML_CONNECTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def refusal() -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    headline, *lines = str(refused.value).splitlines()
    assert headline == "The environment cannot be used:"
    return lines


def test_an_empty_environment_is_enough_on_one_machine(empty_environment: Path) -> None:
    settings = load_settings()
    assert (settings.database_url, settings.redis_url, settings.broker_url) == (None, None, None)
    assert (settings.port, settings.web_concurrency, settings.allow_insecure_hosts) == (8000, 2, False)
    assert (settings.quiet_period, settings.claim_lease, settings.visibility_timeout) == (300, 180, 3600)
    assert settings.public_url is None
    assert not empty_environment.exists()


def test_a_variable_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("PORT", "")
    assert load_settings().database_url is None
    assert load_settings().port == 8000


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_way_to_write_a_postgresql_address_names_the_driver(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://user:p%40ss@db.example:5432/books?sslmode=require")
    monkeypatch.setenv("CONNECTOR_KEYS", new_key())
    monkeypatch.setenv("SECRET_KEY", "any long random text")
    database_url = load_settings().database_url
    assert database_url
    assert (
        database_url.get_secret_value() == "postgresql+psycopg2://user:p%40ss@db.example:5432/books?sslmode=require"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://user:s3cret@db.example:notaport/books"),
        ("REDIS_URL", "redis://[s3cret:6379/0"),
        ("PUBLIC_URL", "https://[s3cret"),
    ],
)
def test_an_address_that_is_none_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refused:
        load_settings()
    assert "s3cret" not in str(refused.value)


def test_celerys_broker_is_redis_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "rediss://:pw@cache.example:6380/0")
    assert load_settings().broker_url == load_settings().redis_url
    monkeypatch.setenv("BROKER_URL", "amqp://guest:guest@rabbit.example//")
    broker_url = load_settings().broker_url
    assert broker_url
    assert broker_url.get_secret_value() == "amqp://guest:guest@rabbit.example//"


def test_all_wrong_variables_are_named_at_once_and_no_value_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:s3cret@db.example/books")
    monkeypatch.setenv("REDIS_URL", "http://s3cret.example")
    monkeypatch.setenv("CONNECTOR_KEYS", f"{new_key()},s3cret")
    monkeypatch.setenv("PORT", "none")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.setenv("CALL_READ_TIMEOUT", "0")
    lines = refusal()
    assert [line.split(":")[0].strip() for line in lines] == [
        "DATABASE_URL",
        "REDIS_URL",
        "CONNECTOR_KEYS, number 2",
        "PORT",
        "LOG_LEVEL",
        "CALL_READ_TIMEOUT",
    ]
    assert "postgres://user:password@host:5432/name" in lines[0]
    assert "`ml-connector keys new --file FILE`" in lines[2]
    assert "s3cret" not in "\n".join(lines)


def test_keys_are_required_with_a_database_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", DATABASE)
    assert refusal() == [
        "  SECRET_KEY: required when DATABASE_URL is set; any long random text, the same everywhere",
        "  CONNECTOR_KEYS: required when DATABASE_URL is set; `ml-connector keys new --file FILE` makes a key",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "package", "extra"),
    [
        ("SENTRY_DSN", "https://key@sentry.example.org/1", "sentry_sdk", "sentry"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", "opentelemetry", "otel"),
    ],
)
def test_an_observer_that_is_not_installed_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, package: str, extra: str
) -> None:
    monkeypatch.setenv(variable, value)
    load_settings()
    for module in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    [line] = refusal()
    assert line.startswith(f"  {variable}: ")
    assert line.endswith(f"pip install 'ml-connector[{extra}]'")


@pytest.mark.parametrize("process", ["worker", "beat"])
def test_a_process_whose_observer_is_not_installed_does_not_start(
    monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    monkeypatch.setenv("SENTRY_DSN", "https://key@sentry.example.org/1")
    words = ["celery", "--quiet", "--app", "tasks.app", process]
    run = f"import sys; sys.modules['sentry_sdk'] = None; sys.argv = {words}; import celery.__main__ as c; c.main()"
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "SENTRY_DSN: sentry_sdk is not installed" in done.stderr


def test_a_claim_must_outlast_the_longest_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIM_LEASE", "85")
    assert refusal() == ["  CLAIM_LEASE: must be longer than CALL_CONNECT_TIMEOUT and CALL_READ_TIMEOUT together"]
    monkeypatch.setenv("CLAIM_LEASE", "85.5")
    assert load_settings().claim_lease == 85.5


def test_a_public_address_is_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "http://shop.example")
    assert refusal() == ["  PUBLIC_URL: not an https:// address (http:// only with ALLOW_INSECURE_HOSTS=1)"]
    monkeypatch.setenv("ALLOW_INSECURE_HOSTS", "1")
    assert load_settings().public_url == "http://shop.example"


def test_a_key_is_made_once_for_its_owner_alone(empty_environment: Path) -> None:
    first = load_settings().sealing_keys()
    kept = empty_environment / "keys" / "connector"
    assert load_settings().sealing_keys() == first == (kept.read_text().strip(),)
    assert [stat.S_IMODE(at.stat().st_mode) for at in (empty_environment, kept.parent, kept)] == [
        0o700,
        0o700,
        0o600,
    ]
    assert list(kept.parent.iterdir()) == [kept]
    assert load_settings().session_key() not in first


def test_processes_that_start_together_agree_on_the_key(empty_environment: Path) -> None:
    ask = "from connector.settings import load_settings; print(load_settings().sealing_keys()[0])"
    asking = [
        subprocess.Popen([sys.executable, "-c", ask], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    answers = {process.communicate()[0].strip() for process in asking}
    assert answers == {(empty_environment / "keys" / "connector").read_text().strip()}


def test_no_secret_is_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    monkeypatch.setenv("DATABASE_URL", DATABASE)
    monkeypatch.setenv("REDIS_URL", "redis://:s3cret@cache.example:6379/0")
    monkeypatch.setenv("CONNECTOR_KEYS", key)
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    shown = f"{load_settings()!r} {load_settings()}"
    assert "s3cret" not in shown
    assert key not in shown


def test_child_processes_read_the_same_settings(monkeypatch: pytest.MonkeyPatch, empty_environment: Path) -> None:
    monkeypatch.setenv("COALESCE_WINDOW", "0.25")
    monkeypatch.setenv("ALLOW_INSECURE_HOSTS", "1")
    settings = load_settings().on(
        database_url="postgresql+psycopg2://u:p@127.0.0.1:5/postgres", redis_url="redis://:p@127.0.0.1:6/0"
    )
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    child = load_settings()
    assert child == settings
    assert child.sealing_keys() == ((empty_environment / "keys" / "connector").read_text().strip(),)


def test_servers_of_the_environment_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://cache.example:6379/0")
    settings = load_settings().on(database_url="postgres://u:p@127.0.0.1:5/x", redis_url="redis://127.0.0.1:6/0")
    assert settings.redis_url == settings.broker_url == load_settings().redis_url
    assert settings.database_url
    assert settings.database_url.get_secret_value() == "postgresql+psycopg2://u:p@127.0.0.1:5/x"


def test_every_variable_says_what_it_means() -> None:
    listed = {variable.name: variable for variable in variables()}
    assert set(listed) == {name.upper() for name in Settings.model_fields}
    assert all(variable.default and variable.meaning for variable in listed.values())
    assert listed["ML_CONNECTOR_HOME"].default == "./var"
    assert listed["QUIET_PERIOD"].default == "300"


def celeryconfig() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "celeryconfig.py"))


def test_celery_is_configured_without_any_environment() -> None:
    assert celeryconfig()["broker_url"] == "redis://redis-url-is-not-set.invalid:1/0"
    assert celeryconfig()["accept_content"] == ["json"]


def test_a_broker_over_tls_is_verified_unless_its_address_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "rediss://:p@cache.example:6380/0")
    assert celeryconfig()["broker_use_ssl"] == {"ssl_cert_reqs": "required"}
    monkeypatch.setenv("REDIS_URL", "rediss://:p@cache.example:6380/0?ssl_cert_reqs=none")
    assert celeryconfig()["broker_use_ssl"] is False


def test_rabbitmq_is_a_broker_by_its_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_URL", "amqp://guest:guest@rabbit.example//")
    config = celeryconfig()
    assert config["broker_url"] == "amqp://guest:guest@rabbit.example//"
    assert "visibility_timeout" not in config["broker_transport_options"]


def test_a_new_key_comes_first_and_is_never_shown(empty_environment: Path) -> None:
    (old,) = load_settings().sealing_keys()
    said = CliRunner().invoke(cli.main, ["keys", "new"])
    new, kept = load_settings().sealing_keys()
    assert said.exit_code == 0
    assert kept == old != new
    assert str(empty_environment / "keys" / "connector") in said.output
    assert new not in said.output
    assert old not in said.output


def test_a_new_key_for_other_machines_is_written_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_environment: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", DATABASE)
    monkeypatch.setenv("SECRET_KEY", "any long random text")
    said = CliRunner().invoke(cli.main, ["keys", "new", "--file", str(tmp_path / "key")])
    assert said.exit_code == 0
    monkeypatch.setenv("CONNECTOR_KEYS", (tmp_path / "key").read_text())
    assert len(load_settings().sealing_keys()) == 1
    refused = CliRunner().invoke(cli.main, ["keys", "new"])
    assert refused.exit_code == 2
    assert "give --file" in refused.output
    assert not empty_environment.exists()


def test_a_refused_environment_is_one_clear_message_and_exit_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "none")
    refused = CliRunner().invoke(cli.main, ["keys", "new"])
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: The environment cannot be used:\n  PORT: ")
    assert "Traceback" not in refused.output
