"""Which accounting periods M3 has closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from connector.domain.period import AccountingPeriod
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.wire import period_table

MOST = 1000


def read(client: Client, company: Company, since: date) -> Sequence[AccountingPeriod] | None:
    """READ, 2 calls; none, and None, where the connection does not say how M3 marks a closed period.

    :raises Truncated: more periods than M3 lists.
    """
    closed = company.closed
    if closed is None:
        return None
    division = client.read(period_table.of_the_books(company)).answered().record
    asked = period_table.query(company, closed, division, since)
    return period_table.periods(client.read(asked, limit=MOST), closed, company)
