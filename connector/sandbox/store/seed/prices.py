"""Stories of what orders cost: taxes, discounts, extra charges, currencies, and tenders that are no cards."""

from connector.sandbox.store.seed.story import CALIFORNIA, TEXAS, VAT, Story, line, paid

BASKET = [line("TEE-BLUE-M", "49.95", 2), line("MUG-15OZ", "17.35", 3)]
CERTIFICATE = line("", "50.00", kind="giftcertificate", name="Gift Certificate")
PLAIN = {"lines": BASKET, "taxes": TEXAS, "shipping": "12.50"}
INCLUSIVE = {
    "lines": [line("CHAIR-7", "89.99", 2), line("ROPE-10M", "7.50", 3)],
    "taxes": VAT,
    "inclusive": True,
    "shipping": "9.99",
    "address": {
        "city": "Leeds",
        "state": "Yorkshire",
        "zip": "LS1 4AP",
        "country_iso2": "GB",
        "country": "United Kingdom",
    },
}

STORIES = (
    Story("three taxes", "state, county and city each take their part", {**PLAIN, "taxes": CALIFORNIA}),
    Story("VAT inside", "prices include the tax", INCLUSIVE),
    Story(
        "VAT inside with a coupon",
        "the discount has tax inside, too",
        {**INCLUSIVE, "coupons": [{"code": "SPRING10", "amount": "10"}]},
    ),
    Story(
        "coupon per item",
        "three off each mug, nothing off the tees",
        {**PLAIN, "coupons": [{"code": "MUG3", "kind": 0, "amount": "3.00", "lines": [1]}]},
    ),
    Story(
        "coupon in percent",
        "ten percent off everything",
        {**PLAIN, "customer": 12, "coupons": [{"code": "SPRING10", "amount": "10"}]},
    ),
    Story(
        "coupon per order",
        "ten off, shared over the lines to the cent",
        {**PLAIN, "coupons": [{"code": "TENOFF", "kind": 2, "amount": "10.00"}]},
    ),
    Story("manual discount", "the merchant takes five off by hand", {**PLAIN, "discount": "5.00"}),
    Story(
        "coupon and manual discount",
        "both at once, and the inc-tax side is reckoned before them",
        {**PLAIN, "coupons": [{"code": "SPRING10"}], "discount": "7.77", "estimates": "before"},
    ),
    Story(
        "free shipping",
        "a coupon makes the parcel free",
        {**PLAIN, "coupons": [{"code": "SHIPFREE", "kind": 4, "amount": "0"}]},
    ),
    Story(
        "every charge",
        "shipping, handling, gift wrap, an untaxed fee and a taxed one",
        {
            "lines": [line("LAMP-OAK", "120.00", wrapping="4.50"), line("POSTER-A2", "20.00", 2)],
            "taxes": CALIFORNIA,
            "shipping": "12.50",
            "handling": "3.25",
            "fees": [
                {"name": "Rush fee", "amount": "9.00"},
                {"name": "Recycling fee", "amount": "2.00", "taxed": True},
            ],
        },
    ),
    Story(
        "taxes of four decimals",
        "the store does not round tax rows; rounded one by one they miss the total by a cent",
        {**PLAIN, "lines": [line("TEE-BLUE-M", "50.02", 2), BASKET[1]], "taxes": CALIFORNIA, "rounding": "none"},
    ),
    Story(
        "taxes of four decimals, the other way",
        "rounded one by one the taxes miss the total by a cent upwards, not downwards",
        {**PLAIN, "lines": [line("TEE-BLUE-M", "50.18", 2), BASKET[1]], "taxes": CALIFORNIA, "rounding": "none"},
    ),
    Story(
        "euros",
        "paid in euros with the tax inside, the store's own currency is the dollar",
        {
            "lines": [line("ÄPFEL-1KG", "3.49", 12)],
            "taxes": {"MwSt 7%": "7"},
            "inclusive": True,
            "shipping": "4.90",
            "currency": "EUR",
            "exchange_rate": "0.9200000000",
            "address": {
                "city": "Hamburg",
                "state": "Hamburg",
                "zip": "20095",
                "country_iso2": "DE",
                "country": "Germany",
            },
        },
    ),
    Story(
        "yen",
        "a currency without cents",
        {
            "lines": [line("GLOVES-9", "1333", 3)],
            "taxes": {"JP Consumption Tax": "10"},
            "shipping": "500",
            "currency": "JPY",
            "exchange_rate": "151.0000000000",
            "address": {
                "city": "Osaka",
                "state": "Osaka",
                "zip": "530-0001",
                "country_iso2": "JP",
                "country": "Japan",
            },
        },
    ),
    Story(
        "shown in pounds",
        "the shopper sees pounds and pays dollars",
        {**PLAIN, "display_currency": "GBP"},
    ),
    Story(
        "gift certificate sold",
        "a liability beside an ordinary article",
        {**PLAIN, "lines": [CERTIFICATE, line("MUG-11OZ", "12.50")]},
    ),
    Story("only a gift certificate", "nothing to ship, nothing to tax", {"lines": [CERTIFICATE], "taxes": TEXAS}),
    Story(
        "gift certificate redeemed in part",
        "twenty-five by certificate, the rest by card",
        {**PLAIN, "customer": 14, "pay": [paid("giftcertificate", "25.00"), paid()]},
    ),
    Story(
        "gift certificate redeemed",
        "the certificate pays for everything",
        {**PLAIN, "pay": [paid("giftcertificate")]},
    ),
    Story(
        "store credit in part",
        "thirty from the customer's credit, the rest by card",
        {**PLAIN, "customer": 15, "pay": [paid("storecredit", "30.00"), paid()]},
    ),
    Story(
        "store credit",
        "the customer's credit pays for everything",
        {**PLAIN, "customer": 15, "pay": [paid("storecredit")]},
    ),
)
