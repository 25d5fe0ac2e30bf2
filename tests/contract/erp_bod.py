"""Journals by BOD before ION's simulated messaging service and a ledger behind it; answers come in by a real door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from erp_messages import Door, InMemoryMessages, opened_door
from erp_rigs import OneWorkersTokens, Trail, Unlimited

from connector.http.transport import Transport
from connector.infor.bod.journals import BodJournals
from connector.infor.bod.post import open_post
from connector.infor.ion.credentials import parse
from connector.infor.suite import Outside
from connector.sandbox.dial import Dial
from connector.sandbox.infor.bod.ledger import NOUN, Ledger
from connector.sandbox.infor.bod.messaging import IonMessaging
from connector.sandbox.infor.bod.options import BodOptions
from connector.sandbox.infor.gateway import Gateway, Quota
from connector.sandbox.infor.options import IonOptions
from connector.sandbox.infor.tokens import TokenOffice
from connector.sandbox.listen import Listener

COMPANY = {"bod_from": "lid://infor.ims.bigcommerce", "accounting_entity": "401"}
POST = "bod Process.SourceSystemJournalEntry"


@dataclass
class Time:
    """One clock for both sides."""

    seconds: float = 1_800_000_000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@dataclass
class BodRig:
    journals: BodJournals
    ion: IonMessaging
    gateway: Gateway
    ledger: Ledger
    door: Door
    messages: InMemoryMessages
    time: Time
    dial: Dial
    guards: list[str] = field(default_factory=list)

    def turn(self, name: str, words: Any = None) -> Any:
        return self.ion.control[name](words)

    def settle(self) -> None:
        """Let ION carry what it took, the target work on it, and the answers arrive."""
        self.time.seconds += 10
        with self.gateway.alone():
            pass
        assert self.ion.courier.settle()

    def post(self, *entries: Any, found: Any = None) -> dict[str, Any]:
        return self.journals.post_journals(entries, found=found or {}, guard=lambda: self.guards.append("asked"))

    def calls(self) -> list[str]:
        names = [call.name for call in self.dial.calls if not call.name.startswith("ion ")]
        self.dial.forget_calls()
        return names


@contextmanager
def bod_rig(options: BodOptions | None = None, **company: str) -> Iterator[BodRig]:
    """Everything between a journal and its voucher."""
    moment, ion_options, dial, messages = Time(), IonOptions(batch_seconds=5), Dial(), InMemoryMessages()
    options = options or BodOptions(retry_seconds=0.05)
    ledger = Ledger(ion_options.accounts, timezone=options.timezone)

    def alone() -> AbstractContextManager[None]:
        return gateway.alone()

    messages.now = moment.now
    ion = IonMessaging(
        ion_options,
        options,
        {NOUN: ledger.book},
        now=lambda: moment.seconds,
        alone=alone,
    )
    tokens = TokenOffice(ion_options, lambda: moment.seconds)
    gateway = Gateway(ion_options, tokens, Quota(None, lambda: moment.seconds), {"IONSERVICES": ion}, ion.run_due)
    listener = Listener(dial.wrap(lambda *call: gateway_wsgi(gateway, *call), gateway.name_of))
    listener.start()
    file = {
        "ti": ion_options.tenant,
        "ci": ion_options.client_id,
        "cs": ion_options.client_secret,
        "iu": listener.url,
        "pu": f"{listener.url}/{ion_options.tenant}/as/",
        "ot": "token.oauth2",
        "saak": ion_options.saak,
        "sask": ion_options.sask,
    }
    credentials = parse(json.dumps(file), allow_insecure=True)
    transport = Transport(
        system="ln", recorder=Trail(), clock=moment, connect_timeout=2, read_timeout=0.5, allow_insecure=True
    )
    source = OneWorkersTokens(credentials, transport)
    outside = Outside(credentials, source, transport, Unlimited(), moment, messages)
    with opened_door(messages) as door:
        ion.courier.open_door(door.url, "secret")
        try:
            journals = BodJournals(open_post({**COMPANY, **company}, outside))
            yield BodRig(journals, ion, gateway, ledger, door, messages, moment, dial)
        finally:
            ion.close()
            dial.close()
            listener.stop()


def gateway_wsgi(gateway: Gateway, environ: Any, start_response: Any) -> Any:
    from werkzeug.wrappers import Request

    return gateway.answer(Request(environ))(environ, start_response)
