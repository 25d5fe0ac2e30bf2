"""Store, journals and ledger side by side; and what an accountant is told where they differ."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import text

from connector.cli import main
from connector.domain.journal import JournalEntry
from connector.domain.posting import PostingKind
from connector.flows import audit, contents
from connector.sandbox.infor.m3.rows import Record, Rows
from tests.rig import NAME, Rig, until


def typed(*arguments: str) -> Result:
    """Type a command that may refuse."""
    return CliRunner().invoke(main, [*arguments])


def reconciled(*arguments: str) -> dict[str, Any]:
    answer = typed("reconcile", NAME, "--json", *arguments)
    told: dict[str, Any] = json.loads(answer.stdout)
    assert answer.exit_code == (0 if told["agrees"] else 1)
    return told


def differences(told: dict[str, Any]) -> list[tuple[str, int | None, str]]:
    return sorted((one["difference"], one["order"], one["what"]) for one in told["reconciliation"]["discrepancies"])


@pytest.fixture(scope="module")
def sold(rig: Rig) -> list[int]:
    """Three orders with tax, one refunded in part, one cancelled after it was posted; and one that waits."""
    store = rig.sandbox.store
    numbers = store.place_orders(3, announce=True)
    rig.wait_settled(numbers)
    unit = {"item_type": "PRODUCT", "item_id": store.orders[numbers[0]].line_id(0), "quantity": 1}
    store.refund(numbers[0], items=[unit], delay=0)
    store.cancel(numbers[1])
    [waiting] = store.place_orders(1, status=7, pay=[], announce=True)
    assert store.webhooks.settle()
    rig.wait_settled([*numbers, waiting])
    assert "refund" in {row.kind.value for row in rig.postings(numbers[0])}
    assert "reversal" in {row.kind.value for row in rig.postings(numbers[1])}
    return [*numbers, waiting]


def ledger(rig: Rig) -> Rows:
    return rig.sandbox.infor._tenant.rows["FGLEDG"]


@pytest.fixture
def as_it_was(rig: Rig, sold: list[int]):
    """Put the ledger back afterwards."""
    rows = ledger(rig)
    before = [dict(row) for row in rows]
    yield rows
    for row in list(rows):
        rows.remove(row["VONO"])
    for row in before:
        rows.add(row)


def test_all_three_agree_when_everything_is_posted(rig: Rig, sold: list[int]) -> None:
    told = reconciled()
    truth = rig.sandbox.store.truth()
    rows = {row["what"]: row for row in told["reconciliation"]["rows"]}
    assert differences(told) == []
    assert set(rows) == {"sales", "tax", "payments braintree", "refunds braintree"}
    charged = sum(Decimal(truth[str(number)]["total_inc_tax"]) for number in (sold[0], sold[2]))
    back = sum(map(Decimal, truth[str(sold[0])]["refunds"].values()))
    assert {Decimal(rows["sales"][column]) for column in ("store", "journals", "ledger")} == {charged}
    assert {Decimal(rows["refunds braintree"][column]) for column in ("store", "journals", "ledger")} == {back}
    owed = -Decimal(truth[str(sold[1])]["total_inc_tax"])
    assert [(one["order"], Decimal(one["amount"])) for one in told["reconciliation"]["open_items"]] == [
        (sold[1], owed)
    ]
    [left] = told["reconciliation"]["left_out"]
    assert (left["order"], left["reason"]) == (sold[3], "status Awaiting Payment")


def test_the_result_is_frozen_in_files_that_an_accountant_opens(rig: Rig, sold: list[int], tmp_path: Path) -> None:
    told = reconciled("--file", str(tmp_path / "books.csv"))
    frozen = [Path(file) for file in told["files"]]
    assert [file.suffix for file in frozen] == [".csv", ".xlsx"]
    assert {file.parent for file in frozen} == {rig.settings.make_home() / "reconciliations"}
    assert {file.stat().st_mode & 0o777 for file in frozen} == {0o400}
    assert frozen[0].read_bytes() == (tmp_path / "books.csv").read_bytes()
    assert (tmp_path / "books.csv").stat().st_mode & 0o777 == 0o600
    with frozen[0].open(newline="") as table:
        lines = list(csv.DictReader(table))
    [sales] = [line for line in lines if (line["part"], line["what"]) == ("totals", "sales")]
    book = load_workbook(frozen[1])
    assert book.sheetnames == ["Result", "Totals", "Accounts", "Differences", "Open items", "Moved", "Left out"]
    [row] = [row for row in book["Totals"].iter_rows(values_only=True) if row[2] == "sales"]
    assert Decimal(str(row[5])) == Decimal(sales["ledger"])
    assert "agree" in book["Result"]["A1"].value
    trail = [json.loads(line) for line in rig.cli("audit", "export", NAME).splitlines()]
    noted = trail[-1]
    assert (noted["action"], noted["detail"]["agrees"]) == ("reconciled", True)
    assert set(noted["detail"]["files"]) == {file.name for file in frozen}


def test_what_somebody_did_to_the_ledger_is_named(rig: Rig, sold: list[int], as_it_was: Rows) -> None:
    lines: dict[str, list[Record]] = {}
    for row in as_it_was:
        lines.setdefault(row["VONO"], []).append(row)
    sale = next(voucher for voucher, rows in lines.items() if rows[0]["VTXT"].startswith(f"BC-{sold[2]} "))
    as_it_was.remove(sale)
    twice = next(rows for rows in lines.values() if rows[0]["VTXT"].startswith(f"BC-{sold[0]} sale"))
    for row in twice:
        as_it_was.add({**row, "VONO": "29999999"})
    for account, amount in (("1091", "-5.00"), ("1930", "5.00")):
        as_it_was.add({**twice[0], "VONO": "29999998", "AIT1": account, "CUAM": amount, "VTXT": "payout; week 47"})
    told = reconciled()
    found = differences(told)
    assert found[0] == ("booked by hand", None, "account 1091")
    assert found[1] == ("missing in the ledger", sold[2], f"sale {sold[2]}")
    again = [("our reference, but no posting of ours", sold[0], f"account {row['AIT1']}") for row in twice]
    assert found[2:] == sorted(again)
    [by_hand] = [one for one in told["reconciliation"]["discrepancies"] if one["difference"] == "booked by hand"]
    assert (by_hand["ledger"], by_hand["reason"]) == ("-5.00", "payout; week 47")
    assert reconciled("--from", "2026-01-01", "--to", "2026-01-31")["agrees"]


def test_a_voucher_keyed_by_hand_on_another_day_counts_on_that_day(
    rig: Rig, sold: list[int], as_it_was: Rows
) -> None:
    row = next(one for one in rig.postings(sold[2]) if one.kind is PostingKind.SALE)
    entry = contents.open_content(rig.house.vault, row)
    assert isinstance(entry, JournalEntry)
    keyed = entry.date - timedelta(days=2)
    voucher = row.external_id.partition("/")[2]
    lines = [dict(line) for line in as_it_was if line["VONO"] == voucher]
    as_it_was.remove(voucher)
    for line in lines:
        as_it_was.add({**line, "ACDT": f"{keyed:%Y%m%d}", "VTXT": "web shop; see mail of Jo"})
    refused = {
        "id": row.id,
        "content": contents.seal(rig.house.vault, row.posting_key, replace(entry, key="NOTOURKEY")),
    }
    with rig.house.database.begin() as tx:
        tx.execute(
            text("UPDATE postings SET state = 'rejected', external_id = '', content = :content WHERE id = :id"),
            refused,
        )
    rig.cli("records", "settle", f"p-{row.id}", "--number", row.external_id)
    rig.wait_settled([sold[2]])
    told = reconciled()
    assert differences(told) == []
    [moved] = told["reconciliation"]["moved"]
    assert (moved["day"], moved["booked_on"]) == (str(entry.date), str(keyed))
    for day in (entry.date, keyed):
        alone = reconciled("--from", str(day), "--to", str(day))
        assert [one["order"] for one in alone["reconciliation"]["moved"]] == [sold[2]]
        assert alone["agrees"]
    with rig.house.database.begin() as tx:
        back = {"id": row.id, "day": entry.date}
        tx.execute(text("UPDATE journal_lines SET booked_on = :day, moved_from = NULL WHERE posting_id = :id"), back)


def test_what_is_not_booked_yet_is_told_with_its_reason(rig: Rig, sold: list[int]) -> None:
    whole = rig.profile()
    rig.map(whole.replace('clearing: {default: "1090", ', "clearing: {"))
    [held] = rig.sandbox.store.place_orders(1, pay=[{"gateway": "newpay"}], announce=True)
    rig.wait_settled([held])
    told = reconciled()
    assert differences(told) == [("held", held, "payments newpay")]
    assert "newpay" in told["reconciliation"]["discrepancies"][0]["reason"]
    rig.map(whole)
    rig.wait_settled([held])
    assert reconciled()["agrees"]


def test_beat_reconciles_yesterday_once(rig: Rig, sold: list[int]) -> None:
    def noted() -> list[dict[str, Any]]:
        trail = [json.loads(line) for line in rig.cli("audit", "export", NAME).splitlines()]
        return [one["detail"] for one in trail if (one["action"], one["actor"]) == ("reconciled", "worker")]

    assert noted() == []
    rig.ring("reconciliation.run_due", times=3)
    until(noted, within=30, every=1)
    assert [(one["agrees"], one["rows"]) for one in noted()] == [(True, 0)]


def test_a_file_that_a_worker_made_is_given_out_on_another_machine(rig: Rig, sold: list[int], tmp_path: Path) -> None:
    made = audit.proofs(rig.house, NAME, "reconciled")
    [files] = [entry.detail["files"] for entry in made if entry.actor == "worker"]
    place = tmp_path / "here.csv"
    [(file, digest)] = [(file, digest) for file, digest in files.items() if file.endswith(".csv")]
    assert rig.cli("audit", "paper", NAME, file, "--to", str(place)) == f"{place}\n"
    assert hashlib.sha256(place.read_bytes()).hexdigest() == digest
    refused = typed("audit", "paper", NAME, "books.csv")
    assert (refused.exit_code, f"the trail of {NAME} names no file books.csv" in refused.stderr) == (1, True)


def test_a_file_that_somebody_changed_is_found_and_not_given_out(rig: Rig, sold: list[int], tmp_path: Path) -> None:
    [file, _] = audit.proofs(rig.house, NAME, "reconciled")[0].detail["files"]
    digest = audit.proofs(rig.house, NAME, "reconciled")[0].detail["files"][file]
    with rig.house.database.begin() as tx:
        row = {"digest": digest}
        kept = tx.execute(text("SELECT content FROM papers WHERE digest = :digest"), row).scalar_one()
        tx.execute(text("UPDATE papers SET content = content || 'x' WHERE digest = :digest"), row)
    told = typed("audit", "verify", NAME)
    assert (told.exit_code, f"SPOILED {file}" in told.stdout, "unbroken" in told.stdout) == (1, True, True)
    assert json.loads(typed("audit", "verify", NAME, "--json").stdout)["spoiled"] == [file]
    refused = typed("audit", "paper", NAME, file, "--to", str(tmp_path / "no.csv"))
    assert (refused.exit_code, "its SHA-256 is not the one in the trail" in refused.stderr) == (1, True)
    with rig.house.database.begin() as tx:
        tx.execute(text("UPDATE papers SET content = :kept WHERE digest = :digest"), row | {"kept": kept})
    assert typed("audit", "verify", NAME).exit_code == 0


def test_bean_check_accepts_every_journal(rig: Rig, sold: list[int], tmp_path: Path) -> None:
    file = tmp_path / "acme.beancount"
    file.write_text(rig.cli("audit", "export", NAME, "--format", "beancount"))
    judged = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), file], capture_output=True, text=True, check=False
    )
    assert (judged.returncode, judged.stderr) == (0, "")
    with rig.house.database.begin() as tx:
        journals = tx.execute(
            text("SELECT count(*) FROM postings WHERE kind IN ('sale','payment','refund','reversal')")
        )
        assert file.read_text().count(" * ") == journals.scalar_one()


def test_the_trail_is_unbroken_until_somebody_changes_it(rig: Rig, sold: list[int]) -> None:
    assert "entries, unbroken" in rig.cli("audit", "verify", NAME)
    with rig.house.database.begin() as tx:
        gone = {"before": rig.house.now()}
        tx.execute(text("UPDATE exchanges SET sealed = NULL WHERE started_at < :before"), gone)
        tx.execute(text("UPDATE snapshots SET sealed = NULL WHERE taken_at < :before"), gone)
    assert "entries, unbroken" in rig.cli("audit", "verify", NAME)
    with rig.house.database.begin() as tx:
        tx.execute(text("UPDATE audit SET actor = 'nobody' WHERE connection = :name AND number = 5"), {"name": NAME})
    broken = typed("audit", "verify", NAME)
    assert broken.exit_code == 1
    assert broken.stdout.startswith("BROKEN at row ")
    assert "entry 5, " in broken.stdout
    assert "4 entries before it are unbroken" in broken.stdout
    with rig.house.database.begin() as tx:
        tx.execute(text("DELETE FROM audit; DELETE FROM audit_heads"))
    emptied = typed("audit", "verify", NAME)
    assert (emptied.exit_code, emptied.stdout.splitlines()[:2]) == (
        1,
        ["BROKEN at the beginning", "all entries: removed"],
    )
