"""The mapping profile: which account, item, customer and charge a store's value becomes in the company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from connector.domain.connection import Booking, Connection
from connector.domain.order import OrderStatus
from connector.mapping.fields import Amount, Flag, Section, Text, Whole, expected, fit
from connector.mapping.located import BadFile, Located, Path, Plain, Problem, load, written
from connector.ports import Masters

DEFAULT = "default"
_NEVER = {OrderStatus.INCOMPLETE, OrderStatus.CANCELLED, OrderStatus.DECLINED}
_POSTED = (2, 3, 8, 9, 10, 11, 12, 13, 14, 4)


def _status(value: object) -> OrderStatus:
    number = int(value.text) if isinstance(value, Plain) and value.whole else -1
    if number not in set(OrderStatus):
        raise expected("expected the number of an order status, 1 to 14")
    status = OrderStatus(number)
    if status in _NEVER:
        raise expected("incomplete (0), cancelled (5) and declined (6) orders are never posted: take it out")
    return status


Table = dict[str, Text]
Status = Annotated[OrderStatus, BeforeValidator(_status)]


class ItemsSection(Section):
    """``same``: the SKU is the item number unless listed; ``table``: only what is listed."""

    rule: Literal["same", "table"] = "same"
    table: Table = Field(default_factory=dict)


class AccountsSection(Section):
    """An account for each role a journal line can have. One that is missing holds the orders that need it."""

    receivable: Text = Field(description="the account that orders are owed on")
    sales: Text | None = None
    shipping: Text | None = None
    handling: Text | None = None
    gift_wrap: Text | None = None
    fees: Text | None = None
    discounts: Text | None = None
    returns: Text | None = None
    rounding: Text | None = None
    gift_certificates: Text | None = None
    store_credit: Text | None = None
    tax: Table = Field(default_factory=dict)
    clearing: Table = Field(default_factory=dict)


class CustomersSection(Section):
    """``guest`` takes the orders of buyers without an account, and all of them when ``create`` is off."""

    guest: Text | None = None
    create: Flag = False
    template: Text | None = None

    @model_validator(mode="after")
    def _create_needs_a_template(self) -> CustomersSection:
        if self.create and self.template is None:
            raise expected("create: true needs a template, the customer that new ones are copied from")
        return self


class ChargesSection(Section):
    """The ERP's charge id for what is neither an item nor tax."""

    shipping: Text | None = None
    handling: Text | None = None
    gift_wrap: Text | None = None
    fees: Text | None = None
    gift_certificates: Text | None = None


class WarehouseSection(Section):
    """Which warehouse fills which of the store's locations."""

    infor: Text = Field(description="the warehouse in Infor")
    location: Whole = Field(description="the number of the BigCommerce location")


class OrdersSection(Section):
    """Which orders are posted, how many cents may stay unexplained, and where journals of a closed period go.

    ``tolerance`` is said for currencies of cents: 0.02 allows two of the smallest coin of any.
    """

    post_statuses: tuple[Status, ...] = tuple(OrderStatus(number) for number in _POSTED)
    tolerance: Amount = Decimal("0.02")
    closed_period: Literal["hold", "next_open"] = "hold"


class RefundsSection(Section):
    """Whether money given back on the order as a whole carries a share of the tax: the store says none."""

    order_level: Literal["untaxed", "prorated"] = "untaxed"


CatalogField = Literal["name", "description", "price", "weight", "visibility"]


class CatalogSection(Section):
    """What items become in the store's catalog. Only ``fields`` are ever written; stock is by ``warehouses``.

    ``price_list``: the store's price list that prices go to, else they are the products' own. ``tax_rate``: percent,
    for where one side keeps prices with tax and the other without. ``weight_unit``: Infor's, if not the store's own.
    ``edits``: what becomes of somebody else's change to a field that Infor masters. ``names``: Infor lets items share
    a name, the store does not let products; ``with_sku`` makes every name one of its own. ``categories``: ids that
    new products are put under; some stores create none without (facts/bigcommerce.md §7).
    """

    create: Flag = True
    visible: Flag = False
    categories: tuple[Whole, ...] = ()
    fields: tuple[CatalogField, ...] = ("name", "description", "price", "weight")
    price_list: Whole | None = None
    tax_rate: Amount | None = None
    weight_unit: Literal["kg", "g", "lb", "oz", "t"] | None = None
    edits: Literal["restore", "report"] = "restore"
    names: Literal["plain", "with_sku"] = "plain"


class ProfileFile(Section):
    """The whole file."""

    accounts: AccountsSection = Field(description="the section with the ledger accounts")
    items: ItemsSection = ItemsSection()
    dimensions: Table = Field(default_factory=dict)
    customers: CustomersSection = CustomersSection()
    charges: ChargesSection = ChargesSection()
    warehouses: tuple[WarehouseSection, ...] = ()
    orders: OrdersSection = OrdersSection()
    refunds: RefundsSection = RefundsSection()
    catalog: CatalogSection = CatalogSection()


