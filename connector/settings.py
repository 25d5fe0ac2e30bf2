"""Every environment variable: its name, type, default and meaning, validated once when a process starts.

What an installation sets belongs here; what a customer chooses for one connection belongs in the mapping
profile or the connection file. All durations are seconds.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from connector import keyfile

CLOCKS_APART = 300.0
"""Seconds by which two machines' clocks may differ: a worker tells by its own whether another's ring is too old."""
UNKNOWN_DEFAULT = "default_factory_not_called"
"""pydantic's word for a default that depends on another variable, when that other one is wrong."""


class SettingsError(Exception):
    """The environment cannot be used; the message lists each variable and what was expected of it."""


def _wrong(expected: str) -> PydanticCustomError:
    return PydanticCustomError("setting", expected)


def _require(value: SecretStr, schemes: set[str], example: str) -> None:
    if not _is_address(value.get_secret_value(), schemes):
        raise _wrong(f"not an address like {example}")


def _is_address(text: str, schemes: Collection[str]) -> bool:
    try:
        address = urlsplit(text)
        return address.scheme in schemes and bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def _postgres(value: SecretStr) -> SecretStr:
    schemes = {"postgres", "postgresql", "postgresql+psycopg2"}
    _require(value, schemes, "postgres://user:password@host:5432/name")
    _, rest = value.get_secret_value().split("://", 1)
    return SecretStr(f"postgresql+psycopg2://{rest}")


def _redis(value: SecretStr) -> SecretStr:
    _require(value, {"redis", "rediss"}, "redis://host:6379/0 or rediss://host:6380/0")
    return value


def _broker(value: SecretStr) -> SecretStr:
    schemes = {"redis", "rediss", "sentinel", "amqp", "amqps", "pyamqp"}
    _require(value, schemes, "redis://host:6379/0 or amqp://user:password@host:5672//")
    return value


def _split(value: Any) -> Any:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _fernet(value: SecretStr) -> SecretStr:
    if not keyfile.is_key(value.get_secret_value()):
        raise _wrong("not a Fernet key; `ml-connector keys new --file FILE` makes one")
    return value


def _smtp(value: SecretStr) -> SecretStr:
    _require(value, {"smtp", "smtps"}, "smtp://user:password@host:587 or smtps://user:password@host:465")
    return value


