"""The tenant's tables as EXPORTMI shows them: a two-letter prefix and four-letter columns.

What is known of the real names (this sandbox was built without a tenant):

* seen in public code: ``FHCONO FHDIVI FHKEY1`` of FGLINH; ``EGCONO EGDIVI EGYEA4 EGJRNO EGJSNO EGVONO EGVSER EGACDT
  EGCUCD EGCUAM EGACAM EGVTXT EGAIT1 EGFEID EGFNCN EGTRCD EGDBCR EGVDSC`` of FGLEDG; ``OACUOR OAORNO OAFACI OACUNO
  OAPYNO OAORTP OAORST OAPYRE OARGDT OARGTM OACHID`` of OXHEAD (facts/infor.md §2.7); the prefixes OA, OB, OK, MM and
  MB of the order, line, customer, item and balance tables; of MITMAS and MITBAL every column but ``MBSTAT``, with its
  type, and the widths of numbers; ``ODCONO ODPRRF ODCUCD ODCUNO ODFVDT ODLVDT ODITNO ODSAPR ODSACD ODSPUN ODRGDT
  ODLMDT ODCHID`` of OPRBAS, the base prices of price lists; ``CPCONO CPDIVI CPYEA4 CPPERI CPPETP CPFDAT CPTDAT`` of
  CSYPER;
* inferred: the rest of FGLINH (``FHSTAT FHINTN FHDESC FHVONO FHYEA4`` ...), the prefix FF of FGLINF, ``OASTAT`` and
  ``OAORNR`` of OXHEAD, ``ODNTCD`` and ``ODLMTS`` of OPRBAS, and every other width and type. OPRBAS has no column for
  VAT included, and no scales: those are rows of another table, which is not shown here;
* invented for this sandbox: ``EGKEY1`` of FGLEDG, so that a test can find the batch behind a voucher; ``CPSTAT`` of
  CSYPER, 20 open and 90 closed, because how M3 tells that is documented nowhere.

FGLINH statuses (inferred): 10 entered, 20 controlled, 25 errors found, 60 being updated, 90 updated.
OXHEAD statuses: facts/infor.md §2.7; 20 stays 20 while a confirmation is being worked on.
Dates are numbers (yyyymmdd), as in the database of M3: compare them without quotes, text columns with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column without its prefix. ``decimals`` counts within ``length``."""

    name: str
    numeric: bool
    length: int
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows hold four-letter names, queries use ``prefix`` + name."""

    prefix: str
    columns: Mapping[str, Column]


def _column(spec: str) -> Column:
    """Read ``ORNO:10`` as text of ten, ``CUAM:#17.2`` as a number of seventeen with two decimals."""
    name, _, width = spec.partition(":")
    length, _, decimals = width.lstrip("#").partition(".")
    return Column(name, width.startswith("#"), int(length), int(decimals or 0))


def _table(prefix: str, specs: str) -> Table:
    columns = [_column(spec) for spec in specs.split()]
    return Table(prefix, {column.name: column for column in columns})


_ORDER_HEAD = """
    CONO:#3 DIVI:3 ORNO:10 ORTP:3 FACI:3 WHLO:3 CUNO:10 PYNO:10 INRC:10 ADID:6 CUOR:20 CUDT:#8 ORDT:#8 RLDT:#8 CUCD:3
    OREF:30 YREF:30 NREF:20 PYRE:25 CUCH:15 MODL:3 TEDL:3 TEPY:3 OTBA:#16.2 OTDP:#15.2 RGDT:#8 RGTM:#6 LMDT:#8 CHID:10
    """
_ORDER_LINE = """
    CONO:#3 ORNO:10 PONR:#5 POSX:#3 ITNO:15 ITDS:30 TEDS:60 ORQT:#16.6 WHLO:3 CUPO:7 CUOR:20 DWDT:#8 SAPR:#18.6
    SACD:#5 SPUN:3 ALUN:3 DIA1:#16.2 DIA2:#16.2 DIA3:#16.2 DIA4:#16.2 DIA5:#16.2 DIA6:#16.2 LTYP:1 LNAM:#16.2 CUCD:3
    """

