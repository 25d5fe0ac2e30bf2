"""LN for the registry."""

from __future__ import annotations

from connector.domain.connection import Booking, Connection
from connector.infor.bod import settings as bod
from connector.infor.bod.journals import BodJournals
from connector.infor.bod.orders import BodOrders
from connector.infor.bod.post import open_post
from connector.infor.ln import company
from connector.infor.ln.adapter import LN
from connector.infor.ln.answers import blameless
from connector.infor.ln.client import PRODUCT, Client
from connector.infor.ln.documents import ServiceOrders
from connector.infor.suite import CompanyKeys, Outside, Suite


def _keys(booking: Booking) -> CompanyKeys:
    required = (*company.required(booking), *bod.REQUIRED)
    every = (*company.KNOWN, *bod.REQUIRED, *bod.OPTIONAL)
    return CompanyKeys(required, tuple(key for key in every if key not in required))


def _build(connection: Connection, outside: Outside) -> LN:
    settings = company.read_company(connection.company, connection.booking)
    client = Client(outside.gateway(PRODUCT, blameless), settings)
    post = open_post(connection.company, outside)
    orders = BodOrders(post) if settings.orders_by_bod else ServiceOrders(client, settings)
    return LN(client, settings, orders, BodJournals(post), store_prefix=connection.store_prefix)


SUITE = Suite(_keys, company.read_company, _build, company=("company", *bod.COMPANY), way=("orders_by",))
