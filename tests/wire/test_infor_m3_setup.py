"""The set-up check and the master data check on tenants that do not fit."""

from __future__ import annotations

from infor_script import bulk, m3, no, ok

from connector.domain.faults import Unavailable
from connector.ports import Masters


def test_a_ping_with_refused_credentials_says_so_in_one_line():
    erp, _ = m3(("MNS150MI/GetUserData", (401, {})), ("MNS150MI/GetUserData", (401, {})))
    (check,) = erp.ping()
    assert (check.name, check.ok) == ("token", False)
    assert "two tokens in a row" in check.detail
    assert check.remedy


def test_a_ping_of_a_tenant_without_m3_says_so_in_one_line():
    erp, _ = m3(("MNS150MI/GetUserData", (404, {})))
    (check,) = erp.ping()
    assert (check.name, check.ok) == ("M3", False)
    assert "is M3 part of this tenant" in check.detail


def test_a_ping_names_fields_that_are_missing_or_shorter_and_a_facility_of_another_division():
    fields = [{"FLNM": "CUNO", "LENG": "10"}, {"FLNM": "CUOR", "LENG": "15"}, {"FLNM": "ORTP", "LENG": ""}]
    erp, _ = m3(
        ("MNS150MI/GetUserData", bulk(ok({"USID": "SVC", "CONO": "100"}))),
        ("MNS100MI/GetBasicData", bulk(ok({"CONM": "Acme", "LOCD": "USD"}))),
        ("CRS008MI/Get", bulk(ok({"FACI": "A01", "DIVI": "BBB"}))),
        ("MMS005MI/GetWarehouse", Unavailable("silence")),
        ("OIS010MI/LstOrderTypes", bulk(ok({"ORTP": "WEB"}))),
        ("MRS001MI/LstAdtFieldInf", bulk(ok(*fields), *[no("not here")] * 11)),
        ("EXPORTMI/LstFields", bulk(*[no("not authorised")] * 5)),
    )
    faults = {check.name: check.detail for check in erp.ping() if not check.ok}
    assert set(faults) == {"facility A01", "warehouse 001", "fields", "tables"}
    assert faults["facility A01"] == "facility A01 is not of division AAA"
    assert "OIS100MI/AddBatchHead has no field FACI" in faults["fields"]
    assert "OIS100MI/AddBatchHead takes 15 characters of CUOR, we send up to 20" in faults["fields"]
    assert "OIS100MI/AddBatchHead has no field ORTP" not in faults["fields"]
    assert "GLS840MI/AddBatchLineFld is not known (not here)" in faults["fields"]
    assert "not authorised" in faults["tables"]


def test_an_account_that_is_not_open_yet_is_told_with_its_day():
    dates = {"LCCD": "0", "VFDT": "20270101", "VTDT": "0"}
    erp, _ = m3(("CRS630MI/GetAccountID", bulk(ok(dates))))
    (check,) = erp.check_masters(Masters({"4000": "accounts.sales"}, {}, {}, {}, {}, {}, {}))
    assert check.detail == "accounts.sales: account 4000 is valid only from 20270101"


def test_charges_are_found_by_their_own_id_in_a_list_that_begins_there():
    erp, _ = m3(
        ("OIS030MI/LstOrderCharges", bulk(ok({"CRID": "FRT"}), ok({"CRID": "XYZZ"}))),
    )
    (check,) = erp.check_masters(Masters({}, {}, {}, {}, {"FRT": "a", "XYZ": "charges.handling"}, {}, {}))
    assert check.detail == "charges.handling: charge XYZ does not exist"
