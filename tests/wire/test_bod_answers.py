"""What comes back: verdicts in every shape that was seen, and everything hostile that is not read."""

from __future__ import annotations

import base64
import time

import pytest
from bod_rig import BODID, KEY, acknowledged, confirmed
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.acknowledgement import Acknowledgement, Elsewhere, Verdict
from connector.domain.delivery import Unreadable
from connector.infor.bod import xml
from connector.infor.bod.wire.acknowledgement import read

ACCEPTED = '<ResponseExpression actionCode="Accepted"/>'
REJECTED = '<ResponseExpression actionCode="Rejected"/>'
WHY = (
    "<ChangeStatus><ReasonCode>tfgld1018</ReasonCode><Reason>Ledger account\n 4000 is blocked</Reason></ChangeStatus>"
)
ERROR = (
    "<BODFailureMessage><ErrorProcessMessage><Description>No such company</Description><Type>Error</Type>"
    "<ReasonCode>E1</ReasonCode></ErrorProcessMessage></BODFailureMessage>"
)


def test_an_acceptance_settles_the_variation_that_it_names():
    assert read(acknowledged(ACCEPTED)) == Acknowledgement(KEY, 1, Verdict.ACCEPTED)


def test_taken_in_with_changes_of_the_targets_own_is_taken_in():
    assert read(acknowledged('<ResponseExpression actionCode="Modified"/>')) == Acknowledgement(
        KEY, 1, Verdict.ACCEPTED
    )


def test_the_targets_own_number_is_kept():
    header = "<JournalEntryHeader><DisplayID>WEB/900001</DisplayID></JournalEntryHeader>"
    noun = f"<SourceSystemJournalEntry>{header}</SourceSystemJournalEntry>"
    told = read(acknowledged(ACCEPTED, noun=noun))
    assert told == Acknowledgement(KEY, 1, Verdict.ACCEPTED, external_id="WEB/900001")


def test_a_rejection_keeps_the_erps_words_in_one_line():
    told = read(acknowledged(REJECTED + WHY))
    assert told == Acknowledgement(KEY, 1, Verdict.REJECTED, reason="tfgld1018: Ledger account 4000 is blocked")


def test_a_rejection_without_words_says_where_to_look():
    told = read(acknowledged(REJECTED))
    assert isinstance(told, Acknowledgement)
    assert told.reason == "the target rejected it without a reason: see it in ION OneView"


@pytest.mark.parametrize("criteria", ["", '<ResponseExpression actionCode="Maybe"/>', ACCEPTED + REJECTED])
def test_an_answer_that_is_no_verdict_is_for_a_person(criteria: str):
    assert isinstance(read(acknowledged(criteria)), Unreadable)


@pytest.mark.parametrize("bod_id", ["", "process.workflow-1-1", BODID.replace("Process", "Sync")])
def test_an_answer_to_somebody_elses_document_settles_nothing(bod_id: str):
    assert read(acknowledged(ACCEPTED, bod_id=bod_id)) == Elsewhere("it answers a document that is not ours")


@pytest.mark.parametrize(
    ("inside", "own"),
    [
        (f"<OriginalApplicationArea><BODID>{BODID}</BODID></OriginalApplicationArea>", "x"),
        ("", f"{BODID}?BOD&amp;Verb=Confirm"),
        (
            "<OriginalBOD><MessageContent><![CDATA["
            + base64.b64encode(
                f"<P xmlns='u'><ApplicationArea><BODID>{BODID}</BODID></ApplicationArea></P>".encode()
            ).decode()
            + "]]></MessageContent></OriginalBOD>",
            "x",
        ),
        (
            f"<OriginalBOD><MessageContent><P><ApplicationArea><BODID>{BODID}</BODID></ApplicationArea></P></MessageContent></OriginalBOD>",
            "x",
        ),
    ],
    ids=["area", "own id", "base64", "inline"],
)
def test_an_error_is_a_rejection_wherever_it_names_the_original(inside: str, own: str):
    assert read(confirmed(inside, own=own, failure=ERROR)) == Acknowledgement(
        KEY, 1, Verdict.REJECTED, reason="E1: No such company"
    )


def test_a_confirmation_without_an_error_is_no_booking():
    told = read(confirmed("", own=f"{BODID}?BOD&amp;Verb=Confirm", failure="<BODSuccessMessage/>"))
    assert isinstance(told, Elsewhere)


def test_other_documents_settle_nothing():
    assert read(b"<SyncSalesOrder xmlns='http://schema.infor.com/InforOAGIS/2'/>") == Elsewhere(
        "nothing depends on SyncSalesOrder"
    )


# Hostile

SECRET = "file-content-that-must-not-appear"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd"><x/>',
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>'.encode(),
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x a="&l9;"/>'.encode(),
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "1">]><x>&e;</x>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x +AFs-+ADwAIQ-ENTITY e "1"+AD4AXQA+-<x>&e;</x>',
        b"<x>&e;</x>",
        b"<x>" * 100_000,
        b"<a>" * 300 + b"</a>" * 300,
        b"<x>" + b"y" * xml.LARGEST + b"</x>",
        b"",
        b"\xff\xfe\x00",
        b"not xml",
        b"<x/><y/>",
    ],
    ids=lambda document: document[:20].decode(errors="replace"),
)
def test_what_is_hostile_is_not_read(document: bytes):
    began = time.monotonic()
    told = read(document)
    assert isinstance(told, Unreadable)
    assert len(told.reason) < 300
    assert "root:" not in told.reason
    assert time.monotonic() - began < 2


@given(st.binary(max_size=400))
def test_any_bytes_are_answered(document: bytes):
    assert isinstance(read(document), Acknowledgement | Elsewhere | Unreadable)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_where_an_id_or_a_code_belongs_settles_nothing(bod_id: str, code: str):
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;") for text in (bod_id, code)]
    document = acknowledged(f'<ResponseExpression actionCode="{escaped[1]}"/>', bod_id=escaped[0])
    assert not isinstance(read(document), Acknowledgement)
