"""The connection file: one store, one company, and the files their secrets are in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, Field

from connector.domain.connection import Booking, Connection, StoreCredentials
from connector.domain.faults import Misconfigured
from connector.mapping.fields import Duration, Moment, Section, Text, Verbatim, fit, matching, unknown_key, verbatim
from connector.mapping.located import BadFile, Located, Path, Problem, load
from connector.mapping.profile import ProfileFile

ReadFile = Callable[[str], str | bytes]
"""Reads a file by its path; an ``OSError``, or a ``KeyError`` of who has these files only, becomes a problem."""
CompanyKeys = Callable[[str], Mapping[str, bool]]
"""The settings a suite knows, and whether it cannot do without; ``Misconfigured`` for a suite that is not there."""

_STORE, _COMPANY = "bigcommerce", "infor"
SHORTEST_SECRET = 24
"""Characters of the secret that opens our door to ION: it is all that stands before it."""


def _secrets(value: object) -> tuple[str, ...]:
    return tuple(verbatim(item) for item in value) if isinstance(value, list) else (verbatim(value),)


Secrets = Annotated[tuple[str, ...], BeforeValidator(_secrets)]


class StoreSection(Section):
    """The store and its API account."""

    store_hash: Annotated[str, matching("[a-z0-9]+", "the store's hash: small letters and digits")] = Field(
        description="the store's hash, as in https://store-HASH.mybigcommerce.com"
    )
    client_id: Verbatim = Field(description="the API account's client id")
    access_token: Verbatim | None = Field(default=None, repr=False)
    access_token_file: Verbatim | None = None
    client_secret: Secrets | None = Field(default=None, repr=False)
    client_secret_file: Verbatim | None = None
    api_url: Annotated[str, matching("https?://[^/?#@]+/?", "an address such as https://api.bigcommerce.com")] = (
        "https://api.bigcommerce.com"
    )


class CompanySection(Section):
    """The company: the suite's own settings stand beside these two."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Text]

    suite: Text = Field(description="the Infor suite, such as m3")
    ionapi: Verbatim = Field(description="the downloaded .ionapi file")
    ion_secret: Secrets | None = Field(default=None, repr=False)
    ion_secret_file: Verbatim | None = None


class CadenceSection(Section):
    """How often each side is asked."""

    orders: Duration = timedelta(minutes=5)
    items: Duration = timedelta(minutes=15)
    prices: Duration = timedelta(minutes=15)
    inventory: Duration = timedelta(minutes=5)
    reconcile: Duration = timedelta(hours=24)
    periods: Duration = timedelta(minutes=15)


class ConnectionFile(Section):
    """The whole file."""

    name: Annotated[str, matching("[a-z0-9][a-z0-9-]{0,31}", "small letters, digits and dashes, 32 at most")] = Field(
        description="the connection's name: small letters, digits and dashes"
    )
    bigcommerce: StoreSection = Field(description="the section with the store")
    infor: CompanySection = Field(description="the section with the company")
    booking: Literal["full", "operational", "ledger"] = Field(description="full, operational or ledger")
    start_from: Moment = Field(description="the moment before which nothing is posted")
    cadence: CadenceSection = CadenceSection()
    store_prefix: Annotated[str, matching("[A-Za-z0-9]{1,6}", "letters and digits, 6 at most")] = ""


@dataclass(frozen=True, slots=True)
class CompanyFiles:
    """What the company's section names: the raw ``.ionapi``, and the secrets that open our door to ION."""

    ionapi: bytes = field(repr=False)
    ion_secrets: tuple[str, ...] = field(default=(), repr=False)


def parse_connection(
    text: str, file: str, read_file: ReadFile, company_keys: CompanyKeys
) -> tuple[Connection, StoreCredentials, CompanyFiles]:
    """Read a connection file and the files it names: the connection, the store's secrets, the company's files.

    :raises BadFile: names everything that is wrong, with lines.
    """
    located = load(text, file)
    made, problems = fit(located, ConnectionFile)
    files = _Files(located, read_file)
    token, secrets = _token(files), _either(files, _STORE, "client_secret")
    company = CompanyFiles(files.read((_COMPANY, "ionapi")), _ion_secrets(files))
    problems += files.problems
    problems += _company_problems(located, company_keys)
    if made is None or problems:
        raise BadFile(problems)
    return _connection(made), _credentials(made.bigcommerce, token, secrets), company


def _connection(made: ConnectionFile) -> Connection:
    return Connection(
        name=made.name,
        store_hash=made.bigcommerce.store_hash,
        suite=made.infor.suite,
        booking=Booking(made.booking),
        start_from=made.start_from,
        company=dict(made.infor.__pydantic_extra__),
        cadence=dict(made.cadence),
        store_prefix=made.store_prefix,
    )


