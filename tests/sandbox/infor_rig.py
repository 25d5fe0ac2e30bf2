"""A client of the simulated Infor that knows nothing of ours: plain requests, and short words for common steps."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from werkzeug.test import Client, TestResponse

from connector.sandbox.infor.m3.app import InforM3

BASE = "/ACME_TST/M3/m3api-rest/v2/execute"


class Rig:
    """The sandbox with a clock that moves by hand, and one bearer of a token."""

    def __init__(self, **options: Any) -> None:
        self.time = 1_780_000_000.0
        self.sandbox = InforM3(now=lambda: self.time, **options)
        self.client = Client(self.sandbox.wsgi)

    def passes(self, seconds: float) -> None:
        self.time += seconds

    def ask_token(self, **form: str) -> TestResponse:
        file = self.sandbox.ionapi("http://x")
        base = {"grant_type": "password", "client_id": file["ci"], "client_secret": file["cs"]}
        keys = {"username": file.get("saak", ""), "password": file.get("sask", "")}
        return self.client.post("/ACME_TST/as/token.oauth2", data=base | keys | form)

    @cached_property
    def token(self) -> str:
        return str(self.ask_token().get_json()["access_token"])

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, name: str, **query: str) -> TestResponse:
        return self.client.get(f"{BASE}/{name}", query_string=query, headers=self.bearer)

    def bulk(self, program: str, *steps: tuple[str, dict[str, str]], **options: Any) -> TestResponse:
        transactions = [{"transaction": name, "record": record} for name, record in steps]
        body = {"program": program, "cono": 100, "divi": "AAA", "rightTrim": True, "transactions": transactions}
        return self.client.post(BASE, json=body | options, headers=self.bearer)

    def run(self, name: str, **record: str) -> list[dict[str, str]]:
        """Run one transaction that must succeed; gives its records."""
        result = self.result(name, **record)
        assert "errorMessage" not in result, result
        records: list[dict[str, str]] = result["records"]
        return records

    def refusal(self, name: str, **record: str) -> tuple[str, str]:
        """Run one transaction that must be refused; gives code and field."""
        result = self.result(name, **record)
        assert result["errorType"] == "ServerReturnedNOK"
        assert result["records"] == []
        return result["errorCode"], result["errorField"]

    def result(self, name: str, **record: str) -> dict[str, Any]:
        program, transaction = name.split("/")
        response = self.bulk(program, (transaction, record), maxReturnedRecords=0)
        assert response.status_code == 200, response.get_data()
        result: dict[str, Any] = response.get_json()["results"][0]
        return result

    def order(self, reference: str = "BC-1042", item: str = "10045", customer: str = "WEBGUEST") -> str:
        """Write a batch order with one line; gives its temporary number."""
        number = self.run("OIS100MI/AddBatchHead", CUNO=customer, CUOR=reference)[0]["ORNO"]
        self.run("OIS100MI/AddBatchLine", ORNO=number, ITNO=item, ORQT="2", SAPR="19.99", CUPO="1")
        return number

    def batch(self, key: str, *lines: tuple[str, str], text: str = "BC-1042") -> None:
        """Write a GL batch of (account, amount) lines."""
        self.run("GLS840MI/AddBatchHead", CONO="100", KEY1=key, INTN="BCGLIF", DESC=text)
        for number, (account, amount) in enumerate(lines, start=1):
            self.line(key, number, AIT1=account, CUAM=amount)

    def line(self, key: str, number: int, **fields: str) -> None:
        base = {"INRI": "I1", "GRNR": "1", "CUCD": "USD", "ACDT": "20260105", "VTXT": "BC-1042 sale"}
        self.run("GLS840MI/AddBatchLineFld", KEY1=key, LINE=str(number), **(base | fields))

    def select(self, query: str, **options: str) -> list[str]:
        return [row["REPL"] for row in self.run("EXPORTMI/Select", QERY=query, **({"SEPC": ";"} | options))]


SALE = (("1200", "100.00"), ("4000", "-90.00"), ("2200", "-10.00"))
