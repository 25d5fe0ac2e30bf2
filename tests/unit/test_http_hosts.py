"""Which hosts may be called: https and public, decided again by the address really connected to."""

import datetime as dt
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connector.domain.faults import Effect, Misconfigured, Unavailable
from connector.http import hosts
from connector.http.transport import Request, Transport
from connector.ports import Exchange

SEEN: list[bytes] = []


class Silent:
    def record(self, exchange: Exchange) -> None:
        pass


class WallClock:
    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a self-signed certificate for localhost, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls_url(certificate):
    """An https server on localhost that answers 204 and remembers what it was told."""
    SEEN.clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as conn:
                    if told := conn.recv(65536):
                        SEEN.append(told)
                        conn.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                        conn.recv(1)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    yield f"https://localhost:{listener.getsockname()[1]}/v2/time"
    listener.close()


def call(url: str, *, allow_insecure: bool) -> int:
    wire = Transport(
        system="store",
        recorder=Silent(),
        clock=WallClock(),
        connect_timeout=2,
        read_timeout=2,
        allow_insecure=allow_insecure,
    )
    return wire.send(Request(Effect.READ, "GET", url, "GET /v2/time")).status


def test_a_trusted_certificate_opens_the_way(tls_url, certificate, monkeypatch):
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    assert call(tls_url, allow_insecure=True) == 204


def test_an_untrusted_certificate_is_refused_unsent(tls_url):
    with pytest.raises(Unavailable) as caught:
        call(tls_url, allow_insecure=True)
    assert str(caught.value) == "store cannot be reached: its TLS certificate was refused: self-signed certificate"
    assert SEEN == []


def test_a_public_name_that_leads_to_a_private_address_is_refused_unsent(tls_url, certificate, monkeypatch):
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    with pytest.raises(Misconfigured) as caught:
        call(tls_url, allow_insecure=False)
    assert str(caught.value) == f"localhost is a private or local address: {hosts.REMEDY}"
    assert SEEN == []


def resolving_to(monkeypatch, *addresses: str) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: entries)


def test_a_host_is_good_when_all_its_addresses_are_public(monkeypatch):
    resolving_to(monkeypatch, "93.184.216.34", "2606:2800:220:1::1")
    hosts.check_host("https://api.example.com", allow_insecure=False)


INSIDE = ["64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b:1::1", "fec0::1"]
"""Private addresses of IPv4 in clothes of IPv6, and other ways in."""


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_an_address_that_anybody_reaches_is_public(address):
    assert hosts.is_public(address)


@pytest.mark.parametrize("private", ["10.0.0.1", "127.0.0.1", "169.254.1.1", "fc00::1", "fe80::1%2", *INSIDE])
def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch, private):
    resolving_to(monkeypatch, "93.184.216.34", private)
    with pytest.raises(Misconfigured, match=r"api\.example\.com is a private or local address"):
        hosts.check_host("https://api.example.com", allow_insecure=False)
    hosts.check_host("https://api.example.com", allow_insecure=True)


def test_an_unknown_host_is_named(monkeypatch):
    with pytest.raises(Misconfigured, match=r"the host name no-such-host\.invalid cannot be found"):
        hosts.check_host("https://no-such-host.invalid", allow_insecure=True)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..b", "..", "xn--\xff"])
def test_a_name_that_no_name_server_knows_is_unknown_too(host):
    with pytest.raises(Misconfigured, match="cannot be found"):
        hosts.check_host(f"https://{host}", allow_insecure=True)


def test_insecure_hosts_still_need_a_proper_url():
    for url in ("ftp://127.0.0.1/", "http://", "http://me:pw@127.0.0.1/", "http://[::1", "nonsense"):
        with pytest.raises(Misconfigured):
            hosts.check_url(url, allow_insecure=True)
    assert hosts.check_url("http://127.0.0.1:8080/x", allow_insecure=True).port == 8080
