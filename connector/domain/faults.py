"""Known ways the outside fails, named by their remedy. Each has a code and an advice people can act on."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum


class Effect(Enum):
    """Whether an outside call may change the outside: every call states it."""

    READ = "read"
    WRITE = "write"


class Fault(Exception):
    """The root: ``code`` is stable, ``advice`` says what to do next."""

    code = "fault"
    advice = "Read the record's story and replay it."

    def __init__(self, what: str, *, retry_after: timedelta | None = None, detail: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.retry_after = retry_after
        self.detail = detail

    def __str__(self) -> str:
        return self.what


class Transient(Fault):
    """It passes by itself: try the same call again."""

    code = "transient"
    advice = "Nothing to do: it is tried again by itself."


class Unavailable(Transient):
    """The other side did not answer a READ, or refused before doing anything."""

    code = "unavailable"
    advice = "Nothing to do while it is short; if it lasts, check the other system's status page."


class Throttled(Transient):
    """The other side asks us to wait ``retry_after``."""

    code = "throttled"
    advice = "Nothing to do: the connector waits as long as the other side asks."


class Busy(Transient):
    """Somebody else is at work on this very record."""

    code = "busy"
    advice = "Nothing to do: it goes on as soon as the other worker is done."


class Unauthorized(Fault):
    """The credentials or the token were refused."""

    code = "unauthorized"
    advice = "Run `ml-connector connection ping NAME`, renew the credential it names; what waited goes on by itself."


class OutcomeUnknown(Fault):
    """A WRITE may or may not have been applied: ask before repeating it."""

    code = "uncertain"
    advice = "Nothing to do: the ERP is asked by reference and the posting repeated only when proven absent."


class Rejected(Fault):
    """The other side understood and said no."""

    code = "rejected"
    advice = "Mend what the ERP's message names, then run `ml-connector records replay ID`."


class MappingGap(Fault):
    """The mapping profile does not cover a value of this order."""

    code = "mapping_gap"
    advice = "Add the named values to the mapping profile and import it; held orders release themselves."

    def __init__(self, what: str, *, kind: str = "", name: str = "") -> None:
        super().__init__(what)
        self.kind = kind  # what is not covered, in one word: ``SKU``, ``gateway``, ``tax``, ``account``
        self.name = name


class Unpriced(MappingGap):
    """What an item costs today cannot be said: the ERP has no price of it, or several."""

    code = "unpriced"
    advice = (
        "Give the item one price in the ERP, or hide its product in the store. What the ERP does not tell as a "
        "change is read once a day, or by `ml-connector catalog sync NAME --full`."
    )


class PeriodClosed(Fault):
    """The day that a journal belongs to lies in a period that is closed in the ERP."""

    code = "period_closed"
    advice = (
        "Open the period in the ERP, or set `orders: {closed_period: next_open}` in the mapping profile and import "
        "it; held orders release themselves."
    )


class NotApproved(Fault):
    """The connection posts only what a person approved, and nobody approved this plan of the order."""

    code = "not_approved"
    advice = "Look at it with `ml-connector preview NAME ORDER`; if it is right, the same with `--approve HASH`."


class BuyerForgotten(Fault):
    """A document's buyer was forgotten before it went out, and it may not go without."""

    code = "buyer_forgotten"
    advice = (
        "Nothing to do: the order is read from the store again and goes on. Where the store no longer has it, book "
        "it in the ERP by hand or leave it."
    )


class BookedTwice(Fault):
    """The ERP has one fact more than once: it accepted again what it had, or what a person had keyed."""

    code = "booked_twice"
    advice = "Take back in the ERP what the lines name besides the posting's own number, then say that it was done."


class Unexplained(Fault):
    """The order's own figures do not add up to its total."""

    code = "unexplained_total"
    advice = (
        "Compare the shown arithmetic with the order in the store; mend the order or raise the tolerance. What "
        "cannot be mended: book it by hand and run `ml-connector records settle ID --why TEXT`."
    )


class ContractBroken(Fault):
    """The other side answered in a way its documentation does not allow."""

    code = "contract_broken"
    advice = (
        "Show the call to the vendor (`ml-connector records show x-ID --json`); nothing was taken from that answer."
    )


class Truncated(ContractBroken):
    """A list was cut short: what is missing is unknown, so nothing of it is used."""

    code = "truncated"
    advice = "Raise the list limit of the endpoint or narrow the period; nothing was taken from a partial list."


class EditedAfterPosting(Fault):
    """The order changed in the store after it was booked."""

    code = "edited_after_posting"
    advice = "Change in the ERP by hand what the lines name; a sale that the connector journals is corrected already."


class CancelledAfterPosting(Fault):
    """The order was cancelled after its sales order was booked; the ledger is reversed, the document is not."""

    code = "cancelled_after_posting"
    advice = "Close the sales order in the ERP by hand; the journal entries are reversed already."


class UnpostedDocument(Fault):
    """The order was unposted, and its sales order is still booked; only a person closes a document."""

    code = "unposted_document"
    advice = (
        "Close the sales order in the ERP by hand unless it is to be delivered; `ml-connector records replay` of "
        "the order books its journals again."
    )


class HeldByHand(Fault):
    """An operator keeps an order from being booked."""

    code = "held_by_hand"
    advice = "Run `ml-connector records release ID` when its reason is gone; nothing releases it by itself."


class EditedInStore(Fault):
    """Somebody changed a field in the store that the ERP masters, and it was left alone."""

    code = "edited_in_store"
    advice = (
        "Let the ERP have it back with `ml-connector catalog drift NAME --heal`, or take the field out of "
        "catalog.fields; `catalog.edits: restore` does the former by itself."
    )


class Superseded(Fault):
    """This worker no longer owns the order: another run took over."""

    code = "superseded"
    advice = "Nothing to do: the newer run carries on."


class CannotOpen(Fault):
    """No key of this machine opens what was sealed."""

    code = "cannot_open"
    advice = (
        "Put the key that sealed it back into CONNECTOR_KEYS (behind the new one). What somebody moved in the "
        "database: restore it from a backup, or add the connection again."
    )


class Misconfigured(Fault):
    """A setting, file or set-up step is wrong; the message names it."""

    code = "misconfigured"
    advice = "Mend what the message names."


class Unknown(Misconfigured):
    """A name or an id that nobody has."""

    code = "unknown"
    advice = "Give a name or an id that one of the lists shows."


def _family(root: type[Fault]) -> list[type[Fault]]:
    return [root, *(fault for child in root.__subclasses__() for fault in _family(child))]


def catalogue() -> dict[str, type[Fault]]:
    """Every fault by its code, for the runbook, the console and the CLI."""
    return {fault.code: fault for fault in _family(Fault) if fault is not Fault}


def advice_for(code: str) -> str:
    """Say what to do about a fault; nothing for a code that is none."""
    fault = catalogue().get(code)
    return fault.advice if fault else ""