def _credentials(store: StoreSection, token: str, secrets: tuple[str, ...]) -> StoreCredentials:
    return StoreCredentials(
        store_hash=store.store_hash,
        client_id=store.client_id,
        access_token=token,
        client_secrets=secrets,
        api_url=store.api_url.removesuffix("/"),
    )


class _Files:
    """The files a connection file names, read once, beside it."""

    def __init__(self, located: Located, read_file: ReadFile) -> None:
        self.located = located
        self.problems: list[Problem] = []
        self._read_file = read_file

    def value(self, path: Path) -> Any:
        """What stands at a path; None for nothing, or where the file has another shape."""
        section = self.located.tree.get(str(path[0]))
        return section.get(path[1]) if isinstance(section, dict) else None

    def complain(self, path: Path, expected: str) -> None:
        self.problems.append(self.located.problem(path, expected))

    def read(self, path: Path) -> bytes:
        """Read the file named at a path; what is missing or misnamed there is the model's complaint."""
        named = self.value(path)
        if not isinstance(named, str):
            return b""
        try:
            content = self._read_file(str(PurePath(self.located.file).parent / named))
        except (OSError, ValueError, KeyError) as exc:
            self.complain(path, f"cannot be read: {getattr(exc, 'strerror', None) or 'no such file'}")
            return b""
        return content.encode() if isinstance(content, str) else content

    def lines(self, path: Path) -> tuple[str, ...]:
        """Read a file of secrets: one a line."""
        before = len(self.problems)
        try:
            lines = tuple(line.strip() for line in self.read(path).decode().splitlines() if line.strip())
        except UnicodeDecodeError:
            lines = ()
        if not lines and len(self.problems) == before:
            self.complain(path, "expected a text file with one secret a line")
        return lines


def _token(files: _Files) -> str:
    tokens = _either(files, _STORE, "access_token")
    if len(tokens) > 1:
        files.complain((_STORE, "access_token_file"), "expected one token, on one line")
    return tokens[0] if tokens else ""


def _ion_secrets(files: _Files) -> tuple[str, ...]:
    """None at all, for a company that no BOD goes to."""
    if all(files.value((_COMPANY, name)) is None for name in ("ion_secret", "ion_secret_file")):
        return ()
    secrets = _either(files, _COMPANY, "ion_secret")
    if any(len(secret) < SHORTEST_SECRET for secret in secrets):
        files.complain((_COMPANY, "ion_secret"), f"expected a secret of at least {SHORTEST_SECRET} characters")
    return secrets


def _either(files: _Files, section: str, name: str) -> tuple[str, ...]:
    """A secret from the file itself or from the file it names, but not from both."""
    here, elsewhere = (section, name), (section, f"{name}_file")
    if not isinstance(files.located.tree.get(section), dict):
        return ()  # the model complains about it
    given, filed = files.value(here), files.value(elsewhere)
    if (given is None) == (filed is None):
        files.complain((section,), f"expected {name} or {name}_file, one of the two")
        return ()
    if given is None:
        return files.lines(elsewhere)
    try:
        return _secrets(given)
    except ValueError:
        return ()  # the model complains about it


def _company_problems(located: Located, company_keys: CompanyKeys) -> list[Problem]:
    """What the suite needs and does not know; nothing while the suite itself is in doubt."""
    section = located.tree.get(_COMPANY)
    suite = section.get("suite") if isinstance(section, dict) else None
    if not isinstance(section, dict) or not isinstance(suite, str):
        return []
    try:
        keys = company_keys(suite)
    except Misconfigured as exc:
        return [located.problem((_COMPANY, "suite"), exc.what)]
    missing = [key for key, required in keys.items() if required and key not in section]
    unknown = [key for key in section if key not in keys and key not in CompanySection.model_fields]
    return [
        *(located.problem((_COMPANY, key), f"is missing: {suite} needs it") for key in missing),
        *(located.problem((_COMPANY, key), _unknown(key, list(keys))) for key in unknown),
        *_zone_problems(located, section.get("timezone", "UTC")),
    ]


def _unknown(key: str, known: list[str]) -> str:
    return "stands in the mapping profile, not here" if key in ProfileFile.model_fields else unknown_key(key, known)


def _zone_problems(located: Located, zone: object) -> list[Problem]:
    try:
        ZoneInfo(str(zone))
    except (LookupError, ValueError, OSError):
        return [located.problem((_COMPANY, "timezone"), "expected a time zone such as America/New_York")]
    return []
