"""What people are told, and how often, over a real database, a mail server and a chat's webhook."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from connector.domain.faults import ContractBroken, Unavailable
from connector.domain.gauge import GAUGES
from connector.flows import alerts, catalog, gauges, reconciliation
from connector.flows.house import House
from connector.notify.chat import Chat
from connector.notify.everywhere import Everywhere
from connector.notify.mail import Mail
from connector.sandbox.infor.m3.tables import TABLES
from tests.rig import NAME, Rig

HOUR = timedelta(hours=1)


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def passes(self, much: timedelta) -> None:
        self.time += much


@dataclass
class Ear:
    """Hears every message, after a moment."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    deaf: bool = False

    def tell(self, subject: str, text: str) -> None:
        if self.deaf:
            raise Unavailable("nobody listens")
        self.heard.append((subject, text))


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("alerts")) as made:
        yield made


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def clock(rig: Rig) -> Clock:
    return Clock(rig.house.now())


@pytest.fixture
def house(rig: Rig, ear: Ear, clock: Clock) -> House:
    run(rig, "DELETE FROM alerts", "DELETE FROM notices", "DELETE FROM orders", "UPDATE tokens SET fault = ''")
    return replace(rig.house, herald=ear, clock=clock)


def run(rig: Rig, *statements: str, **values: object) -> None:
    with rig.house.database.begin() as tx:
        for statement in statements:
            tx.execute(text(statement), values)


def order(rig: Rig, number: int, state: str, *, ago: timedelta) -> None:
    run(
        rig,
        "INSERT INTO orders (connection_id, number, state, first_seen_at, wanted, covered, reason)"
        " SELECT id, :number, :state, now() - :ago, 1, 1, '' FROM connections WHERE name = :name",
        number=number,
        state=state,
        ago=ago,
        name=NAME,
    )


def test_a_young_hold_is_nobodys_business(rig: Rig, house: House, ear: Ear):
    order(rig, 1, "held", ago=timedelta(minutes=5))
    assert not alerts.look(house)
    assert ear.heard == []


def test_many_held_orders_are_one_line_once(rig: Rig, house: House, ear: Ear, clock: Clock):
    for number in range(40):
        order(rig, number, "held", ago=2 * HOUR)
    alerts.look(house)
    for _ in range(10):
        clock.passes(HOUR / 2)
        alerts.look(house)
    assert [subject for subject, _ in ear.heard] == [f"ml-connector: 1 new ({NAME})"]
    assert "40 orders held" in ear.heard[0][1]
    assert f"ml-connector records list {NAME} --state held" in ear.heard[0][1]


def test_orders_that_fail_again_and_again_are_told_with_their_faults(rig: Rig, house: House, ear: Ear):
    for number, (failures, fault) in enumerate([(8, "unauthorized"), (9, "misconfigured"), (7, "fault")]):
        order(rig, number, "open", ago=2 * HOUR)
        run(
            rig,
            "UPDATE orders SET failures = :failures, fault_code = :fault WHERE number = :number",
            failures=failures,
            fault=fault,
            number=number,
        )
    alerts.look(house)
    assert "2 orders failing again and again: misconfigured, unauthorized" in ear.heard[0][1]


def test_what_infor_took_and_does_not_finish_is_told_after_a_day(rig: Rig, house: House, ear: Ear, clock: Clock):
    order(rig, 1, "open", ago=2 * HOUR)
    run(
        rig,
        "INSERT INTO postings (connection_id, order_id, kind, source, revision, posting_key, reference, position,"
        " state, profile_version, occurred_at, sending_at, changed_at)"
        " SELECT connection_id, id, 'sale', 1, 1, 'sale-1', 'BC-1', 1, 'sent', 1, now(),"
        " now() - interval '25 hours', now() FROM orders",
    )
    assert not alerts.look(house)
    clock.passes(2 * HOUR)
    alerts.look(house)
    assert "1 posting that Infor took and did not finish, the oldest of" in ear.heard[0][1]
    assert f"ml-connector records list {NAME} --kind posting --state sent" in ear.heard[0][1]


def test_a_flapping_token_makes_no_storm(rig: Rig, house: House, ear: Ear, clock: Clock):
    for minute in range(60):
        run(rig, "UPDATE tokens SET fault = :fault", fault="unauthorized" if minute % 2 else "")
        alerts.look(house)
        clock.passes(timedelta(minutes=1))
    assert len(ear.heard) <= 4


