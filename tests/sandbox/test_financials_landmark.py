"""The simulated Financials, asked by a client that knows nothing of ours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from connector.sandbox.infor.financials.app import InforFinancials

BASE = "/ACME_TST/FSM/fsm/soap"
BATCH = f"{BASE}/classes/GLTransactionInterface/actions/CreateUnreleased/batch"
RUN = f"{BASE}/ldrest/GLTransactionInterface/InterfaceTransactions_InterfaceTransactionsForm_FormOperation"
DELETE = (
    f"{BASE}/ldrest/GLTransactionInterface/"
    "DeleteAllTransactionsForRunGroup_DeleteAllTransactionsForRunGroupForm_FormOperation"
)


class Landmark:
    def __init__(self) -> None:
        self.now = 1_780_000_000.0
        self.app = InforFinancials(now=lambda: self.now)
        self.client = Client(self.app.wsgi)
        file = self.app.ionapi("http://x")
        form = {"grant_type": "password", "client_id": file["ci"], "client_secret": file["cs"]}
        told = self.client.post(
            "/ACME_TST/as/token.oauth2", data=form | {"username": file["saak"], "password": file["sask"]}
        )
        self.bearer = {"Authorization": f"Bearer {told.get_json()['access_token']}"}

    def get(self, path: str, **query: str) -> TestResponse:
        return self.client.get(path, query_string=urlencode(query, quote_via=quote), headers=self.bearer)

    def rows(self, name: str, fields: str, **query: str) -> list[dict[str, str]]:
        told = self.get(f"{BASE}/classes/{name}/lists/_generic", _fields=fields, **query).get_json()
        return [row["_fields"] for row in told[1:]]

    def create(self, *lines: tuple[str, str], group: str = "G1", first: int = 1) -> list[dict[str, Any]]:
        records = [
            {
                "message": "BatchImport",
                "_fields": {
                    "FinanceEnterpriseGroup": "FCE",
                    "GLTransactionInterface.RunGroup": group,
                    "GLTransactionInterface.SequenceNumber": str(number),
                    "AccountingEntity": "10",
                    "AccountCode": account,
                    "PostingDate": "20261120",
                    "TransactionAmount": amount,
                    "CurrencyCode": "USD",
                    "System": "BC",
                },
            }
            for number, (account, amount) in enumerate(lines, start=first)
        ]
        told = self.client.post(BATCH, json={"_records": records}, headers=self.bearer)
        return [one for one in told.get_json() if "batchStatus" not in one]

    def run(self, group: str = "G1") -> TestResponse:
        return self.get(RUN, PrmRunGroup=group, PrmEditAndInterface="true", _cmAll="true")

    def results(self, group: str = "G1") -> list[dict[str, str]]:
        self.now += 1
        fields = "RunGroup,Status,RecordCount,PassedCount,FailedCount"
        return self.rows("GLTransactionInterfaceResult", fields, _lplFilter=f'RunGroup = "{group}"')

    def staged(self) -> list[dict[str, str]]:
        fields = "GLTransactionInterface.RunGroup,GLTransactionInterface.ErrorMessage"
        return self.rows("GLTransactionInterface", fields)


@pytest.fixture
def landmark() -> Landmark:
    return Landmark()


def test_a_run_books_a_group_whole_and_takes_it_out_of_the_interface(landmark: Landmark):
    assert all("_fields" in one for one in landmark.create(("1200", "10.00"), ("4000", "-10.00")))
    landmark.run()
    assert landmark.results() == [
        {"RunGroup": "G1", "Status": "1", "RecordCount": "2", "PassedCount": "2", "FailedCount": "0"}
    ]
    assert landmark.staged() == []
    assert landmark.app.trial_balance() == {("1200", "USD"): Decimal("10.00"), ("4000", "USD"): Decimal("-10.00")}
    assert landmark.app.vouchers_by_key() == {"G1": ["1"]}


def test_a_run_answers_before_it_is_done(landmark: Landmark):
    landmark.create(("1200", "10.00"), ("4000", "-10.00"))
    assert landmark.run().status_code == 200
    fields = "Status,PassedCount"
    assert landmark.rows("GLTransactionInterfaceResult", fields) == [{"Status": "0", "PassedCount": "0"}]
    assert len(landmark.staged()) == 2


def test_a_second_run_books_nothing_and_is_complete_too(landmark: Landmark):
    landmark.create(("1200", "10.00"), ("4000", "-10.00"))
    landmark.run()
    landmark.run()
    assert [(one["Status"], one["PassedCount"]) for one in landmark.results()] == [("1", "0"), ("1", "2")]
    assert landmark.app.vouchers_by_key() == {"G1": ["1"]}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("1200", "10.00"), ("NOPE", "-10.00")], "AccountCode NOPE does not exist"),
        ([("1200", "10.00"), ("9998", "-10.00")], "AccountCode 9998 is not active"),
        ([("1200", "10.00"), ("4000", "-9.99")], "Transactions are out of balance"),
    ],
)
def test_a_group_with_a_fault_books_nothing_and_marks_it(landmark: Landmark, lines: list[tuple[str, str]], said: str):
    landmark.create(*lines)
    landmark.run()
    assert landmark.results()[0]["Status"] == "2"
    assert said in {row.get("GLTransactionInterface.ErrorMessage") for row in landmark.staged()}
    assert landmark.app.trial_balance() == {}


def test_a_record_may_be_created_once(landmark: Landmark):
    landmark.create(("1200", "10.00"))
    [again] = landmark.create(("1200", "10.00"))
    assert again["exception"] == "GLTransactionInterface G1 1 already exists"
    assert len(landmark.staged()) == 1


def test_a_group_is_deleted_by_a_get(landmark: Landmark):
    landmark.create(("1200", "10.00"), group="G1")
    landmark.create(("1200", "10.00"), group="G2")
    landmark.get(DELETE, PrmRunGroup="G1", _cmAll="true")
    assert [row["GLTransactionInterface.RunGroup"] for row in landmark.staged()] == ["G2"]


def test_a_list_gives_five_rows_unless_told_and_counts_them_all(landmark: Landmark):
    path = f"{BASE}/classes/GeneralLedgerChartAccount/lists/_generic"
    short = landmark.get(path, _fields="GeneralLedgerChartAccount").get_json()
    every = landmark.get(path, _fields="GeneralLedgerChartAccount", _limit="1000").get_json()
    assert (short[0]["_count"], len(short[1:])) == (len(every[1:]), 5)


def test_a_list_says_where_it_goes_on_until_its_last_row(landmark: Landmark):
    path = f"{BASE}/classes/GLTransactionInterface/lists/_generic"
    landmark.create(*[("1200", "1.00")] * 5)
    found, query = [], "_fields=GLTransactionInterface.SequenceNumber&_limit=2"
    while query:
        first, *rows = landmark.client.get(path, query_string=query, headers=landmark.bearer).get_json()
        found += [row["_fields"]["GLTransactionInterface.SequenceNumber"] for row in rows]
        query = urlsplit({link["rel"]: link["href"] for link in first["_links"]}["next"]).query
    assert found == ["1", "2", "3", "4", "5"]


def test_a_plus_is_no_blank(landmark: Landmark):
    path = f"{BASE}/classes/GLTransactionInterface/lists/_generic"
    query = '_fields=ErrorMessage&_lplFilter=GLTransactionInterface.RunGroup+=+"G1"'
    assert landmark.client.get(path, query_string=query, headers=landmark.bearer).status_code == 400


def test_a_list_without_fields_and_an_unknown_class_are_refused(landmark: Landmark):
    assert landmark.get(f"{BASE}/classes/GeneralLedgerChartAccount/lists/_generic").status_code == 400
    assert landmark.get(f"{BASE}/classes/Nothing/lists/_generic", _fields="A").status_code == 404


def test_no_call_without_a_token(landmark: Landmark):
    assert landmark.client.get(f"{BASE}/classes/AccountingEntity/lists/_generic").status_code == 401
