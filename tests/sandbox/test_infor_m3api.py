"""m3api-rest v2: the shapes of answers and of errors."""

from __future__ import annotations

import pytest
from infor_rig import BASE, Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_bulk_answers_with_the_published_keys_and_goes_on_after_a_refusal(rig):
    number = rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST", CUOR="BC-1")[0]["ORNO"]
    lines = [{"ORNO": number, "ITNO": item, "ORQT": "1", "SAPR": "5.00"} for item in ("10045", "SKU-2", "10046")]
    answer = rig.bulk("OIS100MI", *[("AddBatchLine", line) for line in lines]).get_json()
    refused = answer["results"].pop(1)
    assert answer == {
        "results": [
            {"transaction": "AddBatchLine", "records": [{"PONR": "1", "POSX": "0", "ATNR": "0"}]},
            {"transaction": "AddBatchLine", "records": [{"PONR": "2", "POSX": "0", "ATNR": "0"}]},
        ],
        "wasTerminated": False,
        "nrOfSuccessfullTransactions": 2,
        "nrOfFailedTransactions": 1,
    }
    assert refused["errorMessage"].rstrip() == "Item number SKU-2 does not exist"
    assert refused["errorMessage"].endswith("   ")
    assert {key: value for key, value in refused.items() if key != "errorMessage"} == {
        "transaction": "AddBatchLine",
        "parameters": lines[1],
        "errorType": "ServerReturnedNOK",
        "errorCode": "WIT0103",
        "errorCfg": "",
        "errorField": "ITNO",
        "notProcessed": False,
        "records": [],
    }


def test_a_refusal_speaks_the_users_language_but_keeps_its_code(rig):
    step = ("GetItmBasic", {"ITNO": "NONE"})
    result = rig.bulk("MMS200MI", step, lanc="DE").get_json()["results"][0]
    assert result["errorMessage"].rstrip() == "Artikelnummer NONE existiert nicht"
    assert result["errorCode"] == "WIT0103"


@pytest.mark.parametrize(
    ("name", "query", "kind", "field"),
    [
        ("XYZ100MI/Get", {}, "TransactionNotFound", ""),
        ("OIS100MI/AddBatchOrder", {}, "TransactionNotFound", ""),
        ("OIS100MI/Confirm", {}, "MandatoryInputFieldNotFound", "ORNO"),
        ("OIS100MI/Confirm", {"ORNO": "   "}, "MandatoryInputFieldNotFound", "ORNO"),
        ("OIS100MI/AddBatchHead", {"CUNO": "WEBGUEST", "CUOR": "X" * 21}, "InputFieldTooLong", "CUOR"),
        ("OIS100MI/AddBatchHead", {"CUNO": "WEBGUEST", "COUR": "BC-1"}, "InputFieldNotFound", "COUR"),
    ],
)
def test_a_call_that_reaches_no_program_is_http_400(rig, name, query, kind, field):
    for answer in (rig.get(name, **query), rig.bulk(name.split("/")[0], (name.split("/")[1], query))):
        assert answer.status_code == 400
        assert (answer.get_json()["errorType"], answer.get_json()["errorField"]) == (kind, field)
        assert answer.get_json()["errorMessage"]
    assert rig.sandbox.state()["batch_orders"] == []


def test_a_malformed_step_ends_the_bulk_but_what_ran_has_run(rig):
    head = {"CUNO": "WEBGUEST", "CUOR": "BC-1"}
    answer = rig.bulk("OIS100MI", ("AddBatchHead", head), ("AddBatchLine", {}), ("AddBatchHead", head))
    body = answer.get_json()
    assert answer.status_code == 200
    assert body["wasTerminated"] is True
    assert body["terminationErrorType"] == "MandatoryInputFieldNotFound"
    assert [result.get("notProcessed", False) for result in body["results"]] == [False, True, True]
    assert body["nrOfSuccessfullTransactions"] == 1
    assert body["nrOfNotProcessedTransactions"] == 2
    assert len(rig.sandbox.state()["batch_orders"]) == 1


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"program": "OIS100MI"}'])
def test_a_body_that_is_no_call_is_http_400(rig, body):
    headers = rig.bearer | {"Content-Type": "application/json"}
    assert rig.client.post(BASE, data=body, headers=headers).status_code == 400


