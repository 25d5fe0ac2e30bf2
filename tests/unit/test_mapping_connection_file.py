"""The connection file of the contract, the files it names, and everything that can be wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.connection import Booking, Connection, StoreCredentials
from connector.domain.faults import Misconfigured
from connector.mapping.connection_file import CompanyFiles, parse_connection
from connector.mapping.located import BadFile

FILE = """\
name: acme                          # slug, unique
bigcommerce:
  store_hash: abcde12345
  access_token_file: ./acme.token   # or access_token: ...; *_file is read once and not kept
  client_id: 0000000000000000000000000000000
  client_secret_file: ./acme.secret # or client_secret: ...
  api_url: https://api.bigcommerce.com        # optional
infor:
  suite: m3                         # m3 | syteline | ln | financials
  ionapi: ./acme.ionapi             # the whole downloaded file; every field kept, sealed
  company: "100"
  division: AAA
  facility: A01
  warehouse: "001"
  order_type: WEB
  credit_order_type: WCR
  gl_interface: BCGLIF              # GLS850 interface id, usage type 2 (field based)
booking: full                       # full | operational | ledger, see design.md
start_from: 2026-01-01T00:00:00Z    # nothing older is ever posted
cadence: {orders: 5m, items: 15m, prices: 15m, inventory: 5m, reconcile: 24h}
"""
KEYS = {
    **dict.fromkeys(("company", "division", "facility", "warehouse", "order_type", "gl_interface"), True),
    "credit_order_type": False,
    "timezone": False,
}
SECRETS: dict[str, str | bytes] = {
    "conf/acme.token": "tokentoken\n",
    "conf/acme.secret": b"newer\n\nolder\n",
    "conf/acme.ionapi": b'{"ti": "T"}',
}


def company_keys(suite: str) -> Mapping[str, bool]:
    if suite == "m3":
        return KEYS
    raise Misconfigured(f"{suite} is not built yet: m3 is")


class Disk:
    """Files by path; remembers what was read."""

    def __init__(self, files: Mapping[str, str | bytes] | None = None) -> None:
        self.files = SECRETS if files is None else files
        self.read: list[str] = []

    def __call__(self, path: str) -> str | bytes:
        self.read.append(path)
        if path not in self.files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return self.files[path]


def parse(text: str = FILE, disk: Disk | None = None) -> tuple[Connection, StoreCredentials, bytes]:
    return parse_connection(text, "conf/acme.yaml", disk or Disk(), company_keys)


def problems(text: str, files: Mapping[str, str | bytes] | None = None) -> list[str]:
    with pytest.raises(BadFile) as caught:
        parse(text, Disk(files))
    return [str(problem).removeprefix("conf/acme.yaml ") for problem in caught.value.problems]


def test_the_contracts_example_is_read_whole() -> None:
    disk = Disk()
    connection, store, ionapi = parse(disk=disk)
    assert connection == Connection(
        name="acme",
        store_hash="abcde12345",
        suite="m3",
        booking=Booking.FULL,
        start_from=datetime(2026, 1, 1, tzinfo=UTC),
        company={
            "company": "100",
            "division": "AAA",
            "facility": "A01",
            "warehouse": "001",
            "order_type": "WEB",
            "credit_order_type": "WCR",
            "gl_interface": "BCGLIF",
        },
        cadence={
            "orders": timedelta(minutes=5),
            "items": timedelta(minutes=15),
            "prices": timedelta(minutes=15),
            "inventory": timedelta(minutes=5),
            "reconcile": timedelta(hours=24),
            "periods": timedelta(minutes=15),
        },
    )
    assert store == StoreCredentials("abcde12345", "0" * 31, "tokentoken", ("newer", "older"))
    assert ionapi == CompanyFiles(b'{"ti": "T"}')
    assert sorted(disk.read) == sorted(SECRETS)


def test_secrets_may_stand_in_the_file_and_be_several() -> None:
    text = FILE.replace("access_token_file: ./acme.token ", "access_token: 0123456789 ")
    text = text.replace("client_secret_file: ./acme.secret", "client_secret: [newer, older]") + "store_prefix: EU\n"
    connection, store, _ = parse(text)
    assert (store.access_token, store.client_secrets) == ("0123456789", ("newer", "older"))
    assert connection.store_prefix == "EU"
    assert parse(text.replace("[newer, older]", "one"))[1].client_secrets == ("one",)


def test_the_secrets_that_open_our_door_to_ion_stand_in_a_file_or_here() -> None:
    text = FILE.replace("ionapi: ./acme.ionapi ", "ionapi: ./acme.ionapi\n  ion_secret_file: ./acme.ion ")
    disk = Disk(SECRETS | {"conf/acme.ion": b"the-newer-secret-of-our-door\nthe-older-secret-of-our-door\n"})
    connection, _, company = parse(text, disk)
    assert company.ion_secrets == ("the-newer-secret-of-our-door", "the-older-secret-of-our-door")
    assert "ion_secret" not in str(connection.company)
    assert "the-newer" not in repr(company)


def test_a_secret_of_our_door_that_could_be_guessed_is_refused() -> None:
    text = FILE.replace("ionapi: ./acme.ionapi ", "ionapi: ./acme.ionapi\n  ion_secret: hunter2 ")
    assert problems(text) == ["line 11: infor.ion_secret: expected a secret of at least 24 characters"]


def test_files_are_found_beside_the_connection_file_or_where_they_are() -> None:
    text = FILE.replace("./acme.token", "/run/secrets/token")
    disk = Disk(SECRETS | {"/run/secrets/token": b"elsewhere"})
    assert parse(text, disk)[1].access_token == "elsewhere"


def test_a_day_alone_begins_at_midnight_utc() -> None:
    assert parse(FILE.replace("2026-01-01T00:00:00Z", "2026-02-01"))[0].start_from == datetime(2026, 2, 1, tzinfo=UTC)
    offset = parse(FILE.replace("2026-01-01T00:00:00Z", "2026-02-01T00:00:00+01:00"))[0]
    assert offset.start_from == datetime(2026, 1, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: acme ", "name: Acme! ", "line 1: name: expected small letters, digits and dashes, 32 at most"),
        ("abcde12345", "ABC", "line 3: bigcommerce.store_hash: expected the store's hash: small letters and digits"),
        (
            "https://api",
            "ftp://api",
            "line 7: bigcommerce.api_url: expected an address such as https://api.bigcommerce.com",
        ),
        ("suite: m3 ", "suite: ln ", "line 9: infor.suite: ln is not built yet: m3 is"),
        ('"001"', "001", "line 14: infor.warehouse: would be read as something else than text: put it in quotes"),
        ("  division: AAA\n", "", "line 8: infor.division: is missing: m3 needs it"),
        (
            "credit_order_type",
            "credit_ordertype",
            "line 16: infor.credit_ordertype: unknown key: did you mean credit_order_type?",
        ),
        (
            "  gl_interface",
            "  charges: FRT\n  gl_interface",
            "line 17: infor.charges: stands in the mapping profile, not here",
        ),
        ("booking: full ", "booking: some ", "line 18: booking: expected 'full', 'operational' or 'ledger'"),
        (
            "T00:00:00Z",
            "T00:00:00",
            "line 19: start_from: a time of day needs its zone: end it with Z or an offset such as +01:00",
        ),
        (
            "2026-01-01T00:00:00Z",
            "soon",
            "line 19: start_from: expected a moment such as 2026-01-01T00:00:00Z, or a day",
        ),
        *(
            (
                "start_from: 2026-01-01T00:00:00Z",
                f"start_from: {moment}",
                "line 19: start_from: expected a moment such as 2026-01-01T00:00:00Z, or a day",
            )
            for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31")
        ),
        ("orders: 5m", "orders: 5", "line 20: cadence.orders: expected a duration such as 30s, 5m or 24h"),
        ("orders: 5m", "orders: 0m", "line 20: cadence.orders: expected a duration such as 30s, 5m or 24h"),
        ("orders: 5m", "order: 5m", "line 20: cadence.order: unknown key: did you mean orders?"),
        (
            "./acme.token",
            "./gone",
            "line 4: bigcommerce.access_token_file: cannot be read: No such file or directory",
        ),
        ("./acme.ionapi", "./gone", "line 10: infor.ionapi: cannot be read: No such file or directory"),
        ("  ionapi: ./acme.ionapi", "  # ionapi", "line 8: infor.ionapi: is missing: the downloaded .ionapi file"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert old in FILE
    assert problems(FILE.replace(old, new)) == [told]


def test_a_time_zone_must_be_one() -> None:
    def zone(name: str) -> str:
        return FILE.replace("  division: AAA\n", f"  division: AAA\n  timezone: {name}\n")

    assert parse(zone("America/New_York"))[0].company["timezone"] == "America/New_York"
    assert problems(zone("Mars/Olympus")) == [
        "line 13: infor.timezone: expected a time zone such as America/New_York"
    ]


def test_every_secret_comes_from_one_place() -> None:
    both = FILE.replace("  client_id:", "  access_token: x\n  client_id:")
    assert problems(both) == ["line 2: bigcommerce: expected access_token or access_token_file, one of the two"]
    none = FILE.replace("  client_secret_file: ./acme.secret", "  # nothing")
    assert problems(none) == ["line 2: bigcommerce: expected client_secret or client_secret_file, one of the two"]


def test_a_file_of_secrets_holds_lines_of_text() -> None:
    files = SECRETS | {"conf/acme.token": "one\ntwo\n", "conf/acme.secret": b"\xff\xfe"}
    assert problems(FILE, files) == [
        "line 4: bigcommerce.access_token_file: expected one token, on one line",
        "line 6: bigcommerce.client_secret_file: expected a text file with one secret a line",
    ]
    assert problems(FILE, SECRETS | {"conf/acme.token": " \n"}) == [
        "line 4: bigcommerce.access_token_file: expected a text file with one secret a line"
    ]


def test_sections_of_another_shape_are_told_and_nothing_is_read() -> None:
    disk = Disk()
    with pytest.raises(BadFile) as caught:
        parse("name: acme\nbigcommerce: [x]\ninfor: y\nbooking: ledger\nstart_from: 2026-01-01\n", disk)
    assert [str(problem) for problem in caught.value.problems] == [
        "conf/acme.yaml line 2: bigcommerce: expected keys below it",
        "conf/acme.yaml line 3: infor: expected keys below it",
    ]
    assert disk.read == []


def test_a_secret_of_another_shape_is_told_and_not_shown() -> None:
    told = problems(FILE.replace("client_secret_file: ./acme.secret", "client_secret: [{a: sesame}]"))
    assert told == ["line 6: bigcommerce.client_secret: expected one line of text"]


def test_nothing_shows_a_secret() -> None:
    _, store, _ = parse()
    assert "tokentoken" not in repr(store)
    assert "newer" not in repr(store)
