"""Whatever a connection file, a mapping profile or an .ionapi turns into: it reads, or its faults are named."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.bootstrap import build_house
from connector.domain.faults import Misconfigured
from connector.flows.house import House
from connector.keyfile import new_key
from connector.mapping.located import LONGEST_FILE, BadFile
from connector.sandbox.serve import Sandbox
from connector.settings import Settings
from tests.strange import BODIES, TEXTS, bodies, changed_body, drawn, storable, values

SECRETS = ("sesame", "open-this-shop", "sandbox-secret-key")


@pytest.fixture(scope="module")
def house() -> House:
    """A house that nobody has to live in: to read a file asks no server."""
    settings = Settings(CONNECTOR_KEYS=new_key(), ALLOW_INSECURE_HOSTS="1")
    return build_house(
        settings.on(database_url="postgresql://nobody@127.0.0.1:1/none", redis_url="redis://127.0.0.1:1")
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the sandbox's connection, whose secrets are known."""
    sandbox, folder = (
        Sandbox(seed=(), store={"token": SECRETS[0], "client_secret": SECRETS[1]}),
        tmp_path_factory.mktemp("files"),
    )
    sandbox.start()
    sandbox.write_files(folder)
    sandbox.stop()
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def bomb() -> str:
    """A few lines that would grow into gigabytes."""
    return "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )


ODD_SCALARS = [
    *(json.dumps(text) for text in TEXTS),
    "",
    "~",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "001",
    "0x1F",
    "1_000",
    "12:30:45",
    "no",
    "1e400",
    "-.inf",
    "2026-99-99",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "999999h",
    "&anchor x",
    "*alias",
    "!!python/object/apply:os.system [ls]",
    "!!binary aGk=",
    "|\n  text\n  of lines",
    '"\\0"',
    '"\\uD800"',
    '"\\UFFFFFFFF"',
    "'unclosed",
    "\t tab",
    "\x00",
    "\x85\u2028\ufeff",
    "\U0001f455",
    "-" * 1000,
]


@st.composite
def spoilt(draw: st.DrawFn) -> Callable[[str], str]:
    """A way to spoil a YAML file: one line, one place, or all of it."""
    kind, where = (
        draw(st.sampled_from(["value", "value", "value", "key", "drop", "twice", "cut", "put", "all"])),
        draw(st.floats(0, 1)),
    )
    odd = draw(st.sampled_from(ODD_SCALARS))

    def spoil(text: str) -> str:
        lines = text.splitlines()
        at = min(int(where * len(lines)), len(lines) - 1)
        key, _, value = lines[at].partition(":")
        lines[at : at + 1] = {
            "value": [f"{key}: {odd}"],
            "key": [f"{key[: len(key) - len(key.lstrip())]}{odd}:{value}"],
            "drop": [],
            "twice": [lines[at]] * 2,
        }.get(kind, [lines[at]])
        spoilt, place = "\n".join(lines) + "\n", int(where * len(text))
        return {"cut": text[:place], "put": text[:place] + odd + text[place:], "all": odd}.get(kind, spoilt)

    return spoil


def refused(read: Callable[[], Any]) -> list[str]:
    """What is said where a file is not taken; nothing where it is."""
    try:
        made = read()
    except BadFile as bad:
        told = [str(problem) for problem in bad.problems]
        assert told
        assert all(".yaml line " in one for one in told)
    except Misconfigured as fault:
        told = [fault.what]
    else:
        assert storable(repr(made).encode("unicode_escape").decode())
        return []
    assert all(one and storable(one) and not any(secret in one for secret in SECRETS) for one in told), told
    return told


def read(house: House, files: Mapping[str, bytes], **changed: bytes) -> list[str]:
    """Read the connection file with some of its files changed."""
    there = {**files, **{name.replace("_", "."): content for name, content in changed.items()}}
    text = there["connection.yaml"].decode("utf-8", "surrogatepass")
    return refused(lambda: house.parse_connection(text, "connection.yaml", lambda path: there[_named(there, path)]))


def _named(there: Mapping[str, bytes], path: str) -> str:
    name = PurePath(path).name
    if name not in there:
        raise FileNotFoundError(2, "No such file or directory")
    return name


def test_as_they_are_they_are_taken(house: House, files: dict[str, bytes]) -> None:
    assert read(house, files) == []
    assert refused(lambda: house.parse_profile(files["mapping.yaml"].decode())) == []


@drawn(3)
@given(spoil=spoilt())
def test_any_connection_file_is_taken_or_its_faults_are_named(
    house: House, files: dict[str, bytes], spoil: Callable[[str], str]
) -> None:
    read(house, files, connection_yaml=spoil(files["connection.yaml"].decode()).encode("utf-8", "surrogatepass"))


@drawn(3)
@given(spoil=spoilt())
def test_any_mapping_profile_is_taken_or_its_faults_are_named(
    house: House, files: dict[str, bytes], spoil: Callable[[str], str]
) -> None:
    refused(lambda: house.parse_profile(spoil(files["mapping.yaml"].decode())))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (bomb(), "& and * are not read"),
        ("x: " + "y" * 10_000_000, f"the file is longer than {LONGEST_FILE} characters"),
        ("[" * 100_000, "nested too deeply"),
        ("{a: " * 50_000, "nested too deeply"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(500)), "nested too deeply"),
    ],
    ids=["aliases", "10 MB", "lists", "mappings", "indented"],
)
def test_what_would_grow_without_end_is_refused_at_once(
    house: House, files: dict[str, bytes], text: str, told: str
) -> None:
    assert told in read(house, files, connection_yaml=text.encode())[0]
    assert told in refused(lambda: house.parse_profile(text))[0]


@drawn(2)
@given(number=st.integers(0, 100), value=values)
def test_any_ionapi_is_taken_or_its_faults_are_named(
    house: House, files: dict[str, bytes], number: int, value: object
) -> None:
    read(house, files, acme_ionapi=changed_body(files["acme.ionapi"], number, value))


@drawn(1 / 2)
@given(content=bodies | st.binary(max_size=50))
@example(content=b"\xef\xbb\xbf{}")
@example(content=b"x" * 10_000_000)
def test_what_is_no_ionapi_and_no_secret_is_refused(house: House, files: dict[str, bytes], content: bytes) -> None:
    assert read(house, files, acme_ionapi=content)
    read(house, files, acme_token=content)
    read(house, files, acme_secret=content)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "..", "a..b", "[::1", "xn--\xff"])
def test_a_host_that_is_none_is_refused(house: House, files: dict[str, bytes], host: str) -> None:
    ionapi = json.loads(files["acme.ionapi"])
    for field in ("iu", "pu"):
        assert read(house, files, acme_ionapi=json.dumps({**ionapi, field: f"https://{host}"}).encode())


def test_the_bodies_spoil_every_file(house: House, files: dict[str, bytes]) -> None:
    assert all(read(house, files, connection_yaml=body.replace(b"\xff\xfe", b"\xed\xa0\x80")) for body in BODIES)
