"""Stories of orders of unusual shape: no parcel, many lines, several parcels, strange letters."""

from connector.sandbox.store.seed.story import TEXAS, Story, line

SIXTY = [
    line(sku, f"{price}.{cents:02d}", quantity)
    for quantity in (1, 2, 3, 4)
    for price, cents, sku in (
        (10, 5, "TEE-BLUE-M"),
        (11, 15, "MUG-11OZ"),
        (12, 25, "MUG-15OZ"),
        (13, 33, "POSTER-A2"),
        (14, 41, "LAMP-OAK"),
        (15, 50, "CHAIR-7"),
        (16, 59, "KIT-TOOLS"),
        (17, 67, "KIT-HAMMER"),
        (18, 75, "KIT-SAW"),
        (19, 83, "GLOVES-9"),
        (20, 91, "ROPE-10M"),
        (21, 99, "SAMPLE-0"),
        (22, 1, "TEE-RED-S"),
        (23, 7, "MUG-11OZ"),
        (24, 13, "MUG-15OZ"),
    )
]

STORIES = (
    Story(
        "download",
        "a digital order has no parcel and no address",
        {"lines": [line("EBOOK-1", "14.99", kind="digital")], "taxes": TEXAS, "customer": 16, "status": 10},
    ),
    Story(
        "sixty lines",
        "more lines than one call carries",
        {"lines": SIXTY, "taxes": TEXAS, "shipping": "80.00", "customer": 16},
    ),
    Story(
        "strange letters",
        "names and addresses that are long, foreign, quoted, and sometimes pictures",
        {
            "lines": [line("ÄPFEL-1KG", "3.49", 2, name='Äpfel "Elbe" <b>süß</b> 🍎 & Co.; DROP TABLE OOHEAD')],
            "taxes": TEXAS,
            "shipping": "6.00",
            "customer": 17,
            "address": {
                "first_name": "Wolfeschlegelsteinhausenbergerdorff-Ürümqi",
                "last_name": "O'Brien «中村» 🎉",
                "company": "The Exceedingly Long and Venerable Company of Carpet Weavers of Old Samarkand & Sons",
                "street_1": "1234567890 Avenue of the Never-Ending Street Name, Building 17, Staircase B, Floor 42",
                "street_2": 'c/o "Zażółć gęślą jaźń" \\ behind the bakery',
                "city": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
                "zip": "LL61 5UJ-000000",
                "phone": "+44 (0) 1248 000000 ext. 12345",
                "email": "a.very.long.mailbox.name.that.goes.on.and.on@subdomain.of.a.long.example.com",
            },
            "message": "Bitte klingeln — drei Mal!\nNot before 10:00.",
        },
    ),
    Story(
        "three parcels",
        "one order to three addresses, each with its own costs",
        {
            "lines": [
                line("TEE-BLUE-M", "49.95"),
                line("MUG-11OZ", "12.50", 2, consignment=1),
                line("POSTER-A2", "20.00", consignment=2),
            ],
            "taxes": TEXAS,
            "consignments": [
                {"shipping": "12.50", "handling": "1.00"},
                {"shipping": "7.25", "address": {"first_name": "Ann", "city": "Dallas", "zip": "75201"}},
                {
                    "shipping": "0",
                    "method": "Pickup",
                    "address": {"first_name": "Bob", "city": "Waco", "zip": "76701"},
                },
            ],
        },
    ),
    Story(
        "bundle",
        "a kit whose parts are lines of price zero",
        {
            "lines": [
                line("KIT-TOOLS", "75.00"),
                line("KIT-HAMMER", "0.00", bundle=0),
                line("KIT-SAW", "0.00", bundle=0),
            ],
            "taxes": TEXAS,
            "shipping": "9.50",
        },
    ),
    Story(
        "mixed basket",
        "a parcel, a download and a gift certificate in one order",
        {
            "lines": [
                line("MUG-11OZ", "12.50", 3),
                line("EBOOK-1", "14.99", kind="digital"),
                line("", "25.00", kind="giftcertificate", name="Gift Certificate"),
            ],
            "taxes": TEXAS,
            "shipping": "5.00",
            "customer": 18,
        },
    ),
)
