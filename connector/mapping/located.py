"""YAML read with its line numbers, so that every complaint says where to look. Nobody's file makes a traceback.

Anchors, aliases, tags and several documents are refused: nothing we read needs them, and a few lines of aliases
can grow into gigabytes. Unquoted scalars keep the text that was typed (``Plain``); the field's type decides what
to make of it, so an account never loses its leading zeros to YAML's octal numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from connector.domain.text import clean

Path = tuple[str | int, ...]

LONGEST_FILE = 1_000_000
"""Characters; an item table of twenty thousand rows has about 600,000."""
DEEPEST = 10
QUOTES = "would be read as something else than text: put it in quotes"
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint about a file: where, and what was expected there."""

    file: str
    line: int
    path: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file} line {self.line}: "
        return f"{where}{self.path}: {self.expected}" if self.path else f"{where}{self.expected}"


class BadFile(ValueError):
    """A file that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.path)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Plain:
    """An unquoted scalar that YAML takes for something else than text; ``text`` is what was typed."""

    kind: str  # int, float, bool, null, timestamp
    text: str = field(repr=False)  # may be somebody's token

    @property
    def whole(self) -> bool:
        """Whether every reader of YAML sees the same whole number, written the way it is typed."""
        return self.kind == "int" and _WHOLE.fullmatch(self.text) is not None


@dataclass(frozen=True)
class Located:
    """A file's content as plain mappings, lists and scalars, and the line of every path in it."""

    file: str
    tree: dict[str, Any]
    lines: dict[Path, int]
    problems: tuple[Problem, ...] = ()

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing above it that is there."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def problem(self, path: Path, expected: str) -> Problem:
        """Complain about a path."""
        return Problem(self.file, self.line(path), written(path), expected)


def written(path: Path) -> str:
    """Write a path the way people name it: ``warehouses[0].infor``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def load(text: str, file: str) -> Located:
    """Read a file whose top level is a mapping.

    :raises BadFile: it is no YAML, too large, or uses what we refuse. Doubled and odd keys are kept as problems,
        so that they can be told together with what a model finds.
    """
    if len(text) > LONGEST_FILE:
        raise BadFile([Problem(file, 1, "", f"the file is longer than {LONGEST_FILE} characters")])
    node = _compose(text, file)
    if not isinstance(node, yaml.MappingNode):
        raise BadFile([Problem(file, 1, "", "expected `key: value` lines")])
    reader = _Reader(file)
    tree = reader.value(node, ())
    return Located(file, tree, reader.lines, tuple(reader.problems))


def _compose(text: str, file: str) -> yaml.Node | None:
    loader = None
    try:
        loader = _Careful(text)
        return loader.get_single_node()
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        raise BadFile([Problem(file, mark.line + 1 if mark else 1, "", _said(exc))]) from None
    except yaml.reader.ReaderError as exc:
        line = text.count("\n", 0, exc.position) + 1
        raise BadFile([Problem(file, line, "", "a character that no text file has")]) from None
    except (ValueError, OverflowError):  # the parser takes any eight digits of an escape for a character
        line = loader.line + 1 if loader else 1
        raise BadFile([Problem(file, line, "", "an escape (\\U...) that is no character")]) from None


def _said(exc: yaml.MarkedYAMLError) -> str:
    """The parser's complaint without its excerpt of the file, which may hold a secret."""
    problem = exc.problem or exc.context or "not YAML"
    if "'\\t'" in problem:
        return "a tab: indent with spaces"
    if "another document" in problem:
        return "a second document (---): one file holds one"
    return problem


class _Careful(yaml.SafeLoader):
    """Builds nodes, and refuses what could grow or change its meaning."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs give it no types
        refusal = self._refusal(event)
        if refusal:
            raise yaml.MarkedYAMLError(problem=refusal, problem_mark=event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refusal(self, event: Any) -> str:
        if getattr(event, "anchor", None) is not None:
            return "& and * are not read: write the value out"
        if getattr(event, "tag", None) is not None:
            return "! tags are not read: leave it away"
        return "nested too deeply" if self._depth == DEEPEST else ""


class _Reader:
    """Turns nodes into plain values, remembering lines and complaining about keys."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._key(key_node, path, line)
            if key is None:
                continue
            here = (*path, key)
            if key in found:
                earlier = f"appears twice, first in line {self.lines[here]}: keep one"
                self.problems.append(Problem(self.file, line, written(here), earlier))
                continue
            self.lines[here] = line
            found[key] = self.value(value_node, here)
        return found

    def _key(self, node: yaml.Node, path: Path, line: int) -> str | None:
        key = _scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if isinstance(key, Plain) and key.whole:
            return key.text
        if isinstance(key, str) and key == clean(key):
            return key
        told = f"the key {key.text} {QUOTES}" if isinstance(key, Plain) else "a key must be text"
        self.problems.append(Problem(self.file, line, written(path), told))
        return None


def _scalar(node: yaml.Node) -> str | Plain:
    kind = node.tag.rpartition(":")[2]
    return str(node.value) if kind == "str" else Plain(kind, str(node.value))
