"""How the tenant says no: a message id, the field it blames, and a text in the user's language.

Ids follow the habit of M3 (``W..0101`` must be entered, ``W..0103`` does not exist, ``W..0104`` already exists). Only
``WIT0103`` was seen in a published sample; the others are inferred, so a client must not branch on them.
"""

from __future__ import annotations

_TEXTS: dict[str, tuple[str, str]] = {
    "WAI0103": ("Accounting identity {0} does not exist", "Kontierungsobjekt {0} existiert nicht"),
    "WAI0203": ("Accounting identity {0} is blocked", "Kontierungsobjekt {0} ist gesperrt"),
    "WAI0303": ("Accounting identity {0} is not valid on {1}", "Kontierungsobjekt {0} ist am {1} nicht gültig"),
    "WAD0104": ("Address type {0} already exists for order {1}", "Adressart {0} existiert bereits zu Auftrag {1}"),
    "WAM0001": ("Amount {0} is not valid for currency {1}", "Betrag {0} ist für Währung {1} nicht gültig"),
    "WCH0103": ("Charge {0} does not exist", "Zuschlag {0} existiert nicht"),
    "WCH0104": ("Charge {0} already exists for order {1}", "Zuschlag {0} existiert bereits zu Auftrag {1}"),
    "WCO0103": ("Company {0} does not exist", "Firma {0} existiert nicht"),
    "WCS0103": ("Country {0} does not exist", "Land {0} existiert nicht"),
    "WCU0103": ("Customer {0} does not exist", "Kunde {0} existiert nicht"),
    "WCU0104": ("Customer {0} already exists", "Kunde {0} existiert bereits"),
    "WCU0902": (
        "Customer {0} has status {1} and cannot be used",
        "Kunde {0} hat Status {1} und ist nicht verwendbar",
    ),
    "WCUC103": ("Currency {0} does not exist", "Währung {0} existiert nicht"),
    "WDC0001": ("Debit/credit code {0} is not valid", "Soll-/Habenkennzeichen {0} ist ungültig"),
    "WDI0103": ("Division {0} does not exist", "Division {0} existiert nicht"),
    "WDT0001": ("Date {0} is not valid", "Datum {0} ist ungültig"),
    "WFA0103": ("Facility {0} does not exist", "Werk {0} existiert nicht"),
    "WIN0103": ("Interface {0} does not exist", "Schnittstelle {0} existiert nicht"),
    "WIN0203": ("Interface {0} has another usage type", "Schnittstelle {0} hat eine andere Verwendungsart"),
    "WIR0103": ("Input record identity {0} does not exist", "Eingabesatzart {0} existiert nicht"),
    "WIT0103": ("Item number {0} does not exist", "Artikelnummer {0} existiert nicht"),
    "WIT0203": ("Item number {0} does not exist in warehouse {1}", "Artikelnummer {0} existiert nicht in Lager {1}"),
    "WIT0902": ("Item number {0} has status {1}", "Artikelnummer {0} hat Status {1}"),
    "WKE0103": ("Key value {0} does not exist", "Schlüsselwert {0} existiert nicht"),
    "WKE0104": ("Key value {0} already exists", "Schlüsselwert {0} existiert bereits"),
    "WLI0103": ("Order line {0} does not exist", "Auftragszeile {0} existiert nicht"),
    "WLN0104": ("Line number {0} already exists for {1}", "Zeilennummer {0} existiert bereits zu {1}"),
    "WMI0103": ("Program {0} does not exist", "Programm {0} existiert nicht"),
    "WNU0001": ("{0} is not a valid number", "{0} ist keine gültige Zahl"),
    "WOR0103": ("Order number {0} does not exist", "Auftragsnummer {0} existiert nicht"),
    "WOT0103": ("Order type {0} does not exist", "Auftragsart {0} existiert nicht"),
    "WPE0203": ("Accounting period {0} is closed", "Buchungsperiode {0} ist geschlossen"),
    "WPR0103": ("Price list {0} has no price for item {1}", "Preisliste {0} hat keinen Preis für Artikel {1}"),
    "WPY0103": ("Payer {0} does not exist", "Zahler {0} existiert nicht"),
    "WQT0001": ("Quantity {0} is not allowed", "Menge {0} ist nicht erlaubt"),
    "WTM0103": ("Customer template {0} does not exist", "Kundenvorlage {0} existiert nicht"),
    "WTY0001": ("Value {0} is not allowed", "Wert {0} ist nicht erlaubt"),
    "WUS0103": ("User {0} does not exist", "Benutzer {0} existiert nicht"),
    "WVO0103": ("Voucher {0} does not exist", "Beleg {0} existiert nicht"),
    "WWH0103": ("Warehouse {0} does not exist", "Lager {0} existiert nicht"),
    "XAU0001": ("You are not authorised to run {0}", "Keine Berechtigung für {0}"),
    "XEX0001": ("Query is not valid near {0}", "Abfrage ist ungültig bei {0}"),
    "XEX0002": ("Table {0} does not exist", "Tabelle {0} existiert nicht"),
    "XEX0003": ("Column {0} does not exist", "Spalte {0} existiert nicht"),
    "XEX0004": ("Selection on {0} is not allowed", "Selektion nach {0} ist nicht erlaubt"),
    "XGL1001": ("Group {0} does not balance: {1} {2}", "Gruppe {0} ist nicht ausgeglichen: {1} {2}"),
    "XGL1002": ("Batch {0} is not controlled without errors", "Stapel {0} ist nicht fehlerfrei geprüft"),
    "XGL1003": ("Batch {0} is already updated", "Stapel {0} ist bereits verbucht"),
    "XGL1004": ("Batch {0} is being updated", "Stapel {0} wird gerade verbucht"),
    "XGL1005": ("Batch {0} has no lines", "Stapel {0} hat keine Zeilen"),
    "XLS0001": ("The list was interrupted after {0} records", "Die Liste wurde nach {0} Sätzen abgebrochen"),
    "XOR1001": ("Order {0} is being processed", "Auftrag {0} wird gerade verarbeitet"),
    "XOR1002": ("Order {0} is already created", "Auftrag {0} ist bereits angelegt"),
    "XOR1003": ("Order {0} has no lines", "Auftrag {0} hat keine Zeilen"),
    "XOR1004": ("Order {0} has errors in its head", "Auftrag {0} hat Fehler im Kopf"),
    "XOR1005": ("Item {0} cannot be planned", "Artikel {0} ist nicht disponierbar"),
    "XOR1006": ("Customer {0} exceeds its credit limit", "Kunde {0} überschreitet sein Kreditlimit"),
    "XOR1007": ("Processing of order {0} was interrupted", "Verarbeitung von Auftrag {0} wurde abgebrochen"),
}
_PADDED = 132


class Refused(Exception):
    """The program ran and answered no (``ServerReturnedNOK``)."""

    def __init__(self, code: str, field: str = "", *values: str) -> None:
        super().__init__(code, field, *values)
        self.code = code
        self.field = field
        self.values = values

    def text(self, language: str) -> str:
        """Give the message in the user's language, padded as M3 pads it (facts: v1-nok.json)."""
        english, german = _TEXTS[self.code]
        return (german if language == "DE" else english).format(*self.values).ljust(_PADDED)


class Malformed(Exception):
    """The call never reached the program: answered with HTTP 400 (m3-h5-sdk, ``parseMessageV2``)."""

    def __init__(self, kind: str, field: str, message: str) -> None:
        super().__init__(kind, field, message)
        self.kind = kind
        self.field = field
        self.message = message
