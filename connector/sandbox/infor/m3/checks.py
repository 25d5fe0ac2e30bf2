"""The checks that all programs share: dates, numbers, amounts and whether a master record exists."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tables import TABLES
from connector.sandbox.infor.m3.tenant import Tenant

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def number(value: str, field: str) -> Decimal:
    """Read a number with a decimal point; blank is zero. Commas and exponents are refused."""
    if not value.strip():
        return Decimal(0)
    if not _NUMBER.fullmatch(value.strip()):
        raise Refused("WNU0001", field, value)
    return Decimal(value.strip())


def whole(value: str, field: str) -> int:
    """Read a number without decimals."""
    read = number(value, field)
    if read != int(read):
        raise Refused("WNU0001", field, value)
    return int(read)


def fitting(table: str, given: Record) -> Record:
    """Keep the input fields that a table has; what it stores as a number must be one."""
    columns = TABLES[table].columns
    kept = {name: value for name, value in given.items() if name in columns}
    for name, value in kept.items():
        if columns[name].numeric:
            number(value, name)
    return kept


def date(value: str, field: str) -> None:
    """Refuse what is not a day written yyyymmdd; blank is no date."""
    if value and not _is_day(value):
        raise Refused("WDT0001", field, value)


def _is_day(value: str) -> bool:
    try:
        return len(value) == 8 and bool(datetime.strptime(value, "%Y%m%d"))  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False


def decimals(tenant: Tenant, currency: str) -> int:
    """Give the minor unit of a currency the company knows."""
    return int(master(tenant, "CURRENCY", currency, "WCUC103", "CUCD")["DCCD"])


def amount(tenant: Tenant, value: str, currency: str, field: str) -> Decimal:
    """Read an amount with no more decimals than its currency has."""
    read = number(value, field)
    if read != minor(tenant, read, currency):
        raise Refused("WAM0001", field, value, currency)
    return read


def minor(tenant: Tenant, value: Decimal, currency: str) -> Decimal:
    """Round to the currency's minor unit, half up."""
    return value.quantize(Decimal(1).scaleb(-decimals(tenant, currency)), ROUND_HALF_UP)


def master(tenant: Tenant, table: str, key: str, code: str, field: str) -> Record:
    """Give a master record, or refuse with the message that it does not exist."""
    row = tenant.rows[table].first(key)
    if row is None:
        raise Refused(code, field, key)
    return row


def account(tenant: Tenant, dimension: int, identity: str) -> Record:
    """Give an accounting identity of a dimension (1 is the account)."""
    for row in tenant.rows["FCHACC"].of(identity):
        if row["AITP"] == str(dimension):
            return row
    raise Refused("WAI0103", f"AIT{dimension}", identity)
