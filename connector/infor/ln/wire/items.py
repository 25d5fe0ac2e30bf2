"""What an item is (``tcapi.ibdItem``), and what it costs (``tdapi.isaItemSales``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from connector.domain.item import Item, ItemPrice, PriceTerm
from connector.domain.money import Money
from connector.infor.ln.answers import Row
from connector.infor.ln.client import PAGE, Query
from connector.infor.ln.company import Company
from connector.infor.ln.wire.item_codes import of_a_project, padded
from connector.infor.ln.wire.literals import identity, moment, number, one_of, said, text

ITEMS, PRICES = "tcapi.ibdItem/Items", "tdapi.isaItemSales/ItemsSales"
ITEM = ("Item", "Description", "ItemType", "Weight")
PRICE = ("Item", "SalesPrice", "SalesCurrency", "SalesUnit", "SalesPriceUnit")
CHANGED = "LastModificationDate"
ALWAYS = date(2000, 1, 1)
"""The first day of a price: LN tells today's alone."""


def behind(item: str, company: Company) -> Query:
    """List items by rising code, behind one."""
    where = f"Item gt {text(padded(item, company))}" if item else ""
    return Query(ITEMS, ITEM, where, order="Item", top=PAGE)


def changed_since(since: datetime) -> Query:
    """List the items changed since a moment."""
    return Query(ITEMS, ITEM, f"{CHANGED} ge {moment(since)}")


def items(codes: Sequence[str], company: Company) -> Query:
    """Ask for some items."""
    return Query(ITEMS, ITEM, one_of("Item", [padded(code, company) for code in codes]))


def prices(codes: Sequence[str], company: Company) -> Query:
    """Ask what some items cost."""
    return Query(PRICES, PRICE, one_of("Item", [padded(code, company) for code in codes]))


def every_price() -> Query:
    """List what every item costs."""
    return Query(PRICES, PRICE)


def is_article(row: Row, company: Company) -> bool:
    """Whether a row is about an item that is no project's."""
    return not of_a_project(str(row.get("Item") or ""), company)


def code_of(row: Row) -> str:
    """The item that a row is about, without the blanks that LN keeps before it."""
    return identity(row, "Item")


def item_of(row: Row, company: Company) -> Item:
    """Read an item. LN's long text is kept elsewhere: what it is called is all that there is."""
    return Item(
        number=code_of(row),
        name=said(row, "Description"),
        description="",
        weight=number(row, "Weight") or None,
        sold=said(row, "ItemType") in company.sellable,
    )


def price_of(row: Row) -> ItemPrice:
    """Read a price. Zero is none; one for another unit than is sold is none either: nothing is converted."""
    amount, currency = number(row, "SalesPrice"), said(row, "SalesCurrency")
    sold_so = said(row, "SalesUnit") == said(row, "SalesPriceUnit")
    terms = [PriceTerm(Money(amount, currency), with_tax=False, since=ALWAYS)] if amount and sold_so else []
    return ItemPrice(code_of(row), tuple(terms))
