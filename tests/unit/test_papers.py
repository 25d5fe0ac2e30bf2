"""Files that people open: amounts stay exact, names stay apart, and no text is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from connector.domain.books import BookedJournal, BookedLine
from connector.domain.paper import Paper
from connector.domain.posting import PostingKind, PostingState
from connector.domain.reconciliation import Difference, Discrepancy, Moved, OpenItem, Reconciliation, Row, Unbooked
from connector.papers import beancount, reconciliation

DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
EVIL = '=HYPERLINK("http://evil",\x07"pay")'
FOUND = Reconciliation(
    "acme",
    DAY,
    DAY,
    (Row(DAY, "USD", EVIL, Decimal("10.00"), Decimal("10.00"), Decimal("-9.5")),),
    (),
    (Discrepancy(Difference.BY_HAND, DAY, "USD", "account 1091", None, None, None, Decimal(-5), "2026/9", "+1"),),
    (OpenItem(1042, "USD", Decimal("1E+1")),),
    (Unbooked(DAY, "USD", "sales", 7, Decimal("1.00"), "@status"),),
    moved=(Moved(DAY, date(2026, 4, 1), "USD", "sale 8", 8, Decimal("2.00"), "2026/8"),),
)  # fmt: skip


def table(found: Reconciliation) -> list[dict[str, str]]:
    paper, _ = reconciliation.freeze(found, now=NOW)
    return list(csv.DictReader(io.StringIO(paper.content.decode(), newline="")))


def test_a_csv_has_every_part_in_one_table() -> None:
    rows = table(FOUND)
    assert [row["part"] for row in rows] == ["result", "totals", "differences", "open items", "moved", "left out"]
    assert (rows[0]["result"], rows[0]["reason"]) == ("differs", "acme, 2026-03-03: 1 difference")
    assert (rows[1]["what"], rows[1]["store"], rows[1]["ledger"]) == ("'" + EVIL, "10.00", "-9.5")
    assert (rows[2]["result"], rows[2]["ledger"], rows[2]["reason"]) == ("booked by hand", "-5", "'+1")
    assert (rows[3]["order"], rows[3]["store"]) == ("1042", "10")
    assert (rows[4]["day"], rows[4]["order"], rows[4]["store"], rows[4]["voucher"]) == (
        "2026-03-03",
        "8",
        "2.00",
        "2026/8",
    )
    assert rows[4]["reason"] == "of 2026-03-03, booked on 2026-04-01"
    assert rows[5]["reason"] == "'@status"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_text_of_a_csv_begins_as_a_formula_does(sign: str) -> None:
    rows = table(replace(FOUND, left_out=(Unbooked(DAY, "USD", "sales", 7, Decimal("1.00"), f"{sign}1+1"),)))
    assert rows[-1]["reason"] == f"'{sign}1+1"


def test_a_ledger_that_cannot_be_read_back_is_said_in_words_and_has_empty_cells() -> None:
    rows = tuple(replace(row, store=row.journals, ledger=None) for row in FOUND.rows)
    balances = tuple(replace(balance, ledger=None) for balance in FOUND.balances)
    unread = replace(FOUND, rows=rows, balances=balances, discrepancies=(), read_back=False)
    told = table(unread)
    assert told[0]["reason"].endswith(
        "store and journals agree; the ledger cannot be read back, Infor's confirmations stand for it"
    )
    assert {row["ledger"] for row in told} == {""}


def test_a_workbook_has_numbers_as_numbers_and_no_formulas() -> None:
    _, paper = reconciliation.freeze(FOUND, now=NOW)
    book = load_workbook(io.BytesIO(paper.content))
    row = next(book["Totals"].iter_rows(min_row=2))
    assert [cell.data_type for cell in row] == ["d", "s", "s", "n", "n", "n", "s"]
    assert (row[2].value, row[5].value) == (EVIL.replace("\x07", " "), -9.5)
    assert book["Result"]["A1"].value == "acme, 2026-03-03: 1 difference"


def test_frozen_files_have_names_of_their_own_and_the_digest_that_sha256sum_tells() -> None:
    frozen = reconciliation.freeze(FOUND, now=NOW)
    assert [paper.name for paper in frozen] == [
        "acme_2026-03-03_2026-03-03_20260304T050607000000Z.csv",
        "acme_2026-03-03_2026-03-03_20260304T050607000000Z.xlsx",
    ]
    assert Paper("x", b"abc").digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("role", "number", "name"),
    [
        ("receivable", "1200", "Assets:Receivable:1200"),
        ("tax", "2200", "Liabilities:Tax:2200"),
        ("gift_wrap", "A-12", "Income:GiftWrap:A-12"),
        ("something", "9", "Equity:Other:9"),
        ("sales", "a.1", "Income:Sales:A-1-4a5f06"),
        ("sales", "A-1", "Income:Sales:A-1"),
        ("sales", "..", "Income:Sales:X-5ec1f7"),
    ],
)
def test_accounts_have_names_that_beancount_takes_and_keeps_apart(role: str, number: str, name: str) -> None:
    assert beancount.account_of(BookedLine(number, role, "", Decimal(1))) == name


def test_a_journal_is_a_balanced_transaction_behind_its_accounts() -> None:
    lines = (
        BookedLine("1200", "receivable", "r", Decimal("1E+1")),
        BookedLine("4000", "sales", 's "x"', Decimal(-10)),
    )
    journal = BookedJournal(
        1, "acme:sale:7:1", PostingKind.SALE, 7, 1, 7, "BC-7", PostingState.CONFIRMED, "2026/1", "", DAY, "USD", lines
    )
    moved = replace(journal, moved_from=date(2026, 2, 27))
    assert '  voucher: "2026/1"\n  moved-from: 2026-02-27\n' in "".join(beancount.lines("acme", [moved]))
    assert "".join(beancount.lines("acme", [journal])) == (
        'option "title" "acme: journals of ml-connector"\n'
        "2026-03-03 open Assets:Receivable:1200\n"
        "2026-03-03 open Income:Sales:4000\n"
        '\n2026-03-03 * "BC-7 sale 7"\n'
        '  order: "7"\n  posting: "acme:sale:7:1"\n  voucher: "2026/1"\n'
        '  Assets:Receivable:1200  10 USD\n    rule: "r"\n'
        '  Income:Sales:4000  -10 USD\n    rule: "s \\"x\\""\n'
    )
