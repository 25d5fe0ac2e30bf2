"""Calls LN's OData services: lists are read whole, actions are invoked once.

Where a list goes on is LN's to say; of that only the query is taken, so that a token never follows a link elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from connector.domain.faults import ContractBroken, Effect, Truncated
from connector.infor.ion.gateway import Call, Gateway, no_guard
from connector.infor.ln import answers
from connector.infor.ln.answers import Outcome, Page, Row
from connector.infor.ln.company import Company

PRODUCT = "LN/lnapi/odata"
PAGE = 500
"""Rows asked for in one answer; LN may give fewer."""
MOST_PAGES = 2000
READABLE = "$',()*"
"""What stands as it is in a query; a blank must not become a plus."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of an entity set: ``entities`` is ``service/EntitySet``. ``top`` asks for the first rows only."""

    entities: str
    select: tuple[str, ...]
    where: str = ""
    order: str = ""
    top: int | None = None

    def options(self) -> dict[str, str]:
        """The query options."""
        options = {
            "$filter": self.where,
            "$select": ",".join(self.select),
            "$orderby": self.order,
            "$top": "" if self.top is None else str(self.top),
            "$count": "true",
        }
        return {name: value for name, value in options.items() if value}


class Client:
    """LN of one company."""

    def __init__(self, gateway: Gateway, company: Company) -> None:
        self._gateway = gateway
        headers = {
            "X-Infor-LnCompany": company.company,
            "X-Infor-LnIdentity": company.identity,
            "Content-Language": company.language,
        }
        self._headers = {name: value for name, value in headers.items() if value}

    def rows(self, query: Query) -> list[Row]:
        """READ: every row, by as many calls as it has pages.

        :raises Truncated: fewer came than LN counts, or there is no end to it.
        """
        options, found, total = query.options(), list[Row](), None
        for _ in range(MOST_PAGES):
            page = self._page(query.entities, options)
            found += page.rows
            total = page.total if total is None else total
            if not page.next:
                return _whole(query, found, total)
            options = _following(query, options, page.next)
        raise Truncated(f"{query.entities} goes on behind {MOST_PAGES} pages")

    def page(self, query: Query) -> list[Row]:
        """READ, 1 call: the first rows. None at all is the end of the list only if LN counts none.

        :raises Truncated: LN counts rows and gives none.
        """
        page = self._page(query.entities, query.options())
        if not page.rows and page.total:
            raise Truncated(f"{query.entities} gave no row of {page.total}")
        return page.rows

    def act(
        self, action: str, body: Mapping[str, object], *, guard: Callable[[], None], key: str = "", etag: str = ""
    ) -> Outcome:
        """WRITE, 1 call: ``service/Action``, or with a key ``service/EntitySet/Action`` of that entity.

        :raises OutcomeUnknown: the answer was lost or makes no sense.
        :raises Busy: the entity is locked or is not as it was read.
        """
        path = _bound(action, key) if key else action
        headers = {**self._headers, **({"If-Match": etag} if etag else {}), "Prefer": "return=representation"}
        call = Call(Effect.WRITE, "POST", path, _named(action), headers=headers, json=dict(body))
        return answers.outcome(self._gateway.send(call, guard=guard))

    def metadata(self, service: str) -> Row:
        """READ, 1 call: what a service says of itself."""
        call = Call(Effect.READ, "GET", f"{service}/$metadata", f"{service}/$metadata", headers=self._headers)
        return answers.document(self._gateway.send(call, guard=no_guard))

    def _page(self, entities: str, options: Mapping[str, str]) -> Page:
        query = "&".join(f"{name}={quote(value, safe=READABLE)}" for name, value in options.items())
        headers = {**self._headers, "Prefer": f"odata.maxpagesize={PAGE}"}
        call = Call(Effect.READ, "GET", f"{entities}?{query}", entities, headers=headers)
        return answers.page(self._gateway.send(call))


def _whole(query: Query, rows: list[Row], total: int | None) -> list[Row]:
    if total is not None and len(rows) != total:
        raise Truncated(f"{query.entities} gave {len(rows)} rows of {total}")
    return rows


def _following(query: Query, before: Mapping[str, str], link: str) -> dict[str, str]:
    """The query of the next page, of the same entity set."""
    parts = urlsplit(link)
    options = dict(parse_qsl(parts.query))
    if not parts.path.endswith(query.entities.rpartition("/")[2]) or options == before:
        raise ContractBroken(f"{query.entities} goes on at a place that is none of its own")
    return options


def _bound(action: str, key: str) -> str:
    """The path of an action that belongs to one entity."""
    entities, _, name = action.rpartition("/")
    service = entities.partition("/")[0]
    return f"{entities}({quote(key, safe=READABLE)})/{service}.{name}"


def _named(action: str) -> str:
    """An action's name for the trail: ``service/Action``."""
    return f"{action.partition('/')[0]}/{action.rpartition('/')[2]}"
