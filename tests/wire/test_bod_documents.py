"""What goes out: the documents to the letter, in the shape that public samples have (docs/suites/bod.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from bod_rig import KEY, NOW, SETTINGS, entry, usd
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.document import Charge, DocumentLine, SalesDocument
from connector.domain.faults import MappingGap
from connector.domain.journal import JournalLine, Side
from connector.domain.order import Address
from connector.infor.bod import settings as bod_settings
from connector.infor.bod import xml
from connector.infor.bod.wire import envelope, sales_order
from connector.infor.bod.wire.envelope import Name
from connector.infor.bod.wire.journal import NOUN, journal

FIRST = Name(NOUN, KEY, 1)
EXPECTED = """<?xml version='1.0' encoding='UTF-8'?>
<ProcessSourceSystemJournalEntry xmlns="http://schema.infor.com/InforOAGIS/2" releaseID="9.2" versionID="2.9.0">\
<ApplicationArea>\
<Sender><LogicalID>lid://infor.ims.bigcommerce</LogicalID><ComponentID>ml-connector</ComponentID>\
<ConfirmationCode>OnError</ConfirmationCode></Sender>\
<CreationDateTime>2026-01-05T10:00:00Z</CreationDateTime>\
<BODID>infor-nid:TENANT_TST:401:S_401:BCQ4EXAMPLEKEY7:1?SourceSystemJournalEntry&amp;verb=Process</BODID>\
</ApplicationArea>\
<DataArea>\
<Process><TenantID>TENANT_TST</TenantID><AccountingEntityID>401</AccountingEntityID><LocationID>S_401</LocationID>\
<ActionCriteria><ActionExpression actionCode="Add"/></ActionCriteria></Process>\
<SourceSystemJournalEntry>\
<JournalEntryHeader><JournalID accountingEntity="401" variationID="1">BCQ4EXAMPLEKEY7</JournalID>\
<DisplayID>BCQ4EXAMPLEKEY7</DisplayID>\
<BaseJournalEntryHeader><LedgerType>Actual</LedgerType>\
<AccountingJournalReference><ID>WEB</ID></AccountingJournalReference>\
<JournalStatus><Code>Final</Code></JournalStatus><Description>Sale of BC-1042</Description>\
</BaseJournalEntryHeader></JournalEntryHeader>\
<JournalEntryLine sequence="1"><Amount currencyID="USD">35.95</Amount>\
<GLAccount><GLNominalAccount>1200</GLNominalAccount>\
<AccountingChartReference><ID>401</ID></AccountingChartReference></GLAccount>\
<DebitCreditFlag>D</DebitCreditFlag>\
<SourceAccountingDate><PostDateTime>2026-01-05T12:00:00Z</PostDateTime></SourceAccountingDate>\
<TransactionReferenceText>BC-1042</TransactionReferenceText><Description>BC-1042 receivable</Description>\
</JournalEntryLine>\
<JournalEntryLine sequence="2"><Amount currencyID="USD">30.00</Amount>\
<GLAccount><GLNominalAccount>4000</GLNominalAccount>\
<AccountingChartReference><ID>401</ID></AccountingChartReference></GLAccount>\
<DimensionCodes><DimensionCode sequence="1" listID="DIM1">WEB</DimensionCode></DimensionCodes>\
<DebitCreditFlag>C</DebitCreditFlag>\
<SourceAccountingDate><PostDateTime>2026-01-05T12:00:00Z</PostDateTime></SourceAccountingDate>\
<TransactionReferenceText>BC-1042</TransactionReferenceText><Description>BC-1042 sales</Description>\
</JournalEntryLine>\
<JournalEntryLine sequence="3"><Amount currencyID="USD">5.95</Amount>\
<GLAccount><GLNominalAccount>4100</GLNominalAccount>\
<AccountingChartReference><ID>401</ID></AccountingChartReference></GLAccount>\
<DebitCreditFlag>C</DebitCreditFlag>\
<SourceAccountingDate><PostDateTime>2026-01-05T12:00:00Z</PostDateTime></SourceAccountingDate>\
<TransactionReferenceText>BC-1042</TransactionReferenceText>\
<Description>BC-1042 Post &amp; &lt;parcel&gt;</Description>\
</JournalEntryLine>\
</SourceSystemJournalEntry></DataArea></ProcessSourceSystemJournalEntry>"""


def written(name: Name = FIRST, **changes: object) -> bytes:
    return envelope.wrap(name, journal(name, entry(**changes), SETTINGS), SETTINGS, NOW)


def test_a_journal_is_written_to_the_letter():
    assert written().decode() == EXPECTED


def test_the_same_fact_has_the_same_name_and_a_new_try_the_next_variation():
    assert written() == written()
    again = written(replace(FIRST, variation=2)).decode()
    assert again == EXPECTED.replace(f"{KEY}:1?", f"{KEY}:2?").replace('variationID="1"', 'variationID="2"')


def test_the_message_says_which_variation_it_carries():
    assert envelope.parameters(replace(FIRST, variation=3), SETTINGS) == (
        b'{"documentName": "Process.SourceSystemJournalEntry", "messageId": "BCQ4EXAMPLEKEY7-v3", '
        b'"tenantId": "TENANT_TST", "fromLogicalId": "lid://infor.ims.bigcommerce", '
        b'"toLogicalId": "lid://default", "accountingEntity": "401", "location": "S_401", '
        b'"documentId": "BCQ4EXAMPLEKEY7", "variationId": 3, "encoding": "NONE", "characterSet": "UTF-8"}'
    )


def test_a_dimension_without_a_value_is_a_gap_that_names_its_rule():
    lines = (
        JournalLine("1200", Side.DEBIT, usd("1.00"), "receivable", "accounts.receivable", dimensions={"DIM1": " "}),
        JournalLine("4000", Side.CREDIT, usd("1.00"), "sales", "accounts.sales"),
    )
    with pytest.raises(MappingGap) as gap:
        written(lines=lines)
    assert gap.value.what == "accounts.receivable: the dimension DIM1 has no value"


@given(text=st.text(max_size=60), amount=st.decimals("0.01", "99999999.99", places=2))
def test_any_text_and_amount_arrives_as_it_was_meant(text: str, amount: Decimal):
    money = usd(str(amount))
    lines = (
        JournalLine("1200", Side.DEBIT, money, "receivable", "", text=text),
        JournalLine("4000", Side.CREDIT, money, "sales", ""),
    )
    root = ET.fromstring(written(lines=lines))  # noqa: S314 - our own words, by another parser
    told = {node.tag.rpartition("}")[2]: node.text for node in root.iter() if node.text}
    assert told["Amount"] == f"{amount:f}"
    assert told["BODID"].endswith(f"{KEY}:1?SourceSystemJournalEntry&verb=Process")


@given(document=st.from_regex(r"[A-Z0-9-]{1,40}", fullmatch=True), variation=st.integers(1, 10**8))
def test_a_name_is_read_back_from_its_id(document: str, variation: int):
    name = Name(NOUN, document, variation)
    assert envelope.named(envelope.bod_id(name, SETTINGS)) == name


@pytest.mark.parametrize(
    "text", ["", "abc-123", "infor-nid:T:401:S:X:1?SalesOrder&verb=Sync", "infor-nid:T:401::X:?A&verb=Process"]
)
def test_an_id_that_we_did_not_give_is_nobodys(text: str):
    assert envelope.named(text) is None


def test_a_document_that_is_written_is_read():
    assert xml.read(written()).text("ApplicationArea", "Sender", "LogicalID") == "lid://infor.ims.bigcommerce"


SOLD = """<SalesOrder><SalesOrderHeader>\
<DocumentID agencyRole="Supplier"><ID>BC-1042</ID></DocumentID>\
<AlternateDocumentID agencyRole="Customer"><ID>BC-1042</ID></AlternateDocumentID>\
<Note>Ring &amp; wait</Note>\
<DocumentDateTime>2026-01-05T12:00:00Z</DocumentDateTime><Status><Code>Open</Code></Status>\
<SupplierParty><Location type="Office"><ID>OFFICE1</ID></Location></SupplierParty>\
<CustomerParty><PartyIDs><ID>CUST01</ID></PartyIDs></CustomerParty>\
<ShipToParty><PartyIDs><ID>CUST01</ID></PartyIDs><Location><Address type="Discrete">\
<AttentionOfName>Analytical Engines, Ada Lovelace</AttentionOfName>\
<StreetName>12 St James's Square, 2nd floor</StreetName>\
<CityName>London</CityName><CountryCode>GB</CountryCode><PostalCode>SW1Y 4JH</PostalCode>\
</Address></Location></ShipToParty>\
<RequestedShipDateTime>2026-01-05T12:00:00Z</RequestedShipDateTime></SalesOrderHeader>\
<SalesOrderLine><LineNumber>10</LineNumber><Item><ItemID><ID>SKU-1</ID></ItemID></Item>\
<Quantity unitCode="EA">3</Quantity>\
<UnitPrice><Amount currencyID="USD">10.00</Amount><PerQuantity unitCode="EA">3</PerQuantity></UnitPrice>\
<ShipFromParty><Location type="Warehouse"><ID>W_553</ID></Location></ShipFromParty></SalesOrderLine>\
<SalesOrderLine><LineNumber>20</LineNumber><Item><ItemID><ID>FRT</ID></ItemID></Item>\
<Quantity unitCode="EA">1</Quantity>\
<UnitPrice><Amount currencyID="USD">5.95</Amount><PerQuantity unitCode="EA">1</PerQuantity></UnitPrice>\
<ShipFromParty><Location type="Warehouse"><ID>W_553</ID></Location></ShipFromParty></SalesOrderLine>\
</SalesOrder>"""