TABLES: Mapping[str, Table] = {
    # batch customer orders (OIS275): what AddBatchHead writes, before and after Confirm
    "OXHEAD": _table("OA", _ORDER_HEAD + "STAT:2 ORNR:10"),
    "OXLINE": _table("OB", _ORDER_LINE),
    # customer orders (OIS100): what Confirm makes
    "OOHEAD": _table("OA", _ORDER_HEAD + "ORSL:2 ORST:2 NTAM:#15.2"),
    "OOLINE": _table("OB", _ORDER_LINE + "ORST:2"),
    # the general GL interface (GLS840): heads, and lines of usage type 2
    "FGLINH": _table(
        "FH",
        "CONO:#3 DIVI:3 KEY1:15 INTN:15 DESC:40 USID:10 STAT:2 VONO:#8 YEA4:#4 VSER:3 MSID:7 RGDT:#8 RGTM:#6",
    ),
    "FGLINF": _table(
        "FF",
        """CONO:#3 DIVI:3 KEY1:15 LINE:#7 INRI:2 GRNR:10 EICD:#1 AIT1:10 AIT2:10 AIT3:10 AIT4:10 AIT5:10 AIT6:10
        AIT7:10 ACQT:#17.6 CRTP:#2 CUCD:3 ARAT:#13.6 CUAM:#17.2 ACAM:#17.2 DBCR:1 ACDT:#8 VTCD:#2 VTXT:40 FTCO:3
        BSCD:3 VRNO:16 MSID:7""",
    ),
    # the general ledger
    "FGLEDG": _table(
        "EG",
        """CONO:#3 DIVI:3 YEA4:#4 JRNO:#7 JSNO:#7 VONO:#8 VSER:3 FEID:4 FNCN:#3 TRCD:#2 VDSC:7 ACDT:#8 AIT1:10 AIT2:10
        AIT3:10 AIT4:10 AIT5:10 AIT6:10 AIT7:10 ACQT:#17.6 CUCD:3 CRTP:#2 ARAT:#13.6 CUAM:#17.2 ACAM:#17.2 DBCR:1
        VTCD:#2 VTXT:40 CHID:10 RGDT:#8 RGTM:#6 KEY1:15""",
    ),
    # accounting periods (CRS910)
    "CSYPER": _table("CP", "CONO:#3 DIVI:3 YEA4:#4 PERI:#2 PETP:#1 FDAT:#8 TDAT:#8 STAT:2"),
    "OCUSMA": _table(
        "OK",
        """CONO:#3 CUNO:10 CUNM:36 CUA1:36 CUA2:36 CUA3:36 CUA4:36 PONO:10 TOWN:20 ECAR:2 CSCD:3 PHNO:16 PHN2:16
        MAIL:50 ALCU:10 YREF:30 STAT:2 CUTP:#1 CUCD:3 RGDT:#8 LMDT:#8""",
    ),
    "MITMAS": _table(
        "MM",
        """CONO:#3 ITNO:15 ITDS:60 FUDS:120 STAT:2 UNMS:3 ITTY:3 ITGR:8 SALE:#1 NEWE:#9.3 GRWE:#9.3 SAPR:#17.6 SACD:#5
        CUCS:3 SPUN:3 RGDT:#8 RGTM:#6 LMDT:#8 CHID:10 LMTS:#18""",
    ),
    "MITBAL": _table(
        "MB", "CONO:#3 WHLO:3 ITNO:15 STAT:2 STQT:#15.6 ALQT:#15.6 REQT:#15.6 AVAL:#15.6 LMDT:#8 LMTS:#18"
    ),
    "OPRBAS": _table(
        "OD",
        """CONO:#3 PRRF:10 CUCD:3 CUNO:10 FVDT:#8 LVDT:#8 ITNO:15 SAPR:#17.6 SACD:#5 SPUN:3 NTCD:#1 RGDT:#8 LMDT:#8
        CHID:10 LMTS:#18""",
    ),
}
