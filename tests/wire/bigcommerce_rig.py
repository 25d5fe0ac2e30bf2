"""A store at the HTTP edge: canned answers by path, and a book of what was asked."""

import copy
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import responses

from connector.bigcommerce.client import BigCommerce
from connector.domain.connection import StoreCredentials
from connector.http.side_by_side import SideBySide, T
from connector.http.transport import Transport
from connector.ports import Exchange

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
ROOT = "https://api.bigcommerce.com/stores/abcde12345"
TOKEN = "t0k3n"
WHOLE = json.loads((Path(__file__).parent / "fixtures" / "bigcommerce_order.json").read_text(), parse_float=Decimal)

Answer = tuple[int, Mapping[str, str], str]


def payload() -> dict[str, Any]:
    """A fresh copy of order 1042 with everything that belongs to it."""
    return copy.deepcopy(WHOLE)


def said(told: Any, status: int = 200, **headers: str) -> Answer:
    body = "" if told is None else json.dumps(told, default=float)
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body


NO_CONTENT: Answer = (204, {}, "")


class StoppedClock:
    def now(self) -> datetime:
        return NOON


class Trail:
    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


class CountedBudget:
    def __init__(self) -> None:
        self.reserved: list[int] = []
        self.observed: list[tuple[int, str | None]] = []

    def reserve(self, calls: int = 1) -> None:
        self.reserved.append(calls)

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        self.observed.append((status, headers.get("x-rate-limit-requests-left")))


class Edge:
    """Answers by path, or by method and path; an answer may be a function of the query."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.sent: list[requests.PreparedRequest] = []
        self.answers: dict[str, Any] = {}
        for method in ("GET", "PUT", "POST", "DELETE"):
            mock.add_callback(method, responses.matchers.re.compile(r".*"), self._answer)

    @property
    def bodies(self) -> list[Any]:
        """What was sent, call by call; None where that was no body."""
        return [json.loads(one.body, parse_float=Decimal) if one.body else None for one in self.sent]

    def on(self, path: str, answer: Answer | Callable[[dict[str, str]], Answer] | Exception) -> None:
        self.answers[path] = answer

    @property
    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.asked]

    def _answer(self, request: requests.PreparedRequest) -> Answer:
        parts = urlsplit(str(request.url))
        path, query = parts.path.removeprefix("/stores/abcde12345"), dict(parse_qsl(parts.query))
        self.asked.append((str(request.method), path, query))
        self.sent.append(request)
        unknown = said([{"status": 404, "message": "not found"}], 404)
        answer = self.answers.get(f"{request.method} {path}", self.answers.get(path, unknown))
        if isinstance(answer, Exception):
            raise answer
        return answer(query) if callable(answer) else answer

    def has_order(self, told: dict[str, Any]) -> None:
        """Answer the four calls of an order's reading."""
        self.on("/v2/orders/1042", said(told["order"]))
        self.on("/v2/orders/1042/taxes", paged(told["taxes"]))
        self.on("/v3/orders/1042/transactions", said(told["transactions"]))
        self.on("/v3/orders/1042/payment_actions/refunds", said(told["refunds"]))


def paged(rows: list[Any], most: int = 250) -> Callable[[dict[str, str]], Answer]:
    """A v2 list that gives at most ``most`` rows a page, whatever is asked."""

    def answer(query: dict[str, str]) -> Answer:
        size = min(int(query.get("limit", "50")), most)
        page = rows[(int(query["page"]) - 1) * size : int(query["page"]) * size]
        return said(page) if page else NO_CONTENT

    return answer


class OneByOne(SideBySide):
    """Makes each call when its answer is wanted, so that a test can tell which came first."""

    def read(self, mine: Callable[[], T], *others: Callable[[], Any]) -> tuple[T, list[Callable[[], Any]]]:
        return mine(), list(others)


def a_store(
    trail: Trail,
    budget: CountedBudget,
    catalog_budget: CountedBudget | None = None,
    hands: SideBySide | None = None,
) -> BigCommerce:
    wire = Transport(
        system="bigcommerce",
        recorder=trail,
        clock=StoppedClock(),
        connect_timeout=1,
        read_timeout=1,
        allow_insecure=False,
        hands=hands or OneByOne(),
    )
    credentials = StoreCredentials("abcde12345", "client", TOKEN, ("secret",))
    return BigCommerce(
        credentials,
        wire,
        budget,
        StoppedClock(),
        catalog_budget=catalog_budget or CountedBudget(),
    )
