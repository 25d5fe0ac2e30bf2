"""Stories of money given back: units, charges, the order as such, tax alone, in one go and in three."""

from connector.sandbox.store.seed.story import (
    CALIFORNIA,
    LEFT_OUT,
    TEXAS,
    VAT,
    Part,
    Story,
    line,
    money,
    paid,
    refund,
    units,
)

BASKET = {
    "lines": [line("TEE-BLUE-M", "49.95", 3, wrapping="4.50"), line("LAMP-OAK", "120.00")],
    "taxes": CALIFORNIA,
    "shipping": "12.50",
    "handling": "3.00",
    "fees": [{"name": "Rush fee", "amount": "9.00"}],
}
SMALL = {"lines": [line("MUG-11OZ", "12.50", 2)], "taxes": TEXAS, "shipping": "8.00"}

STORIES = (
    Story("units back", "one of three tees comes back", BASKET, (refund(units(0), reason="Wrong size"),)),
    Story("shipping back", "half the shipping is given back", BASKET, (refund(money("SHIPPING", "6.70")),)),
    Story(
        "handling and wrap back",
        "the wrapping was torn",
        BASKET,
        (refund(money("HANDLING", "3.22"), Part("GIFT_WRAPPING", 0, {"quantity": 3})),),
    ),
    Story("fee back", "it was not rushed at all", BASKET, (refund(money("FEE", "9.00")),)),
    Story(
        "back in two ways",
        "part to the card, part to the customer's credit",
        {**BASKET, "customer": 19, "pay": [paid("storecredit", "40.00"), paid()]},
        (
            refund(
                money("ORDER", "60.00"),
                payments=[
                    {"provider_id": "storecredit", "amount": "20.00"},
                    {"provider_id": "braintree", "amount": "40.00"},
                ],
            ),
        ),
    ),
    Story(
        "refund declined",
        "the gateway refuses; the same amount goes back by hand",
        SMALL,
        (
            refund(units(0), payments=[{"provider_id": "braintree", "amount": "13.53", "declined": True}]),
            refund(units(0), payments=[{"provider_id": "custom", "amount": "13.53", "offline": True}]),
        ),
    ),
    Story("goodwill", "money off the order as such carries no tax", BASKET, (refund(money("ORDER", "15.00")),)),
    Story(
        "tax alone",
        "the shopper was exempt; only tax goes back",
        BASKET,
        (refund(tax_adjustment_amount="10.00"),),
    ),
    Story(
        "all back",
        "everything comes back",
        SMALL,
        (refund(units(0, 2), money("SHIPPING", "8.66")),),
    ),
    Story(
        "three refunds",
        "a unit, the shipping, and a gesture",
        {**BASKET, "customer": 20},
        (refund(units(0, 2)), refund(money("SHIPPING", "13.41")), refund(money("ORDER", "5.00"))),
    ),
    Story(
        "VAT back",
        "a unit of an order with the tax inside, bought with a coupon",
        {
            "lines": [line("CHAIR-7", "89.99", 3)],
            "taxes": VAT,
            "inclusive": True,
            "shipping": "9.99",
            "coupons": [{"code": "SPRING10"}],
        },
        (refund(units(0)),),
    ),
    Story(
        "amount dictated",
        "the merchant's own amounts override the store's",
        SMALL,
        (refund(units(0), merchant_calculated_override={"total_amount": "10.00", "total_tax": "0.50"}),),
    ),
    Story(
        "refunded in name", "the status says Refunded, no money went back", SMALL, (("set_status", {"status": 4}),)
    ),
    Story(
        "refunded then cancelled",
        "all money went back before anybody booked it",
        SMALL,
        (refund(units(0, 2), money("SHIPPING", "8.66")), ("cancel", {})),
        expected=LEFT_OUT,
    ),
)