def test_values_are_padded_in_a_bulk_unless_trimmed_and_trimmed_in_a_get_unless_padded(rig):
    step = ("GetUserData", {})
    padded = rig.bulk("MNS150MI", step, rightTrim=False).get_json()["results"][0]["records"][0]
    assert (padded["USID"], padded["DEPT"]) == ("BCSVC     ", "        ")
    assert rig.bulk("MNS150MI", step).get_json()["results"][0]["records"][0]["USID"] == "BCSVC"
    assert rig.get("MNS150MI/GetUserData").get_json()["results"][0]["records"][0]["USID"] == "BCSVC"
    wide = rig.get("MNS150MI/GetUserData", righttrim="false").get_json()
    assert wide["results"][0]["records"][0]["USID"] == "BCSVC     "


def test_all_values_are_texts_and_empty_ones_are_left_out_on_request(rig):
    full = rig.run("MNS150MI/GetUserData")[0]
    assert set(map(type, full.values())) == {str}
    assert full["CONO"] == "100"
    assert full["EMAL"] == ""
    short = rig.get("MNS150MI/GetUserData", excludeempty="true", returncols="CONO,EMAL").get_json()
    assert short["results"][0]["records"] == [{"CONO": "100"}]


def test_a_list_is_cut_at_a_hundred_records_in_silence(rig):
    rig.sandbox.control["add_items"]({f"I{number:04}": "x" for number in range(150)})
    step = ("Select", {"QERY": "MMITNO from MITMAS", "SEPC": ";"})
    default = rig.bulk("EXPORTMI", step).get_json()
    assert len(default["results"][0]["records"]) == 100
    assert default["nrOfFailedTransactions"] == 0
    unlimited = rig.bulk("EXPORTMI", step, maxReturnedRecords=0).get_json()["results"][0]["records"]
    assert len(unlimited) == 150 + 8
    query = {"QERY": "MMITNO from MITMAS", "maxrecs": "5"}
    assert len(rig.get("EXPORTMI/Select", **query).get_json()["results"][0]["records"]) == 5
    del query["maxrecs"]
    assert len(rig.get("EXPORTMI/Select;maxrecs=7", **query).get_json()["results"][0]["records"]) == 7
    rig.sandbox.control["ceiling"](50)
    assert len(rig.bulk("EXPORTMI", step, maxReturnedRecords=0).get_json()["results"][0]["records"]) == 50


def test_a_list_can_break_off_with_records_and_an_error(rig):
    rig.sandbox.control["cut_short"](["CRS630MI/LstAccountID"])
    whole = len(rig.sandbox.state()["accounts"]) - 1  # one is of another dimension
    answer = rig.bulk("CRS630MI", ("LstAccountID", {"AITP": "1"})).get_json()
    assert len(answer["results"][0]["records"]) == whole // 2
    assert answer["results"][0]["errorCode"] == "XLS0001"
    assert answer["nrOfFailedTransactions"] == 1
    rig.sandbox.control["cut_short"]([])
    assert len(rig.run("CRS630MI/LstAccountID", AITP="1")) == whole


def test_another_company_or_division_is_refused(rig):
    wrong = rig.bulk("MNS150MI", ("GetUserData", {}), cono=200).get_json()["results"][0]
    assert wrong["errorCode"] == "WCO0103"
    wrong = rig.bulk("MNS150MI", ("GetUserData", {}), divi="ZZZ").get_json()["results"][0]
    assert wrong["errorCode"] == "WDI0103"


def test_the_parameters_come_back_when_asked_for(rig):
    answer = rig.get("MMS005MI/GetWarehouse", WHLO="001", extendedresult="true").get_json()
    assert answer["results"][0]["parameters"] == {"WHLO": "001"}
