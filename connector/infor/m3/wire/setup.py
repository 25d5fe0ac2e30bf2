"""The tenant's own set-up, as a ping asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import general_ledger, ledger, order_inquiry
from connector.infor.m3.wire.fields import FIELDS, digits

OPTIONAL_TRANSACTIONS = frozenset({"GLS840MI/DelBatch"})
"""Used where the release has it (facts/infor.md §2.11)."""


def user() -> Transaction:
    """The service user M3 knows us as."""
    return Transaction("MNS150MI", "GetUserData", {}, ("USID", "NAME", "USTA", "CONO", "DIVI", "LANC", "TIZO"))


def user_text(row: Record) -> str:
    """The user in one line."""
    return f"{row.get('USID')}, default company {row.get('CONO')}/{row.get('DIVI') or 'blank'}"


def division(company: Company) -> Transaction:
    """The company and division we work in."""
    record = {"CONO": company.company, "DIVI": company.division}
    return Transaction("MNS100MI", "GetBasicData", record, ("CONO", "DIVI", "CONM", "LOCD", "TIZO"))


def division_text(row: Record) -> str:
    """The division in one line."""
    return f"{row.get('CONM') or row.get('DIVI')}, books in {row.get('LOCD')}"


def facility(company: Company) -> Transaction:
    """The facility orders are sold from."""
    return Transaction("CRS008MI", "Get", {"FACI": company.facility}, ("FACI", "FACN", "DIVI"))


def facility_text(row: Record) -> str:
    """The facility in one line."""
    return f"{row.get('FACN') or row.get('FACI')} of division {row.get('DIVI')}"


def warehouse(company: Company) -> Transaction:
    """The warehouse orders are shipped from."""
    return Transaction("MMS005MI", "GetWarehouse", {"WHLO": company.warehouse}, ("WHLO", "WHNM", "FACI"))


def warehouse_text(row: Record) -> str:
    """The warehouse in one line."""
    return f"{row.get('WHNM') or row.get('WHLO')} of facility {row.get('FACI')}"


def order_type(name: str) -> Transaction:
    """List the order types from this one on."""
    return Transaction("OIS010MI", "LstOrderTypes", {"ORTP": name}, ("ORTP", "TX40"))


def has_order_type(outcome: Outcome, name: str) -> bool:
    """Whether the list that begins at an order type has it."""
    return any(row.get("ORTP") == name for row in outcome.answered().records)


def layouts(names: Iterable[str]) -> list[Transaction]:
    """Ask which input fields this tenant's transactions have, and how long they are."""
    pairs = [name.split("/") for name in names]
    return [
        Transaction("MRS001MI", "LstAdtFieldInf", {"MINM": program, "TRNM": name, "TRTP": "I"}, ("FLNM", "LENG"))
        for program, name in pairs
    ]


def misfits(name: str, outcome: Outcome) -> list[str]:
    """What of a transaction we fill that this tenant has not, or has shorter."""
    if outcome.refusal is not None:
        return [f"{name} is not known ({outcome.refusal})"]
    lengths = {row.get("FLNM", ""): _length(row) for row in outcome.rows}
    missing = [f"{name} has no field {field}" for field in FIELDS[name] if field not in lengths]
    shorter = [
        f"{name} takes {lengths[field]} characters of {field}, we send up to {ours.length}"
        for field, ours in FIELDS[name].items()
        if 0 < lengths.get(field, 0) < ours.length
    ]
    return missing + shorter


def _length(row: Record) -> int:
    return max(0, digits(row.get("LENG", "")))


def inquired(company: Company) -> Mapping[str, tuple[str, ...]]:
    """Every table and column that an inquiry reads."""
    return order_inquiry.columns(company) | ledger.columns(company) | general_ledger.columns()


NOBODY = "MLCPING"
"""A reference and a batch key that nothing has."""


def inquiries(company: Company, today: date) -> list[Transaction]:
    """Ask every table that an inquiry reads as it reads it; only the ledger may have something to tell."""
    day = general_ledger.LedgerPortion((NOBODY,), today, today)
    return [
        *order_inquiry.queries(NOBODY, company),
        ledger.head_query(NOBODY, company),
        ledger.lines_query(NOBODY, company),
        general_ledger.query(day, company),
    ]


def belongs(facility_row: Record, company: Company) -> bool:
    """Whether a facility is one of our division."""
    return facility_row.get("DIVI", "") in ("", company.division)
