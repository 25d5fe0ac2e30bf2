"""Whatever is typed behind ``ml-connector``: an answer, one clear refusal, or how it is used; never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.cli import main
from tests.console.workshop import Workshop
from tests.rig import NAME, Rig
from tests.strange import drawn

ODD = [  # no path that leads out of the folder they are typed in: some commands write what they are told
    "",
    " ",
    "-",
    "--",
    "--nonsense",
    "-1",
    "0",
    "1.5",
    "NaN",
    "9" * 5000,
    "99999999999999999999",
    "9223372036854775808",
    "2147483648",
    "\u0663",
    "\u00b2",
    "\udcff",  # a byte that is no UTF-8, as Python hands it over
    "\U0001f455\u202e\u05e9",
    "e\u0301" * 200,
    "x" * 20_000,
    "a'b\"c;--",
    "%s%n{}[red]\\[",
    "line\nbreak\ttab",
    "nothing/there.yaml",
    "p-9223372036854775808",
    "o-99999999999999999999",
    "x-0",
    "d--1",
    "BC-1042",
    "#",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "1969-12-31T23:59:59",
    "soon",
]
GOOD = {"name": NAME, "order": "1001", "record": "o-1", "file": "good", "role": "viewer"}
STAYING = {"up", "demo", "sandbox serve", "keys rotate"}
"""Those that start a system, or change what the others are typed with."""


def leaves(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, by what is typed for it."""
    if not isinstance(command, click.Group):
        if " ".join(path) not in STAYING:
            yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from leaves(found, (*path, name))


COMMANDS = dict(leaves())


@st.composite
def lines(draw: st.DrawFn, path: tuple[str, ...]) -> list[str]:
    """A command with one odd argument or option, one too many, or some missing."""
    params = [one for one in COMMANDS[path].params if one.name not in ("help", "yes")]
    odd, spoilt = draw(st.sampled_from(ODD)), draw(st.sampled_from([*params, None]))
    typed = list(path)
    for param in params:
        if isinstance(param, click.Argument):
            typed.append(odd if param is spoilt else GOOD.get(str(param.name), "x"))
        elif param is spoilt:
            typed += [param.opts[0], *([] if getattr(param, "is_flag", False) else [odd])]
        elif param.required:
            typed += [param.opts[0], GOOD.get(str(param.name), "x")]
    if spoilt is None:
        typed = draw(st.sampled_from([[*typed, odd], typed[: len(path)], [*path[:-1], odd]]))
    return typed


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("arguments")) as rig:
        [number] = rig.sandbox.store.place_orders(1)
        Workshop(rig).hear(number)
        order = rig.order(number)
        assert order is not None
        assert (str(number), f"o-{order.id}") == (GOOD["order"], GOOD["record"])
        yield rig


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is typed, and where what is written goes."""
    made = tmp_path_factory.mktemp("typed")
    (made / "good").write_text("a: 1\n")
    return made


@pytest.mark.parametrize("words", [("connection", "add", "--file"), ("mapping", "import", NAME)], ids=" ".join)
@pytest.mark.parametrize("file", ["/", "/dev/null", "/dev/zero", "/proc/self/mem", "odd"])
def test_a_file_that_is_none_is_refused(rig: Rig, folder: Path, words: tuple[str, ...], file: str) -> None:
    (folder / "odd").write_bytes(b"name: \xff\xfe\n")
    done = rig.typed(*words, file, cwd=folder)
    assert done.returncode in (1, 2)
    assert done.stderr.startswith(("Error: ", "Usage: "))
    assert "Traceback" not in done.stderr
    assert "is a mistake of ml-connector" not in done.stderr


@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
@drawn(1 / 50)
@given(data=st.data())
def test_every_command_answers_or_refuses(rig: Rig, folder: Path, path: tuple[str, ...], data: st.DataObject) -> None:
    line = data.draw(lines(path))
    done = rig.typed(*line, cwd=folder)
    said = done.stdout + done.stderr
    assert done.returncode in (0, 1, 2), (done.returncode, said[-3000:])
    assert "Traceback" not in said, said[-3000:]
    assert "is a mistake of ml-connector" not in said, said[-3000:]
    assert said or done.returncode == 0
    assert len(done.stderr) < 50_000


@pytest.mark.parametrize("moment", ["2026-11-01", "2026-11-01T00:00:00", "2026-11-01T00:00:00Z"])
def test_a_moment_is_typed_as_a_connection_file_has_it(rig: Rig, moment: str) -> None:
    done = rig.typed("backfill", NAME, "--since", moment)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_is_tried() -> None:
    assert len(COMMANDS) > 30
    assert {path[0] for path in COMMANDS} >= {"connection", "mapping", "records", "orders", "audit", "certificate"}
