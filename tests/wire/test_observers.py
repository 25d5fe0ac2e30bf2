"""A span and an error as the collector and Sentry get them, over HTTP on this machine."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import SecretStr
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from connector.domain.faults import Rejected
from connector.telemetry import observers


@dataclass
class Observed:
    sentry_dsn: SecretStr | None = None
    otel_exporter_otlp_endpoint: str | None = None


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[tuple[str, bytes]]]]:
    """A server that takes everything: its port, and what it was sent."""
    monkeypatch.setattr(observers._Observers, "pid", None)
    monkeypatch.setattr(observers._Observers, "span", staticmethod(observers._unseen))
    taken: list[tuple[str, bytes]] = []

    @Request.application
    def take(request: Request) -> Response:
        body = request.get_data()
        taken.append((request.path, gzip.decompress(body) if request.headers.get("Content-Encoding") else body))
        return Response(b"{}")

    server = make_server("127.0.0.1", 0, take, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.port, taken
    server.shutdown()
    server.server_close()


def test_a_span_carries_the_ids_and_no_secret(collector: tuple[int, list[tuple[str, bytes]]]):
    port, taken = collector
    observers.observe(Observed(otel_exporter_otlp_endpoint=f"http://127.0.0.1:{port}"), "worker")
    with observers.span("orders.pull", connection="acme", order=1042, token="eyJsecret"):
        pass
    observers.flush()
    [(path, body)] = taken
    assert path == "/v1/traces"
    [told] = ExportTraceServiceRequest.FromString(body).resource_spans
    [span] = told.scope_spans[0].spans
    assert span.name == "orders.pull"
    found = {one.key: one.value.string_value for one in span.attributes}
    assert (found["connection"], found["order"]) == ("acme", "1042")
    assert b"eyJsecret" not in body


def test_an_error_reaches_sentry_redacted_and_a_named_fault_does_not(
    collector: tuple[int, list[tuple[str, bytes]]],
):
    import sentry_sdk

    port, taken = collector
    observers.observe(Observed(sentry_dsn=SecretStr(f"http://key@127.0.0.1:{port}/1")), "web")
    try:
        for error in (Rejected("the ERP said no"), ValueError("of ada@example.org")):
            try:
                raise error
            except (Rejected, ValueError) as raised:
                sentry_sdk.capture_exception(raised)
        sentry_sdk.flush(timeout=5)
        sent = b"".join(body for _, body in taken)
        assert b"ValueError" in sent
        assert b"ada@example.org" not in sent
        assert b"the ERP said no" not in sent
    finally:
        sentry_sdk.init()