ADDRESS = Address(
    first_name="Ada",
    last_name="Lovelace",
    company="Analytical Engines",
    street_1="12 St James's Square",
    street_2="2nd floor",
    city="London",
    postal_code="SW1Y 4JH",
    country_code="GB",
)
ORDER = SalesDocument(
    "BC-1042",
    "CUST01",
    "USD",
    date(2026, 1, 5),
    ADDRESS,
    (DocumentLine(1, "SKU-1", "Tee", 3, usd("10.00")),),
    (Charge("FRT", "Shipping", usd("5.95")),),
    "Ring & wait",
)


def test_a_sales_order_is_written_in_the_shape_that_an_ln_integration_has():
    settings = replace(SETTINGS, office="OFFICE1", warehouse="W_553")
    name = Name(sales_order.NOUN, "BC-1042", 1)
    told = envelope.wrap(name, sales_order.sales_order(name, ORDER, settings), settings, NOW).decode()
    assert told[told.index("<SalesOrder>") : told.index("</SalesOrder>") + len("</SalesOrder>")] == SOLD
    assert "<BODID>infor-nid:TENANT_TST:401:S_401:BC-1042:1?SalesOrder&amp;verb=Process</BODID>" in told
    assert told.startswith("<?xml version='1.0' encoding='UTF-8'?>\n<ProcessSalesOrder xmlns=")


def test_items_are_ordered_in_the_unit_that_the_connection_says():
    company = {"bod_from": "lid://infor.ims.bigcommerce", "accounting_entity": "401", "bod_unit": "pcs"}
    settings = bod_settings.read(company, "TENANT_TST")
    name = Name(sales_order.NOUN, "BC-1042", 1)
    told = envelope.wrap(name, sales_order.sales_order(name, ORDER, settings), settings, NOW).decode()
    assert (told.count('unitCode="pcs"'), told.count('unitCode="EA"')) == (4, 0)