@dataclass(frozen=True)
class Profile:
    """A checked mapping profile that still knows its file and lines; version 0 was not saved."""

    located: Located
    items: ItemsSection
    accounts: AccountsSection
    dimensions: Mapping[str, str]
    customers: CustomersSection
    charges: ChargesSection
    warehouses: tuple[WarehouseSection, ...]
    orders: OrdersSection
    refunds: RefundsSection
    catalog: CatalogSection
    version: int = 0

    def where(self, *path: str | int) -> str:
        """Name a line of the profile: ``mapping.yaml line 4: accounts.sales``."""
        return f"{self.located.file} line {self.located.line(path)}: {written(path)}"


@lru_cache(maxsize=16)  # every plan needs it, and an item table of twenty thousand rows takes a second
def parse_profile(text: str, file: str) -> Profile:
    """Read a mapping profile.

    :raises BadFile: names everything that is wrong with it.
    """
    located = load(text, file)
    made, problems = fit(located, ProfileFile)
    if made is None or problems:
        raise BadFile(problems)
    sections = {name: getattr(made, name) for name in ProfileFile.model_fields}
    return Profile(located, **sections)


_NEEDS: dict[Booking, tuple[Path, ...]] = {
    Booking.FULL: (
        ("accounts", "sales"),
        ("accounts", "returns"),
        ("accounts", "rounding"),
        ("customers", "guest"),
    ),
    Booking.OPERATIONAL: (
        ("accounts", "returns"),
        ("accounts", "rounding"),
        ("customers", "guest"),
        ("charges", "shipping"),
    ),
    Booking.LEDGER: (("accounts", "sales"), ("accounts", "returns"), ("accounts", "rounding")),
}


def misfits(profile: Profile, connection: Connection) -> tuple[Problem, ...]:
    """Say what every order of this booking mode needs and the profile does not have, and what would oversell."""
    missing = (
        profile.located.problem(path, f"is missing: booking {connection.booking.value} needs it")
        for path in _NEEDS[connection.booking]
        if getattr(getattr(profile, str(path[0])), str(path[1])) is None
    )
    return (*missing, *_offered_twice(profile))


def _offered_twice(profile: Profile) -> Iterator[Problem]:
    places: dict[str, int] = {}
    for number, row in enumerate(profile.warehouses):
        location = places.setdefault(row.infor, row.location)
        if location != row.location:
            told = f"the pieces of {row.infor} are at location {location} already, and would be sold twice: keep one"
            yield profile.located.problem(("warehouses", number), told)


def masters(profile: Profile, connection: Connection) -> Masters:
    """List everything the profile and the connection name that must exist in the ERP, each with its line."""
    documents = connection.booking is not Booking.LEDGER
    items = _named(profile, ("items", "table")) if documents else ()
    return Masters(
        accounts=_told(profile, _named(profile, ("accounts",))),
        items=_told(profile, items),
        customers=_told(profile, _customer(profile, "guest") if documents else ()),
        templates=_told(profile, _customer(profile, "template") if documents and profile.customers.create else ()),
        charges=_told(profile, _named(profile, ("charges",)) if documents else ()),
        warehouses=_warehouses(profile, connection),
        dimensions={
            f"{name}:{value}": profile.where("dimensions", name) for name, value in profile.dimensions.items()
        },
    )


Named = Iterable[tuple[str, Path]]


def _told(profile: Profile, named: Named) -> dict[str, str]:
    """Name every line that asks for a value; one value may be asked for by several."""
    told: dict[str, list[str]] = {}
    for value, path in named:
        told.setdefault(value, []).append(profile.where(*path))
    return {value: "; ".join(lines) for value, lines in told.items()}


def _named(profile: Profile, path: Path) -> Iterator[tuple[str, Path]]:
    """Every value below a path of the file."""
    below: object = getattr(profile, str(path[0]))
    for step in path[1:]:
        below = getattr(below, str(step))
    yield from _values(below, path)


def _values(below: object, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(below, Section):
        below = dict(below)
    if isinstance(below, dict):
        for key, value in below.items():
            yield from _values(value, (*path, key))
    elif isinstance(below, str):
        yield below, path


def _customer(profile: Profile, field: str) -> Iterator[tuple[str, Path]]:
    return _named(profile, ("customers", field))


def _warehouses(profile: Profile, connection: Connection) -> dict[str, str]:
    named = _told(
        profile, ((row.infor, ("warehouses", number, "infor")) for number, row in enumerate(profile.warehouses))
    )
    own = connection.company.get("warehouse", "")
    if own and own not in named:
        named[own] = "the connection file: infor.warehouse"
    return named
