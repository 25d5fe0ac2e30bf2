"""What Financials may answer that the simulator does not, and what becomes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from infor_script import KEY, House, Script, entry, free

from connector.domain.connection import Booking, Connection, ErpCredentials
from connector.domain.faults import ContractBroken, MappingGap, Misconfigured, OutcomeUnknown, Rejected, Truncated
from connector.domain.inquiry import FindingState
from connector.infor.registry import build_erp, check_company
from connector.ports import Finding

COMPANY = {"enterprise_group": "FCE", "accounting_entity": "10", "system": "BC"}
RESULT, STAGED = "GLTransactionInterfaceResult/list", "GLTransactionInterface/list"
CHART, LEDGER = "GeneralLedgerChartAccount/list", "GLTransactionDetail/list"
CREATE, RUN = "GLTransactionInterface/CreateUnreleased", "GLTransactionInterface/InterfaceTransactions"
DELETE = "GLTransactionInterface/DeleteAllTransactionsForRunGroup"
ABSENT = {KEY: Finding(FindingState.ABSENT)}


def financials(*steps: tuple[str, object]):
    script, house = Script(*steps), House()
    connection = Connection("acme", "abc", "financials", Booking.LEDGER, house.now(), COMPANY, {})
    credentials = ErpCredentials({"ti": "ACME", "iu": "https://ion.example.com"})
    erp = build_erp(connection, credentials, tokens=house, transport=script, budget=house, clock=house)  # type: ignore[arg-type]
    return erp, script


def rows(*found: dict[str, str], count: int | None = None) -> tuple[int, list[dict[str, Any]]]:
    return 200, [{"_count": len(found) if count is None else count}, *({"_fields": row} for row in found)]


def run(status: str, passed: int, failed: int = 0) -> dict[str, str]:
    counts = {"RecordCount": str(passed + failed), "PassedCount": str(passed), "FailedCount": str(failed)}
    return {"RunGroup": KEY, "Status": status, "GLTransactionInterfaceResult": "6730", **counts}


def staged(number: int, account: str, amount: str, error: str = "") -> dict[str, str]:
    own = {
        "AccountCode": account,
        "TransactionAmount": amount,
        "CurrencyCode": "USD",
        "PostingDate": "20260105",
        "SequenceNumber": str(number),
        "ErrorMessage": error,
    }
    return {f"GLTransactionInterface.{name}": value for name, value in own.items() if value}


ACCOUNTS = rows(
    *({"GeneralLedgerChartAccount": number, "Active": "true", "ChartType": "2"} for number in ("1200", "4000"))
)
BOTH = rows(staged(1, "1200", "1"), staged(2, "4000", "-1.0000"))
NONE = rows()
CREATED = (200, [{"message": "record created"}, {"batchStatus": "complete"}, {"message": "record created"}])
SUBMITTED = (200, {"message": "submitted"})


def standing(*steps: tuple[str, object]) -> Finding:
    erp, script = financials(*steps)
    found = erp.find_journals([KEY])[KEY]
    assert script.over()
    return found


def outcome(*steps: tuple[str, object], found=ABSENT):
    erp, script = financials(*steps)
    done = erp.post_journals([entry()], found=found, guard=free)[KEY]
    assert script.over()
    return done


@pytest.mark.parametrize("runs", [[run("1", 2)], [run("1", 0), run("1", 2)], [run("2", 0, 2), run("1", 2)]])
def test_a_run_that_took_every_line_is_the_proof(runs: list[dict[str, str]]):
    assert standing((RESULT, rows(*runs))) == Finding(FindingState.BOOKED, external_id=KEY, handle=KEY)


def test_a_run_under_way_is_waited_for():
    assert standing((RESULT, rows(run("0", 0)))).state is FindingState.PENDING


def test_an_empty_complete_run_alone_proves_nothing():
    assert standing((RESULT, rows(run("1", 0))), (STAGED, NONE)).state is FindingState.ABSENT
    begun = standing((RESULT, rows(run("1", 0))), (STAGED, BOTH))
    assert begun.state is FindingState.ORPHAN
    assert (
        begun.reason == f"a run of run group {KEY} took none of its lines and says of none why: see it in Financials"
    )


def test_the_reason_of_a_refusal_names_line_account_and_words():
    lines = rows(staged(1, "1200", "1"), staged(2, "4000", "-1", "Account is closed"))
    found = standing((RESULT, rows(run("2", 0, 1))), (STAGED, lines))
    assert found.state is FindingState.REFUSED
    assert found.reason == f"run group {KEY} was not booked: line 2 (4000): Account is closed"


@pytest.mark.parametrize(
    ("error", "gap"),
    [
        ("Account is closed", True),
        ("Finance Dimension 1 is required", True),
        ("4000 is not allowed with this unit", True),
        ("Accounting Entity 10 is closed for period 1", False),
        ("Transactions are out of balance", False),
    ],
)
def test_a_refusal_about_what_the_profile_chose_is_a_gap_in_it(error: str, gap: bool):
    lines = rows(staged(1, "1200", "1"), staged(2, "4000", "-1", error))
    assert standing((RESULT, rows(run("2", 0, 1))), (STAGED, lines)).gap is gap


@pytest.mark.parametrize(
    "odd",
    [
        (200, {"code": "500", "message": "ConditionNode tree failed"}),
        (200, ["text"]),
        (200, [{"_count": 1}, {"_fields": None}]),
        (200, [{"_count": 2}, {"_fields": {}}, {"RunGroup": KEY}]),
        (200, [{"_count": 1}, {"_fields": {"Status": "1", "PassedCount": "two"}}]),
        (200, "x"),
    ],
)
def test_an_odd_list_is_no_answer(odd: tuple[int, object]):
    erp, _ = financials((RESULT, odd))
    with pytest.raises(ContractBroken):
        erp.find_journals([KEY])


def test_a_list_that_gives_fewer_rows_than_it_counts_is_no_answer():
    erp, _ = financials((RESULT, rows(count=1)))
    with pytest.raises(Truncated, match="has 1 rows and gave 0"):
        erp.find_journals([KEY])


FIRST = {
    "FinanceCodeBlock": "CORE|10||4000",
    "PostingDate": "20260105",
    "TransactionAmount": "1",
    "CurrencyCode": "USD",
}
NEXT = "../lists/_generic?_fields=FinanceCodeBlock&_paging=NEXT&_position=%3A12"


def leads(*found: dict[str, str], to: str, count: int = 2) -> tuple[int, list[dict[str, Any]]]:
    """A page that says where its list goes on."""
    first, *others = rows(*found, count=count)[1]
    return 200, [{**first, "_links": [{"rel": "self", "href": "../"}, {"rel": "next", "href": to}]}, *others]


def read(*steps: tuple[str, object]):
    erp, script = financials(*steps)
    lines = list(erp.ledger(["4000"], date(2026, 1, 5), date(2026, 1, 5)))
    assert script.over()
    return lines, script


def test_a_ledger_of_several_pages_is_read_to_its_end_at_its_own_address():
    lines, script = read((LEDGER, leads(FIRST, to=NEXT)), (LEDGER, leads(FIRST, to="")))
    assert [line.amount for line in lines] == [1, 1]
    assert [request.url.rpartition("/FSM/fsm/soap/")[2] for request in script.requests] == [
        "classes/GLTransactionDetail/lists/_generic?_fields=FinanceCodeBlock%2CPostingDate%2CTransactionAmount"
        "%2CCurrencyCode%2CDescription%2CReference&_limit=5000&_links=true&_pageNav=true&_out=JSON&_flatten=false"
        "&_omitCountValue=false&_filter=PostingDate%3A%3A20260105%7CFinanceEnterpriseGroup%3A%3AFCE%7CAccountingEntity"
        "%3A%3A10",
        "classes/GLTransactionDetail/lists/_generic?_fields=FinanceCodeBlock&_paging=NEXT&_position=%3A12",
    ]


def test_a_page_without_rows_is_the_end():
    lines, _ = read((LEDGER, leads(FIRST, to=NEXT, count=1)), (LEDGER, leads(to=NEXT, count=0)))
    assert len(lines) == 1


def test_a_list_that_goes_round_in_circles_is_no_answer():
    with pytest.raises(Truncated, match="has 9 rows and gave 2, and does not say where it goes on"):
        read((LEDGER, leads(FIRST, to=NEXT, count=9)), (LEDGER, leads(FIRST, to=NEXT, count=9)))


def test_a_page_that_is_full_and_leads_nowhere_is_no_answer():
    with pytest.raises(Truncated, match="raise the connection's `page`"):
        read((LEDGER, rows(*[FIRST] * 5000)))


def test_a_list_that_goes_on_at_another_address_is_not_followed():
    with pytest.raises(ContractBroken, match="a place that is none of its own"):
        read((LEDGER, leads(FIRST, to="https://elsewhere.example.com/")))


def test_why_a_list_is_refused_is_told_in_its_own_words():
    refused = (200, {"exception": {"message": "No data context available", "class": "LawsonException"}})
    with pytest.raises(ContractBroken, match=r"a list: No data context available$"):
        read((LEDGER, refused))


def test_a_journal_is_created_and_run():
    done = outcome((CHART, ACCOUNTS), (CREATE, CREATED), (RUN, SUBMITTED))
    assert done == Finding(FindingState.PENDING, handle=KEY)


NEITHER = (200, [{"message": "record created"}, {"message": "BatchImport"}])


@pytest.mark.parametrize(
    "told", [(200, [{"message": "created"}]), (200, {"batchStatus": "complete"}), (200, []), NEITHER]
)
def test_a_batch_that_does_not_say_of_each_record_what_became_of_it_is_uncertain(told: tuple[int, object]):
    assert isinstance(outcome((CHART, ACCOUNTS), (CREATE, told)), OutcomeUnknown)


def test_nothing_of_a_refused_journal_stays_in_the_interface():
    refused = (
        200,
        [{"message": "created", "_fields": {}}, {"exception": "AccountCode 4000 needs FinanceDimension1"}],
    )
    done = outcome((CHART, ACCOUNTS), (CREATE, refused), (STAGED, rows(staged(1, "1200", "1"))), (DELETE, SUBMITTED))
    assert isinstance(done, MappingGap)
    assert "line 2 (4000): AccountCode 4000 needs FinanceDimension1" in done.what


def test_lines_that_stand_there_already_are_run_and_not_refused():
    again = (200, [{"exception": "already exists"}, {"exception": "already exists"}])
    done = outcome((CHART, ACCOUNTS), (CREATE, again), (STAGED, BOTH), (RUN, SUBMITTED))
    assert done == Finding(FindingState.PENDING, handle=KEY)


def test_a_begun_journal_gets_the_lines_it_lacks():
    begun = {KEY: Finding(FindingState.ORPHAN, handle=KEY)}
    steps = (
        (CHART, ACCOUNTS),
        (STAGED, rows(staged(1, "1200", "1"))),
        (CREATE, (200, [{"message": "created"}])),
        (RUN, SUBMITTED),
    )
    assert outcome(*steps, found=begun) == Finding(FindingState.PENDING, handle=KEY)


def test_a_begun_journal_with_other_lines_is_begun_anew():
    begun = {KEY: Finding(FindingState.ORPHAN, handle=KEY)}
    steps = (
        (CHART, ACCOUNTS),
        (STAGED, rows(staged(1, "1200", "2"), staged(2, "4000", "-2"))),
        (DELETE, SUBMITTED),
        (CREATE, CREATED),
        (RUN, SUBMITTED),
    )
    assert outcome(*steps, found=begun) == Finding(FindingState.PENDING, handle=KEY)


def test_a_run_that_is_refused_says_so():
    refused = (200, {"code": "403", "message": "Actor may not interface"})
    done = outcome((CHART, ACCOUNTS), (CREATE, CREATED), (RUN, refused))
    assert isinstance(done, Rejected)
    assert "Actor may not interface" in done.what


def test_an_account_opened_meanwhile_is_seen_at_once():
    closed = rows(
        {"GeneralLedgerChartAccount": "1200", "Active": "true", "ChartType": "2"},
        {"GeneralLedgerChartAccount": "4000", "Active": "false", "ChartType": "2"},
    )
    erp, script = financials((CHART, closed), (CHART, closed), (CHART, ACCOUNTS), (CREATE, CREATED), (RUN, SUBMITTED))
    first = erp.post_journals([entry()], found=ABSENT, guard=free)[KEY]
    assert isinstance(first, MappingGap)
    assert "account 4000 is not active" in first.what
    assert erp.post_journals([entry()], found=ABSENT, guard=free)[KEY].state is FindingState.PENDING
    assert script.over()


def test_a_line_of_another_day_or_shape_is_no_ledger():
    for odd in ({"FinanceCodeBlock": "CORE|10", "PostingDate": "20260105"}, {"FinanceCodeBlock": "a|b|c|d|e"}):
        erp, _ = financials((LEDGER, rows(odd)))
        with pytest.raises(ContractBroken):
            list(erp.ledger(["4000"], date(2026, 1, 5), date(2026, 1, 5)))


@pytest.mark.parametrize("booking", [Booking.FULL, Booking.OPERATIONAL])
def test_a_booking_with_sales_orders_is_refused_when_the_connection_is_saved(booking: Booking):
    with pytest.raises(Misconfigured, match=r"takes no sales orders.*set `booking: ledger`"):
        check_company("financials", COMPANY, booking)


def test_every_wrong_setting_is_named_at_once():
    with pytest.raises(Misconfigured) as refused:
        check_company("financials", {"system": "BC", "page": "9", "colour": "red"}, Booking.LEDGER)
    for said in ("enterprise_group is missing", "accounting_entity is missing", "colour is unknown", "page must be"):
        assert said in refused.value.what
