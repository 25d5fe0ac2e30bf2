"""The store's payloads in our words: exact values, every spelling of absence, and what is refused."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from bigcommerce_rig import payload

from connector.bigcommerce import wire_lines, wire_money, wire_order
from connector.bigcommerce.wire_fields import Fields
from connector.domain.faults import ContractBroken
from connector.domain.money import Money
from connector.domain.order import (
    Address,
    Consignment,
    Discount,
    Fee,
    LineKind,
    OrderLine,
    OrderStatus,
    Priced,
    Tax,
    TaxTarget,
    Totals,
)
from connector.domain.payment import PaymentEvent, Transaction
from connector.domain.refund import Refund, RefundItem, RefundItemKind, RefundPayment


def usd(text):
    return Money(Decimal(text), "USD")


def both(ex_tax, inc_tax):
    return Priced(usd(ex_tax), usd(inc_tax))


JANE = Address(
    first_name="Jane",
    last_name="Doe",
    company="Example LLC",
    street_1="123 Main Street",
    city="Austin",
    state="Texas",
    postal_code="78701",
    country_code="US",
    phone="5125550100",
    email="jane.doe@example.com",
)


def read(told, **apart):
    return wire_order.order(Fields(told["order"], "order 1042"), taxes=told["taxes"], **apart)


def lines_of(told):
    return told["order"]["consignments"]["shipping"][0]["line_items"]


def refused(told):
    with pytest.raises(ContractBroken) as caught:
        read(told)
    return str(caught.value)


def test_the_head_of_an_order():
    order = read(payload())
    assert (order.id, order.status, order.payment_status) == (1042, OrderStatus.AWAITING_FULFILLMENT, "captured")
    assert order.created_at == datetime(2026, 3, 3, 21, 40, 11, tzinfo=UTC)
    assert order.modified_at == datetime(2026, 3, 3, 21, 41, 2, tzinfo=UTC)
    assert (order.currency, order.tax_inclusive, order.customer_id) == ("USD", False, 11)
    assert (order.billing, order.delivery_address) == (JANE, JANE)
    assert (order.payment_method, order.note, order.archived, order.external_order_id) == (
        "Credit Card",
        "",
        False,
        "",
    )
    assert order.totals == Totals(
        subtotal=both("219.90", "236.23"),
        shipping=both("12.50", "13.53"),
        handling=both("0", "0"),
        wrapping=both("0", "0"),
        total=both("210.41", "227.77"),
        tax=usd("17.36"),
        discount=usd("0"),
        coupon_discount=usd("21.99"),
    )


def test_lines_parcels_and_taxes():
    order = read(payload())
    assert order.lines[0] == OrderLine(
        id=311,
        sku="TEE-RED-S",
        name="Sample Tee",
        kind=LineKind.PHYSICAL,
        quantity=2,
        price=both("99.90", "107.32"),
        wrapping=both("0", "0"),
        discounts=(Discount("SPRING10", usd("9.99")),),
        product_id=184,
        variant_id=421,
        parent=None,
    )
    assert [(line.id, line.price.ex_tax) for line in order.lines] == [(311, usd("99.90")), (312, usd("120"))]
    assert order.consignments == (
        Consignment(77, "Flat Rate", JANE, shipping=both("12.5", "13.53"), handling=both("0", "0")),
    )
    assert order.taxes == (
        Tax("TX Sales Tax", usd("7.42"), TaxTarget.ITEM, line=311, rate="8.2500"),
        Tax("TX Sales Tax", usd("8.91"), TaxTarget.ITEM, line=312, rate="8.2500"),
        Tax("TX Sales Tax", usd("1.03"), TaxTarget.SHIPPING, line=None, rate="8.2500"),
    )
    assert order.fees == ()


def test_lines_are_found_in_parcels_pickups_downloads_and_gift_certificates():
    told = payload()
    shirt, mug = lines_of(told)
    told["order"]["consignments"] = {
        "shipping": [],
        "pickups": [
            {
                "id": 5,
                "pickup_method_display_name": "Collect in store",
                "location": {
                    "name": "Shop 1",
                    "address_line_1": "1 High St",
                    "city": "Austin",
                    "country_alpha2": "US",
                },
                "line_items": [shirt],
            }
        ],
        "downloads": [{"recipient_email": "a@example.com", "line_items": [mug | {"id": 313, "type": "digital"}]}],
        "email": {"gift_certificates": [{"line_items": [mug | {"id": 310, "type": "giftcertificate"}]}]},
    }
    order = read(told)
    assert [(line.id, line.kind.value) for line in order.lines] == [
        (310, "giftcertificate"),
        (311, "physical"),
        (313, "digital"),
    ]
    [pickup] = order.consignments
    assert (pickup.id, pickup.method, pickup.shipping) == (5, "Collect in store", both("0", "0"))
    assert pickup.address == Address(company="Shop 1", street_1="1 High St", city="Austin", country_code="US")


def test_the_older_structure_is_a_list_around_the_object():
    told = payload()
    told["order"]["consignments"] = [told["order"]["consignments"]]
    assert read(told) == read(payload())


def test_a_digital_order_is_delivered_to_the_billing_address():
    told = payload()
    [line, _] = lines_of(told)
    told["order"]["consignments"] = {"downloads": [{"line_items": [line | {"type": "digital"}]}], "email": {}}
    order = read(told)
    assert (order.consignments, order.delivery_address) == ((), JANE)


def test_an_address_may_be_nested():
    told = payload()
    [parcel] = told["order"]["consignments"]["shipping"]
    told["order"]["consignments"]["shipping"] = [{"id": 77, "address": parcel, "line_items": parcel["line_items"]}]
    assert read(told).consignments[0].address == JANE


def test_products_read_apart_replace_what_the_head_carries():
    told = payload()
    one = lines_of(told)[:1]
    assert [line.id for line in read(told, products=one).lines] == [311]
    assert read(told, products=[]).lines == ()


def test_fees_are_read_with_their_name():
    told = payload()
    fee = {"id": 3, "type": "custom_fee", "cost_ex_tax": 5, "cost_inc_tax": "5.4125", "cost_tax": "0.4125"}
    told["order"]["fees"] = [
        fee | {"display_name_merchant": "Rush", "display_name_customer": "Fast"},
        fee | {"id": 4, "display_name_customer": "Fast"},
    ]
    price = both("5", "5.4125")
    assert read(told).fees == (Fee(3, "Rush", price), Fee(4, "Fast", price))


def test_a_bundles_parts_know_their_parent():
    told = payload()
    lines_of(told)[1]["parent_order_product_id"] = 311
    assert [line.parent for line in read(told).lines] == [None, 311]


@pytest.mark.parametrize(
    ("cost", "total", "expected"), [("2.00", "4.00", "4"), ("2.00", "2.00", "2"), ("2", "9", "2")]
)
def test_wrapping_is_for_the_piece_or_the_line_whichever_makes_the_total(cost, total, expected):
    told = payload()
    lines_of(told)[0] |= {"wrapping_cost_ex_tax": cost, "wrapping_cost_inc_tax": cost}
    told["order"] |= {"wrapping_cost_ex_tax": total, "wrapping_cost_inc_tax": total}
    assert read(told).lines[0].wrapping == both(expected, expected)


def test_discounts_without_money_are_none_and_without_code_take_their_kind():
    told = payload()
    lines_of(told)[0]["applied_discounts"] = [
        {"id": "manual-discount", "amount": "1.5", "code": None, "target": "order"},
        {"id": "coupon", "amount": "0.0000", "code": "ZERO"},
    ]
    assert read(told).lines[0].discounts == (Discount("manual-discount", usd("1.5")),)


def test_the_order_currency_is_the_transactional_one():
    told = payload()
    told["order"] |= {"currency_code": "EUR", "default_currency_code": "JPY"}
    assert read(told).totals.total.inc_tax == Money(Decimal("227.77"), "JPY")


@pytest.mark.parametrize("absent", [None, "", {}, [], "missing"])
@pytest.mark.parametrize(
    ("field", "attribute", "expected"),
    [
        ("customer_id", "customer_id", None),
        ("customer_message", "note", ""),
        ("payment_status", "payment_status", ""),
        ("is_deleted", "archived", False),
        ("billing_address", "billing", Address()),
        ("fees", "fees", ()),
    ],
)
def test_absence_has_many_spellings(field, attribute, expected, absent):
    told = payload()
    told["order"][field] = absent
    if absent == "missing":
        del told["order"][field]
    assert getattr(read(told), attribute) == expected


def test_numbers_come_as_text_and_text_as_numbers():
    told = payload()
    told["order"] |= {"id": "1042", "customer_id": "0", "status_id": "11", "total_tax": Decimal("17.36")}
    told["order"] |= {"is_tax_inclusive_pricing": "false", "is_deleted": 0}
    lines_of(told)[0] |= {"sku": 10045, "quantity": "2.0", "type": "physical"}
    order = read(told)
    assert (order.id, order.customer_id, order.guest, order.totals.tax) == (1042, None, True, usd("17.36"))
    assert (order.lines[0].sku, order.lines[0].quantity, order.tax_inclusive) == ("10045", 2, False)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue, 03 Mar 2026 21:40:11 +0000", datetime(2026, 3, 3, 21, 40, 11, tzinfo=UTC)),
        ("Tue, 03 Mar 2026 15:40:11 -0600", datetime(2026, 3, 3, 21, 40, 11, tzinfo=UTC)),
        ("2026-03-03T21:40:11Z", datetime(2026, 3, 3, 21, 40, 11, tzinfo=UTC)),
        ("2026-03-03T23:40:11+02:00", datetime(2026, 3, 3, 21, 40, 11, tzinfo=UTC)),
        ("2026-03-03T21:40:11", datetime(2026, 3, 3, 21, 40, 11, tzinfo=UTC)),
    ],
)
def test_dates_come_by_rfc_2822_and_iso_8601(written, moment):
    told = payload()
    told["order"]["date_created"] = written
    created_at = read(told).created_at
    assert (created_at, created_at.utcoffset().total_seconds()) == (moment, 0)


SECRETS = ("Jane", "jane.doe", "Main Street", "5125550100", "much")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"total_inc_tax": "much"}, "the store's order 1042: total_inc_tax is text, not an amount"),
        ({"total_inc_tax": ""}, "the store's order 1042: total_inc_tax is empty text, not an amount"),
        ({"total_inc_tax": None}, "the store's order 1042: total_inc_tax is missing, not an amount"),
        ({"total_inc_tax": True}, "the store's order 1042: total_inc_tax is a truth value, not an amount"),
        ({"subtotal_ex_tax": ["1"]}, "the store's order 1042: subtotal_ex_tax is a list, not an amount"),
        (
            {"total_tax": "1e16"},
            "the store's order 1042: total_tax is text, not an amount of at most 15 digits and 30 decimals",
        ),
        ({"id": -1}, "the store's order 1042: id is a number, not a whole number from 0 up"),
        ({"id": "1.5"}, "the store's order 1042: id is text, not a whole number from 0 up"),
        ({"status_id": 99}, "the store's order 1042: status_id 99 is no status we know"),
        ({"date_created": "soon"}, "the store's order 1042: date_created is text, not a date"),
        ({"date_created": 1772574011}, "the store's order 1042: date_created is a number, not a date"),
        ({"default_currency_code": "dollars"}, "the store's order 1042: default_currency_code is no currency code"),
        (
            {"is_tax_inclusive_pricing": None},
            "the store's order 1042: is_tax_inclusive_pricing is missing, not a truth value",
        ),
        (
            {"is_tax_inclusive_pricing": "maybe"},
            "the store's order 1042: is_tax_inclusive_pricing is text, not a truth value",
        ),
        ({"billing_address": "Jane"}, "the store's order 1042 billing_address is text, not an object"),
        (
            {"billing_address": {"email": ["jane.doe"]}},
            "the store's order 1042 billing_address: email is a list, not text",
        ),
        ({"consignments": "much"}, "the store's order 1042 consignments is text, not an object"),
        ({"fees": {"id": 1}}, "the store's order 1042 fee list is an object, not a list"),
    ],
)
def test_what_does_not_fit_is_named_and_not_shown(change, message):
    told = payload()
    told["order"] |= change
    assert refused(told) == message
    assert not any(secret in message for secret in SECRETS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quantity": None}, "the store's order 1042 line 1: quantity is missing, not a whole number"),
        (
            {"type": "service"},
            "the store's order 1042 line 1: type is text, not one of physical, digital, giftcertificate",
        ),
        ({"total_ex_tax": {}}, "the store's order 1042 line 1: total_ex_tax is an object, not an amount"),
        ({"applied_discounts": {"a": 1}}, "the store's order 1042 line 1 applied_discounts is an object, not a list"),
        ({"applied_discounts": [{"amount": "-1"}]}, "the store's order 1042 line 1 discount 1: amount is negative"),
        ({"id": 312}, "the store's order 1042 names one line twice"),
    ],
)
def test_a_line_that_does_not_fit_is_named(change, message):
    told = payload()
    lines_of(told)[0] |= change
    assert refused(told) == message


@pytest.mark.parametrize("item", [None, 7, "line", []])
def test_a_line_that_is_none_is_not_dropped(item):
    told = payload()
    lines_of(told).append(item)
    assert refused(told).startswith("the store's order 1042 line 3 is ")


def test_a_tax_on_something_unknown_is_refused():
    told = payload()
    told["taxes"][2]["line_item_type"] = "mood"
    assert refused(told) == (
        "the store's order 1042 tax 3: line_item_type is text, "
        "not one of item, shipping, handling, gift-wrapping, fee"
    )


def test_transactions_take_their_direction_from_the_event():
    order = read(payload())
    rows = payload()["transactions"]["data"]
    rows[3]["amount"] = Decimal("-48.67")
    gift, authorization, capture, refund = wire_money.transactions(rows[::-1], order)
    assert (gift.event, gift.method, gift.gateway, gift.amount) == (
        PaymentEvent.PURCHASE,
        "gift_certificate",
        "giftcertificate",
        usd("25"),
    )
    assert authorization.event is PaymentEvent.AUTHORIZATION
    assert capture == Transaction(
        id=85926390,
        event=PaymentEvent.CAPTURE,
        method="credit_card",
        gateway="braintree",
        amount=Money(Decimal("202.77"), "USD"),
        succeeded=True,
        test=False,
        created_at=datetime(2026, 3, 3, 21, 41, 2, tzinfo=UTC),
        parent="85926314",
    )
    assert (refund.event, refund.amount.amount) == (PaymentEvent.REFUND, Decimal("48.67"))


@pytest.mark.parametrize(
    ("change", "attribute", "expected"),
    [
        ({"status": "error"}, "succeeded", False),
        ({"test": True}, "test", True),
        ({"test": None}, "test", False),
        ({"reference_transaction_id": {}}, "parent", ""),
        ({"currency": ""}, "amount", usd("25")),
        ({"currency": "usd"}, "amount", usd("25")),
        ({"gateway": None}, "gateway", ""),
        ({"id": "85926313"}, "id", 85926313),
    ],
)
def test_a_transactions_small_print(change, attribute, expected):
    order = read(payload())
    row = payload()["transactions"]["data"][0] | change
    [transaction] = wire_money.transactions([row], order)
    assert getattr(transaction, attribute) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"currency": "EUR"}, "the store's order 1042 transaction 1: currency is not the order's, USD"),
        ({"amount": None}, "the store's order 1042 transaction 1: amount is missing, not an amount"),
        (
            {"event": "wish"},
            "the store's order 1042 transaction 1: event is text, "
            "not one of purchase, authorization, capture, refund, void, pending, settled",
        ),
        ({"date_created": ""}, "the store's order 1042 transaction 1: date_created is empty text, not a date"),
    ],
)
def test_a_transaction_that_does_not_fit_is_named(change, message):
    row = payload()["transactions"]["data"][0] | change
    with pytest.raises(ContractBroken) as caught:
        wire_money.transactions([row], read(payload()))
    assert str(caught.value) == message


def test_refunds_say_what_for_and_by_which_way():
    unit, goodwill = wire_money.refunds(payload()["refunds"]["data"], read(payload()))
    assert unit == Refund(
        id=12,
        created_at=datetime(2026, 3, 10, 9, 12, 29, tzinfo=UTC),
        total=usd("48.67"),
        tax=usd("3.71"),
        items=(RefundItem(RefundItemKind.PRODUCT, 311, 1, requested=None, adjustments=()),),
        payments=(RefundPayment(13, "braintree", usd("48.67"), offline=False, declined=False),),
        merchant_override=False,
        reason="",
    )
    assert goodwill.items == (RefundItem(RefundItemKind.ORDER, 1042, 1, requested=usd("40")),)
    assert [(one.provider, one.amount) for one in goodwill.payments] == [
        ("storecredit", usd("15")),
        ("braintree", usd("25")),
    ]
    assert (goodwill.tax, goodwill.reason) == (usd("0"), "Goodwill")


def test_a_refunds_small_print():
    [row, _] = payload()["refunds"]["data"]
    row["items"][0] |= {
        "requested_amount": "12.30",
        "adjustments": [{"amount": Decimal("-1.5"), "description": "worn"}],
    }
    row["payments"][0] |= {"is_declined": True, "offline": True}
    row |= {"uses_merchant_override_values": True, "total_tax": Decimal("-0.1")}
    [refund] = wire_money.refunds([row], read(payload()))
    assert refund.items[0].requested == usd("12.30")
    assert refund.items[0].adjustments == (usd("-1.5"),)
    assert (refund.payments[0].declined, refund.payments[0].offline) == (True, True)
    assert (refund.merchant_override, refund.tax) == (True, usd("-0.1"))


def test_a_refund_of_tax_alone_has_no_items():
    [row, _] = payload()["refunds"]["data"]
    [refund] = wire_money.refunds([row | {"items": []}], read(payload()))
    assert refund.items == ()


def test_a_link_among_lines_means_that_not_all_are_here():
    told = payload()
    lines_of(told)[1] = {"url": "https://...", "resource": "/orders/1042/products/312"}
    assert not wire_lines.carries_all(Fields(told["order"], "order 1042"))


def test_line_items_of_a_wrong_kind_are_refused():
    told = payload()
    told["order"]["consignments"]["downloads"] = [{"line_items": "many"}]
    assert refused(told) == "the store's order 1042 line_items is text, not a list"
