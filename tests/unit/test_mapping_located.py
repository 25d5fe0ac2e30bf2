"""A file is read with its lines, or refused with every one of its faults; never with a traceback."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mapping.located import LONGEST_FILE, BadFile, Plain, Problem, load, written
from connector.mapping.profile import parse_profile


def refusal(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        load(text, "file.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_every_path_has_its_line() -> None:
    located = load('a: text\nb:\n  - {c: 1}\n  - "x"\n', "file.yaml")
    assert located.tree == {"a": "text", "b": [{"c": Plain("int", "1")}, "x"]}
    assert located.line(("b", 0, "c")) == 3
    assert located.line(("b", 1)) == 4
    assert located.line(("b", 7, "gone")) == 2
    assert located.line(("gone",)) == 1


def test_a_path_is_written_as_people_name_it() -> None:
    assert written(("warehouses", 0, "infor")) == "warehouses[0].infor"
    assert str(Problem("f", 3, "", "a tab")) == "f line 3: a tab"


def test_unquoted_scalars_keep_what_was_typed() -> None:
    tree = load("a: 001\nb: yes\nc: 1.50\nd: 2026-01-01\ne:\nf: 12\n", "file.yaml").tree
    assert tree == {
        "a": Plain("int", "001"),
        "b": Plain("bool", "yes"),
        "c": Plain("float", "1.50"),
        "d": Plain("timestamp", "2026-01-01"),
        "e": Plain("null", ""),
        "f": Plain("int", "12"),
    }
    assert [key for key, value in tree.items() if value.whole] == ["f"]


def test_what_was_typed_is_not_shown() -> None:
    assert "31337" not in repr(load("token: 31337", "file.yaml").tree)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: expected `key: value` lines"),
        ("- a\n", "line 1: expected `key: value` lines"),
        ("just words", "line 1: expected `key: value` lines"),
        ("a:\n\tb: 1\n", "line 2: a tab: indent with spaces"),
        ("a: 1\nb: &x 1\n", "line 2: & and * are not read: write the value out"),
        ("a: *x\n", "line 1: & and * are not read: write the value out"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1: ! tags are not read: leave it away"),
        ("a: !!str 1\n", "line 1: ! tags are not read: leave it away"),
        ("a: 1\n---\nb: 1\n", "line 2: a second document (---): one file holds one"),
        ("a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}}\n", "line 1: nested too deeply"),
        ("a: b: c\n", "line 1: mapping values are not allowed here"),
        ("a: 1\nb: \x07\n", "line 2: a character that no text file has"),
        ('a: 1\nb: "\\UFFFFFFFF"\n', "line 2: an escape (\\U...) that is no character"),
        ('a: 1\nb: "\\U00110000"\n', "line 2: an escape (\\U...) that is no character"),
        ("a" * (LONGEST_FILE + 1), "line 1: the file is longer than 1000000 characters"),
    ],
)
def test_what_is_not_read_is_refused_at_its_line(text: str, told: str) -> None:
    assert refusal(text) == [f"file.yaml {told}"]


def test_aliases_that_would_grow_into_gigabytes_are_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{now}: &{now} [*{was}, *{was}]" for was, now in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refusal(bomb) == ["file.yaml line 1: & and * are not read: write the value out"]


def test_a_complaint_never_quotes_the_file() -> None:
    told = refusal('access_token: "sesame\nclient_id: x\n')
    assert "sesame" not in "".join(told)


def test_doubled_and_odd_keys_are_told_together() -> None:
    located = load('a: 1\nno: 2\na: 3\n12: x\n? [b]\n: 1\n012: y\n"\\0": z\n"\\uD83D": z\n', "file.yaml")
    assert located.tree == {"a": Plain("int", "1"), "12": "x"}
    assert [str(problem) for problem in located.problems] == [
        "file.yaml line 2: the key no would be read as something else than text: put it in quotes",
        "file.yaml line 3: a: appears twice, first in line 1: keep one",
        "file.yaml line 5: a key must be text",
        "file.yaml line 7: the key 012 would be read as something else than text: put it in quotes",
        "file.yaml line 8: a key must be text",
        "file.yaml line 9: a key must be text",
    ]


@given(st.text(alphabet=st.sampled_from("ab:-?[]{},&*!|>'\"%@`#\n\t 019.~")) | st.text())
def test_any_text_is_a_profile_or_a_list_of_faults(text: str) -> None:
    told: tuple[Problem, ...] | None = None
    try:
        parse_profile(text, "file.yaml")
    except BadFile as bad:
        told = bad.problems
    assert told is None or all(str(problem).startswith("file.yaml line ") for problem in told)
    assert told != ()
