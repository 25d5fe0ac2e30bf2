"""M3 for the registry."""

from __future__ import annotations

from connector.domain.connection import Booking, Connection
from connector.infor.m3 import company
from connector.infor.m3.adapter import M3
from connector.infor.m3.client import PRODUCT, Client
from connector.infor.suite import CompanyKeys, Outside, Suite


def _keys(booking: Booking) -> CompanyKeys:
    required = company.required(booking)
    return CompanyKeys(required, tuple(key for key in company.KNOWN if key not in required))


def _build(connection: Connection, outside: Outside) -> M3:
    settings = company.read_company(connection.company, connection.booking)
    client = Client(outside.gateway(PRODUCT), company=settings.company, division=settings.division)
    return M3(client, settings, outside.clock, store_prefix=connection.store_prefix)


SUITE = Suite(_keys, company.read_company, _build, company=("company", "division"))
