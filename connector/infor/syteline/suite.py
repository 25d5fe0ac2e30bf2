"""SyteLine for the registry."""

from __future__ import annotations

from connector.domain.connection import Booking, Connection
from connector.infor.bod import settings as bod
from connector.infor.bod.journals import BodJournals
from connector.infor.bod.post import open_post
from connector.infor.suite import CompanyKeys, Outside, Suite
from connector.infor.syteline import company
from connector.infor.syteline.adapter import SyteLine
from connector.infor.syteline.client import Client
from connector.infor.syteline.journals import IdoJournals


def _keys(booking: Booking) -> CompanyKeys:
    required = company.required(booking)
    return CompanyKeys(required, tuple(key for key in company.KNOWN if key not in required))


def _build(connection: Connection, outside: Outside) -> SyteLine:
    settings = company.read_company(connection.company, connection.booking)
    gateway = outside.gateway(f"{settings.service}/ido")
    client = Client(gateway, config=settings.config, at_once=settings.changes_per_request)
    journals = (
        BodJournals(open_post(connection.company, outside))
        if settings.gl == company.BOD
        else IdoJournals(client, settings, outside.clock)
    )
    return SyteLine(client, settings, outside.clock, journals, store_prefix=connection.store_prefix)


SUITE = Suite(_keys, company.read_company, _build, company=("config", "site", *bod.COMPANY), way=("gl", "journal"))
