"""The Infor side of the sandbox: one WSGI application, its proofs, and the buttons of its control panel."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from connector.sandbox.infor import gateway, goods, price_lists, proofs, seed
from connector.sandbox.infor.options import Options
from connector.sandbox.infor.tenant import Tenant
from connector.sandbox.infor.tokens import TokenOffice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class InforSandbox:
    """A simulated ION gateway with one M3 company behind it. Thread-safe.

    ``control`` maps a button's name to a function of one JSON value: ``state``, ``trial_balance``, ``add_items``
    (``{number: name}``), ``make_items``, ``change_item``, ``set_price``, ``set_stock`` (the words that the methods of
    these names take), ``items`` and ``stock`` (the truth to compare with), ``block_account`` and ``open_account`` (an
    account number), ``quota`` (``[calls, seconds]`` or null), ``cut_short`` (list of ``PROGRAM/Transaction``),
    ``ceiling`` (rows or null), ``revoke_tokens``.
    """

    def __init__(self, now: Callable[[], float] = time.time, **options: Any) -> None:
        self.options = Options(**options)
        self.tokens = TokenOffice(self.options, now)
        self.quota = gateway.Quota(self.options.quota, now)
        self._tenant = Tenant(self.options, now)
        seed.plant(self._tenant)
        self._gateway = gateway.Gateway(self.options, self.tokens, self.quota, self._tenant)
        self.control: dict[str, Callable[[Any], Any]] = {
            "state": lambda _: self.state(),
            "trial_balance": lambda _: [[*key, str(value)] for key, value in self.trial_balance().items()],
            "add_items": self._add_items,
            "make_items": lambda words: self.make_items(**words),
            "change_item": lambda words: self.change_item(**words),
            "set_price": lambda words: self.set_price(**words),
            "set_stock": lambda words: self.set_stock(**words),
            "items": lambda words: self.items(**(words or {})),
            "stock": lambda _: self.stock(),
            "block_account": lambda account: self._set_block(account, "1"),
            "open_account": lambda account: self._set_block(account, "0"),
            "quota": self._set_quota,
            "cut_short": self._set_cut_short,
            "ceiling": self._set_ceiling,
            "revoke_tokens": lambda _: self.tokens.revoke_all(),
        }

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._gateway.answer(Request(environ))(environ, start_response)

    def name_of(self, environ: WSGIEnvironment) -> str:
        """Name a call: ``ion token`` or ``m3 PROGRAM/TX``."""
        return gateway.name_of(environ)

    def ionapi(self, url: str) -> dict[str, str]:
        """Give the .ionapi file of the authorized app, for a server under ``url``."""
        options = self.options
        file = {
            "ti": options.tenant,
            "cn": "bigcommerce-connector",
            "dt": "12",
            "ci": options.client_id,
            "cs": options.client_secret,
            "iu": url.rstrip("/"),
            "pu": f"{url.rstrip('/')}/{options.tenant}/as/",
            "oa": "authorization.oauth2",
            "ot": "token.oauth2",
            "or": "revoke_token.oauth2",
            "ev": "SANDBOX",
            "v": "1.0",
        }
        return file | ({"saak": options.saak, "sask": options.sask} if options.saak else {})

    def state(self) -> dict[str, Any]:
        """Dump everything a test may ask for, as plain JSON values."""
        with self._gateway.company() as tenant:
            books = copy.deepcopy(proofs.dump(tenant))
        return books | {
            "token_requests": list(self.tokens.requests),
            "expired_hits": self.tokens.expired_hits,
            "unknown_token_hits": self.tokens.unknown_hits,
            "throttled": self.quota.throttled,
        }

    def trial_balance(self) -> proofs.Balances:
        """Sum the ledger: (account, currency) to balance, debit positive."""
        with self._gateway.company() as tenant:
            return proofs.trial_balance(tenant)

    def balances_by_reference(self) -> dict[str, proofs.Balances]:
        """Sum the ledger per external reference (``BC-1042``) in the lines' texts."""
        with self._gateway.company() as tenant:
            return proofs.balances_by_reference(tenant)

    def orders_by_reference(self) -> dict[str, list[str]]:
        """Give the customer orders made under each ``CUOR``: more than one is a duplicate."""
        with self._gateway.company() as tenant:
            return proofs.orders_by_reference(tenant)

    def reference_of(self, batch_order: str) -> str:
        """Give the ``CUOR`` of a batch order, begun or done; empty when there is none of this number."""
        with self._gateway.company() as tenant:
            head = tenant.rows["OXHEAD"].first(batch_order)
            return head["CUOR"] if head else ""

    def vouchers_by_key(self) -> dict[str, list[str]]:
        """Give the vouchers posted from each ``KEY1``: more than one is a duplicate, none is unposted."""
        with self._gateway.company() as tenant:
            return proofs.vouchers_by_key(tenant)

    def orphan_heads(self) -> list[str]:
        """Give the batch orders that were begun and neither confirmed nor deleted."""
        with self._gateway.company() as tenant:
            return proofs.orphan_heads(tenant)

    def make_items(self, count: int, prefix: str = "ITEM-", seed: int = 1) -> int:
        """Add plain items ``ITEM-000001`` and on, with prices and stock drawn by the seed; give how many."""
        with self._gateway.company() as tenant:
            goods.make_items(tenant, count, prefix, seed)
        return count

    def change_item(self, number: str, **words: Any) -> None:
        """Change name, description, weight, price, price_per, status (20 active) or sale (1 or 0) of an item."""
        with self._gateway.company() as tenant:
            goods.change_item(tenant, number, words)

    def set_price(self, price_list: str, item: str, amount: str, **words: Any) -> None:
        """Set a price in a list; per, since, until, with_tax, currency and from_quantity may say more."""
        with self._gateway.company() as tenant:
            price_lists.set_price(tenant, price_list, item, amount, **words)

    def set_stock(self, item: str, warehouse: str, **words: Any) -> None:
        """Set on_hand, allocated or reserved of an item in a warehouse; what is not named stays."""
        with self._gateway.company() as tenant:
            goods.set_stock(tenant, item, warehouse, words)

    def items(self, price_list: str = "") -> dict[str, dict[str, str]]:
        """Give every item in plain words, with today's price in a list, or its own without one."""
        with self._gateway.company() as tenant:
            return goods.items(tenant, price_list)

    def stock(self) -> dict[str, dict[str, str]]:
        """Give what each warehouse can promise, by item and warehouse, exact."""
        with self._gateway.company() as tenant:
            return goods.stock(tenant)

    def _add_items(self, items: dict[str, str]) -> int:
        with self._gateway.company() as tenant:
            for number, name in items.items():
                goods.add_item(tenant, number, name)
        return len(items)

    def _set_block(self, account: str, code: str) -> bool:
        with self._gateway.company() as tenant:
            rows = tenant.rows["FCHACC"].of(account)
            for row in rows:
                row["LCCD"] = code
        return bool(rows)

    def _set_quota(self, limit: list[float] | None) -> None:
        self.quota.limit = (int(limit[0]), limit[1]) if limit else None

    def _set_cut_short(self, names: list[str]) -> None:
        with self._gateway.company() as tenant:
            tenant.cut_short = set(names)

    def _set_ceiling(self, rows: int | None) -> None:
        with self._gateway.company() as tenant:
            tenant.ceiling = rows