def test_what_is_over_is_told_and_forgotten(rig: Rig, house: House, ear: Ear, clock: Clock):
    order(rig, 1, "rejected", ago=2 * HOUR)
    alerts.look(house)
    run(rig, "DELETE FROM orders")
    clock.passes(HOUR)
    alerts.look(house)
    clock.passes(HOUR)
    alerts.look(house)
    assert [subject for subject, _ in ear.heard] == [
        f"ml-connector: 1 new ({NAME})",
        f"ml-connector: 1 over ({NAME})",
    ]


def test_a_message_that_did_not_arrive_is_sent_again_later(rig: Rig, house: House, ear: Ear, clock: Clock):
    order(rig, 1, "held", ago=2 * HOUR)
    ear.deaf = True
    assert not alerts.look(house)
    ear.deaf = False
    assert not alerts.look(house)
    clock.passes(HOUR)
    assert alerts.look(house)
    assert len(ear.heard) == 1


def test_looks_at_the_same_time_send_one_message(rig: Rig, house: House, ear: Ear):
    order(rig, 1, "held", ago=2 * HOUR)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: alerts.look(house), range(8)))
    assert len(ear.heard) == 1


def test_a_paused_connection_is_quiet(rig: Rig, house: House, ear: Ear):
    order(rig, 1, "held", ago=2 * HOUR)
    run(rig, "UPDATE connections SET paused = true")
    try:
        assert not alerts.look(house)
    finally:
        run(rig, "UPDATE connections SET paused = false")


def test_people_who_are_not_forgotten_are_told_of_until_they_are(rig: Rig, house: House, ear: Ear, clock: Clock):
    order(rig, 1, "posted", ago=HOUR)
    run(
        rig,
        "INSERT INTO snapshots (order_id, fingerprint, sealed, taken_at)"
        " SELECT id, 'f', 'x', :at FROM orders WHERE number = 1",
        at=clock.now(),
    )
    clock.passes(house.pace.retention + timedelta(days=1))
    alerts.look(house)
    assert ear.heard == []
    run(rig, "UPDATE connections SET paused = true")
    try:
        clock.passes(timedelta(days=1, minutes=1))
        alerts.look(house)
        run(rig, "UPDATE snapshots SET sealed = NULL", "UPDATE exchanges SET sealed = NULL")
        clock.passes(HOUR)
        alerts.look(house)
    finally:
        run(rig, "UPDATE connections SET paused = false")
    assert [subject for subject, _ in ear.heard] == [
        f"ml-connector: 1 new ({NAME})",
        f"ml-connector: 1 over ({NAME})",
    ]
    assert "personal data of" in ear.heard[0][1]


def test_books_that_differ_are_told_until_a_run_of_those_days_agrees(rig: Rig, house: House, ear: Ear, clock: Clock):
    run(rig, "DELETE FROM watermarks WHERE poll = 'reconcile'")
    broken = clock.now().date()
    keyed = {"CONO": "100", "DIVI": "AAA", "YEA4": f"{broken:%Y}", "ACDT": f"{broken:%Y%m%d}", "VONO": "29999999"}
    line = keyed | {"AIT1": "1200", "CUCD": "USD", "CUAM": "5.00", "VTXT": "see mail of Jo"}
    with rig.m3.tenant() as tenant:
        tenant.rows["FGLEDG"].add(dict.fromkeys(TABLES["FGLEDG"].columns, "") | line)

    def next_day(*compared: date) -> bool:
        """Let a day pass, reconcile as beat does or some days, and look."""
        clock.passes(24 * HOUR)
        if compared:
            reconciliation.keep(house, found := reconciliation.reconcile(house, NAME, *compared), by="test")
        else:
            found = reconciliation.catch_up(house, NAME)
        alerts.look(house)
        return found.agrees

    assert not next_day()
    assert next_day(broken + timedelta(days=1), broken + timedelta(days=1))
    assert next_day(date(2026, 1, 1), date(2026, 1, 31))
    assert not next_day()
    assert [subject for subject, _ in ear.heard if "over" in subject] == []
    assert f"the books do not tie out: differences on the days {broken} to {broken}" in ear.heard[-1][1]

    with rig.m3.tenant() as tenant:
        tenant.rows["FGLEDG"].remove("29999999")
    assert next_day()
    assert [subject for subject, _ in ear.heard if "over" in subject] == [f"ml-connector: 1 over ({NAME})"]


def test_books_that_cannot_be_compared_are_told_until_they_are(rig: Rig, house: House, ear: Ear, clock: Clock):
    run(rig, "DELETE FROM watermarks WHERE poll = 'reconcile'")
    today = clock.now().date()
    rig.sandbox.dial.rewrite("m3 EXPORTMI/Select", lambda _: b"{}")
    clock.passes(24 * HOUR)
    with pytest.raises(ContractBroken):
        reconciliation.catch_up(house, NAME)
    alerts.look(house)
    told = f"the books do not tie out: no comparison (contract_broken) on the days {today} to {today}"
    assert [told in text for _, text in ear.heard] == [True]

    clock.passes(24 * HOUR)
    assert reconciliation.catch_up(house, NAME).first == today
    alerts.look(house)
    assert ear.heard[-1][0] == f"ml-connector: 1 over ({NAME})"


