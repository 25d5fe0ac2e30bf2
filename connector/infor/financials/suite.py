"""Financials for the registry."""

from __future__ import annotations

from connector.domain.connection import Booking, Connection
from connector.infor.financials import company
from connector.infor.financials.adapter import Financials
from connector.infor.financials.client import PRODUCT, Client
from connector.infor.suite import CompanyKeys, Outside, Suite


def _keys(booking: Booking) -> CompanyKeys:  # noqa: ARG001 - there is one booking
    return CompanyKeys(company.REQUIRED, company.OPTIONAL)


def _build(connection: Connection, outside: Outside) -> Financials:
    settings = company.read_company(connection.company, connection.booking)
    return Financials(Client(outside.gateway(PRODUCT), settings), settings, outside.clock)


SUITE = Suite(_keys, company.read_company, _build, company=("enterprise_group", "accounting_entity"))
