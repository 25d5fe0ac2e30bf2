"""Stories of how orders are paid, or not, and of orders that must book nothing."""

from connector.sandbox.store.seed.story import LEFT_OUT, TEXAS, WAITS, Story, line, paid

MUGS = {"lines": [line("MUG-11OZ", "12.50", 2)], "taxes": TEXAS, "shipping": "8.00"}
LAMP = {"lines": [line("LAMP-OAK", "120.00")], "taxes": TEXAS, "shipping": "12.50"}

STORIES = (
    Story("plain card purchase", "one article twice, one tax, one card", MUGS),
    Story(
        "mapped SKU",
        "a registered customer's first order; its SKU has another number in M3",
        {"lines": [line("TEE-RED-S", "49.95", 2)], "taxes": TEXAS, "shipping": "12.50", "customer": 11},
    ),
    Story(
        "authorization and capture",
        "the same money appears twice, only the capture counts",
        {**LAMP, "customer": 11, "pay": [paid(event="authorization"), paid(event="capture")]},
    ),
    Story(
        "several captures",
        "one authorization, captured in two parts, then settled",
        {
            **LAMP,
            "customer": 12,
            "pay": [
                paid(event="authorization"),
                paid(event="capture", amount="100.00"),
                paid(event="capture"),
                paid(event="settled", amount="143.43"),
            ],
        },
    ),
    Story(
        "second try",
        "the first card is refused, the second one pays",
        {**MUGS, "pay": [paid(amount="33.73", status="error"), paid("paypal")]},
    ),
    Story(
        "void and pay again",
        "the authorization is voided, then another card pays",
        {**MUGS, "pay": [paid(event="authorization"), paid(event="void", amount="35.72"), paid()]},
    ),
    Story(
        "two gateways",
        "half by card, half by wallet",
        {**LAMP, "pay": [paid(amount="70.00"), paid("paypal", method="electronic_wallet")]},
    ),
    Story(
        "bank transfer",
        "an offline payment noted by the merchant",
        {**LAMP, "payment_method": "Bank Deposit", "pay": [paid("bankdeposit")]},
    ),
    Story(
        "marked as paid",
        "a manual order, completed without a single transaction",
        {**MUGS, "customer": 13, "status": 10, "payment_method": "Manual", "pay": []},
    ),
    Story(
        "free by coupon",
        "everything is free, nothing is paid",
        {
            "lines": [line("POSTER-A2", "20.00")],
            "taxes": TEXAS,
            "coupons": [{"code": "GIFT100", "amount": "100"}],
            "pay": [],
        },
    ),
    Story(
        "free sample",
        "an article of price zero, shipping paid",
        {
            "lines": [line("SAMPLE-0", "0.00", 3)],
            "taxes": TEXAS,
            "shipping": "4.00",
        },
    ),
    Story("incomplete", "the shopper left before paying", {**MUGS, "status": 0, "pay": []}, expected=LEFT_OUT),
    Story(
        "declined",
        "the card was refused and the order with it",
        {**MUGS, "status": 6, "pay": [paid(amount="35.72", status="error")]},
        expected=LEFT_OUT,
    ),
    Story("pending", "nobody has looked at it yet", {**MUGS, "status": 1, "pay": []}, expected=WAITS),
    Story(
        "awaiting payment",
        "a bank transfer that has not come",
        {**MUGS, "status": 7, "payment_method": "Bank Deposit", "pay": [paid("bankdeposit", event="pending")]},
        expected=WAITS,
    ),
    Story(
        "cancelled at once",
        "paid, voided and cancelled before anybody booked it",
        {**MUGS, "pay": [paid(event="authorization"), paid(event="void", amount="35.72")]},
        (("cancel", {}),),
        expected=LEFT_OUT,
    ),
    Story("archived", "paid, then swept away by the merchant; money is money all the same", MUGS, (("archive", {}),)),
    Story(
        "test gateway",
        "the merchant tried the checkout; no money moved",
        {**MUGS, "payment_method": "Test Payment Gateway", "pay": [paid("testgateway", test=True)]},
        expected=LEFT_OUT,
    ),
)