def test_catalog_work_that_stands_still_is_told_until_a_turn_is_good(rig: Rig, house: House, ear: Ear, clock: Clock):
    rig.sandbox.dial.rewrite("m3 MMS200MI/LstItmByItm", lambda _: b"{}", times=2)
    for _ in range(2):
        with pytest.raises(ContractBroken):
            catalog.ring(house, NAME)
        assert not alerts.look(house)
        clock.passes(HOUR)
    alerts.look(house)
    assert "catalog work fails since" in ear.heard[0][1]
    assert f"ml-connector catalog sync {NAME}" in ear.heard[0][1]
    catalog.ring(house, NAME)
    clock.passes(HOUR)
    alerts.look(house)
    assert ear.heard[-1][0] == f"ml-connector: 1 over ({NAME})"


def test_items_that_stay_refused_are_told(rig: Rig, house: House, ear: Ear, clock: Clock):
    while catalog.ring(house, NAME).more:
        pass
    refuse = "UPDATE items SET state = 'refused', changed_at = :now WHERE number = '10045'"
    run(rig, refuse, now=clock.now())
    assert not alerts.look(house)
    clock.passes(2 * HOUR)
    alerts.look(house)
    run(rig, "DELETE FROM items")
    assert "facts of items refused" in ear.heard[0][1]


def test_every_figure_has_a_name_a_monitor_knows(rig: Rig, house: House):
    order(rig, 1, "held", ago=2 * HOUR)
    alerts.look(house)
    found = gauges.read(house)
    assert {gauge.name for gauge in found} <= set(GAUGES)
    assert all(len(gauge.labels) == len(GAUGES[gauge.name].labels) for gauge in found)
    told = {(gauge.name, gauge.labels): gauge.value for gauge in found}
    assert told["ml_connector_orders", (NAME, "held")] == 1
    assert told["ml_connector_alerts", (NAME, "held")] == 1
    assert told["ml_connector_oldest_order_seconds", (NAME,)] == pytest.approx(7200, abs=60)


class _MailServer(socketserver.StreamRequestHandler):
    """Takes every mail."""

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self._say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(body.decode())  # type: ignore[attr-defined]
            self._say("221 bye" if word == "QUIT" else "250 ok")
            if word == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[tuple[str, list[str]]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MailServer) as server:
        server.mails = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", server.mails  # type: ignore[attr-defined]
        server.shutdown()


@contextmanager
def chat_server(status: int) -> Iterator[tuple[str, list[str]]]:
    said: list[str] = []

    @Request.application
    def take(request: Request) -> Response:
        said.append(json.loads(request.get_data())["text"])
        return Response(status=status)

    server = make_server("127.0.0.1", 0, take)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}/hook/secret-of-the-hook", said
    server.shutdown()
    server.server_close()


def test_a_message_goes_by_mail_and_to_the_chat(clock: Clock):
    with mail_server() as (smtp, mails), chat_server(200) as (url, said):
        ways = [Mail(smtp, "from@example.org", ["to@example.org"], allow_plain=True)]
        Everywhere([*ways, Chat(url, clock, allow_insecure=True)]).tell("1 new", "New:\n- acme: 3 orders held\n")
    assert "Subject: 1 new" in mails[0]
    assert "acme: 3 orders held" in mails[0]
    assert said == ["1 new\n\nNew:\n- acme: 3 orders held\n"]


def test_a_way_that_fails_keeps_no_other_from_going_and_shows_no_secret(clock: Clock):
    with mail_server() as (smtp, mails), chat_server(500) as (url, _):
        chat = Chat(url, clock, allow_insecure=True)
        both = Everywhere([chat, Mail(smtp, "from@example.org", ["to@example.org"], allow_plain=True)])
        with pytest.raises(Unavailable) as failed:
            both.tell("1 new", "New")
    assert len(mails) == 1
    assert "NOTIFY_URL" in failed.value.what
    assert "secret-of-the-hook" not in failed.value.what


def test_a_mail_server_without_tls_gets_nothing():
    with mail_server() as (smtp, mails), pytest.raises(Unavailable, match="took no mail"):
        Mail(smtp, "from@example.org", ["to@example.org"], allow_plain=False).tell("1 new", "New")
    assert mails == []