SmtpUrl = Annotated[SecretStr, AfterValidator(_smtp)]
PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis)]
BrokerUrl = Annotated[SecretStr, AfterValidator(_broker)]
Key = Annotated[SecretStr, AfterValidator(_fernet)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Period = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _concurrency() -> int:
    return min(16, 2 * (os.cpu_count() or 1))


def _in_words(default: str) -> dict[str, Any]:
    return {"default": default}


class Settings(BaseSettings):
    """The environment of one installation; all of it optional on one machine."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    database_url: PostgresUrl | None = Field(
        default=None,
        description="PostgreSQL; `postgres://` is accepted",
        json_schema_extra=_in_words("embedded PostgreSQL under `ML_CONNECTOR_HOME`"),
    )
    redis_url: RedisUrl | None = Field(
        default=None,
        description="Redis or Valkey; `rediss://` is accepted",
        json_schema_extra=_in_words("embedded Valkey under `ML_CONNECTOR_HOME`"),
    )
    broker_url: BrokerUrl | None = Field(
        default_factory=lambda others: others.get("redis_url"),
        description="Celery's broker, RabbitMQ for instance",
        json_schema_extra=_in_words("`REDIS_URL`"),
    )
    connector_keys: Annotated[tuple[Key, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="comma-separated Fernet keys, the first seals, all open; required when `DATABASE_URL` is set",
        json_schema_extra=_in_words("made once under `ML_CONNECTOR_HOME`, mode 0600"),
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="signs console sessions; required when `DATABASE_URL` is set",
        json_schema_extra=_in_words("made once under `ML_CONNECTOR_HOME`, mode 0600"),
    )
    public_url: str | None = Field(
        default=None,
        description="https address BigCommerce can reach; webhooks are registered there",
        json_schema_extra=_in_words("none: polling does all the work"),
    )
    port: int = Field(default=8000, ge=1, le=65535, description="where the web process listens")
    proxies: int = Field(
        default=0,
        ge=0,
        le=9,
        description="proxies before the web process whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed",
    )
    web_concurrency: int = Field(default=2, ge=1, description="web processes")
    worker_concurrency: int = Field(
        default_factory=_concurrency,
        ge=1,
        description="tasks at once in one worker",
        json_schema_extra=_in_words("two per CPU, at most 16"),
    )
    allow_insecure_hosts: bool = Field(
        default=False, description="`1` lets a connection use http:// or a loopback or private host"
    )
    ml_connector_home: Path = Field(default=Path("var"), description="where one machine keeps its state")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="least level logged")
    log_format: Literal["json", "console", ""] = Field(
        default="",
        description="`json`, one object a line, or `console`, in words",
        json_schema_extra=_in_words("console on a terminal, else json"),
    )
    notify_email: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="addresses that are told what is wrong, seldom and grouped; needs `SMTP_URL`",
        json_schema_extra=_in_words("nobody"),
    )
    notify_url: SecretStr | None = Field(
        default=None,
        description='an https address that takes the same as JSON `{"text": ...}`: Slack, Teams and others',
    )
    smtp_url: SmtpUrl | None = Field(
        default=None, description="mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://...:465`"
    )
    smtp_from: str | None = Field(default=None, description="sender of these mails; else the first of `NOTIFY_EMAIL`")
    alert_interval: Period = Field(default=60, description="how often it is looked for what is wrong")
    metrics_token: SecretStr | None = Field(
        default=None, description="bearer for `/metrics`; unset, only this machine may read"
    )
    sentry_dsn: SecretStr | None = Field(default=None, description="errors go to Sentry when set")
    otel_exporter_otlp_endpoint: str | None = Field(default=None, description="traces go there when set")

    quiet_period: Seconds = Field(default=300, description="how long a write whose answer was lost may still arrive")
    call_connect_timeout: Period = Field(default=10, description="longest wait for a connection to the other side")
    call_read_timeout: Period = Field(default=75, description="longest wait for its answer")
    claim_lease: Period = Field(default=180, description="how long a worker owns a step without renewing its claim")
    run_grace: Seconds = Field(default=120, description="how long a run may stay silent before it is sent again")
    coalesce_window: Seconds = Field(default=3, description="webhooks of one order within it become one run")
    confirm_delay: Seconds = Field(default=5, description="wait before asking for a sales order's final number")
    park_wait: Period = Field(
        default=30, description="first wait of an order whose step failed; it doubles each time"
    )
    webhook_tolerance: Period = Field(default=300, description="largest age of a webhook's signature")
    sweep_interval: Period = Field(default=15, description="how often lost dispatches and due work are looked for")
    poll_interval: Period = Field(default=30, description="how often polls that are due are looked for")
    catalog_interval: Period = Field(default=15, description="how often due catalog work is looked for")
    token_margin: Period = Field(default=300, description="a token that ends within it is refreshed")
    token_interval: Period = Field(default=60, description="how often tokens are looked at")
    hook_interval: Period = Field(default=300, description="how often the store's webhooks are looked after")
    retention_days: int = Field(default=180, ge=1, description="days that payloads with personal data are kept")
    visibility_timeout: Period = Field(default=3600, description="when the broker redelivers a silent worker's task")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = list(self._disagreements())
        if wrongs:
            raise _wrong("\n".join(wrongs))
        return self

    def _disagreements(self) -> Iterator[str]:
        if self.database_url and not self.secret_key:
            yield "SECRET_KEY: required when DATABASE_URL is set; any long random text, the same everywhere"
        if self.database_url and not self.connector_keys:
            yield "CONNECTOR_KEYS: required when DATABASE_URL is set; `ml-connector keys new --file FILE` makes a key"
        if self.public_url and not self._may_call(self.public_url):
            yield "PUBLIC_URL: not an https:// address (http:// only with ALLOW_INSECURE_HOSTS=1)"
        if self.notify_email and not self.smtp_url:
            yield "SMTP_URL: required when NOTIFY_EMAIL is set"
        if self.notify_url and not self._may_call(self.notify_url.get_secret_value()):
            yield "NOTIFY_URL: not an https:// address (http:// only with ALLOW_INSECURE_HOSTS=1)"
        if self.sentry_dsn and not _is_installed("sentry_sdk"):
            yield "SENTRY_DSN: sentry_sdk is not installed: pip install 'ml-connector[sentry]'"
        if self.otel_exporter_otlp_endpoint and not _is_installed("opentelemetry.exporter.otlp.proto.http"):
            yield "OTEL_EXPORTER_OTLP_ENDPOINT: its exporter is not installed: pip install 'ml-connector[otel]'"
        if self.claim_lease <= self.call_connect_timeout + self.call_read_timeout:
            yield "CLAIM_LEASE: must be longer than CALL_CONNECT_TIMEOUT and CALL_READ_TIMEOUT together"
        if self.visibility_timeout <= self.claim_lease:
            yield "VISIBILITY_TIMEOUT: must be longer than CLAIM_LEASE"

    def _may_call(self, url: str) -> bool:
        return _is_address(url, ("https", "http") if self.allow_insecure_hosts else ("https",))

    def make_home(self) -> Path:
        """Give the absolute folder of this machine's state, made for its owner alone."""
        home = self.ml_connector_home.absolute()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home

    def keys_file(self) -> Path:
        """Where this machine keeps its own keys, one a line, the sealing one first."""
        return self.make_home() / "keys" / "connector"

    def sealing_keys(self) -> tuple[str, ...]:
        """Give the Fernet keys, the sealing one first; one is made and kept when there is none."""
        if self.connector_keys:
            return tuple(key.get_secret_value() for key in self.connector_keys)
        return tuple(keyfile.kept(self.keys_file()).split())

    def session_key(self) -> str:
        """Give the key that signs console sessions; it is made and kept when there is none."""
        if self.secret_key:
            return self.secret_key.get_secret_value()
        return keyfile.kept(self.make_home() / "keys" / "session")

    def on(self, *, database_url: str, redis_url: str) -> Settings:
        """Give these settings with the servers they lack, and with the keys that go with a database."""
        redis = self.redis_url or SecretStr(redis_url)
        return self.model_copy(
            update={
                "database_url": self.database_url or _postgres(SecretStr(database_url)),
                "redis_url": redis,
                "broker_url": self.broker_url or redis,
                "connector_keys": tuple(SecretStr(key) for key in self.sealing_keys()),
                "secret_key": SecretStr(self.session_key()),
            }
        )

    def environment(self) -> dict[str, str]:
        """Give the environment that makes a child process read these same settings."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        values["ml_connector_home"] = self.make_home()
        return {name.upper(): _written(value) for name, value in values.items() if value not in (None, (), "")}


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package above it
        return False


def _written(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(map(_written, value))
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def load_settings() -> Settings:
    """Read and check the environment.

    :raises SettingsError: naming every variable that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as refused:
        errors = [error for error in refused.errors(include_input=False) if error["type"] != UNKNOWN_DEFAULT]
        lines = [line for error in errors for line in _explained(error)]
    raise SettingsError("\n".join(["The environment cannot be used:", *lines]))


def _explained(error: Any) -> Iterator[str]:
    if not error["loc"]:
        yield from (f"  {line}" for line in error["msg"].splitlines())
        return
    name, *place = error["loc"]
    which = f", number {place[0] + 1}" if place else ""
    yield f"  {name.upper()}{which}: {error['msg']} ({Settings.model_fields[name].description})"


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable as the documentation shows it."""

    name: str
    default: str
    meaning: str


def variables() -> list[Variable]:
    """List every environment variable, for `doctor` and for the documentation."""
    return [
        Variable(name.upper(), _default(field), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _default(field: Any) -> str:
    worded = (field.json_schema_extra or {}).get("default")
    if worded:
        return str(worded)
    if field.default is None:
        return "off"
    if isinstance(field.default, Path):
        return f"./{field.default}"
    return "off" if field.default is False else str(field.default)
