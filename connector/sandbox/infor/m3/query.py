"""The small SQL that EXPORTMI takes: ``COL, COL from TABLE where COL = 1 and (COL in ('a', 'b') or COL >= 2)``.

No leading SELECT, upper or lower case keywords, no joins, no ordering. Text columns are compared with quoted values,
number columns with bare ones. The division is no condition: Infor's guide allows it to sessions of no division
alone, and the service user has one. No way to write a quote inside a value is documented (facts/infor.md §2.14), so
none works here.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import LAST, Record
from connector.sandbox.infor.m3.tables import TABLES, Column, Table

Test = Callable[[Record], bool]
Comparable = str | Decimal
Span = tuple[str, str]
DIVISION = "DIVI"
_TOKEN = re.compile(r"\s*('[^']*'|>=|<=|<>|[=<>(),]|-?\d+(?:\.\d+)?(?![A-Za-z0-9])|[A-Za-z][A-Za-z0-9]*|[*#])")
_OPERATORS: dict[str, Callable[[Comparable, Comparable], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows to keep. No row outside ``spans``, from and to by text column, can be among them."""

    keeps: Test = lambda _: True
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """What to read: a table, its columns (None counts rows), and which rows."""

    table: str
    columns: tuple[Column, ...] | None
    where: Condition


def parse(text: str) -> Query:
    """Read a query.

    :raises Refused: it is not of the form above, or names an unknown table or column.
    """
    return _Parser(_tokens(text)).query()


def value_of(row: Record, column: Column) -> Comparable:
    """Give a row's value as the database compares it: blank numbers are zero, trailing blanks do not count."""
    text = row.get(column.name, "")
    return Decimal(text or "0") if column.numeric else text.rstrip()


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise Refused("XEX0001", "QERY", text[place : place + 20])
        found.append(match.group(1))
        place = match.end()
    return found


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._table = Table("", {})

    def query(self) -> Query:
        before = self._take_until("from")
        table = self._take().upper()
        if table not in TABLES:
            raise Refused("XEX0002", "QERY", table)
        self._table = TABLES[table]
        where = Condition()
        if self._tokens:
            self._expect("where")
            where = self._either()
        if self._tokens:
            raise Refused("XEX0001", "QERY", self._tokens[0])
        return Query(table, self._columns(before), where)

    def _columns(self, tokens: list[str]) -> tuple[Column, ...] | None:
        if "".join(tokens).lower() in {"count(*)", "count(#)"}:
            return None
        if set(tokens[1::2]) - {","} or len(tokens) % 2 == 0:
            raise Refused("XEX0001", "QERY", " ".join(tokens))
        return tuple(self._column(name) for name in tokens[::2])

    def _column(self, name: str) -> Column:
        table = self._table
        column = table.columns.get(name.upper()[2:])
        if column is None or not name.upper().startswith(table.prefix):
            raise Refused("XEX0003", "QERY", name)
        return column

    def _either(self) -> Condition:
        one = self._all()
        if not self._next_is("or"):
            return one
        tests = [one.keeps]
        while self._next_is("or"):
            self._take()
            tests.append(self._all().keeps)
        return Condition(lambda row: any(test(row) for test in tests))

    def _all(self) -> Condition:
        terms = [self._term()]
        while self._next_is("and"):
            self._take()
            terms.append(self._term())
        tests = [term.keeps for term in terms]
        return Condition(lambda row: all(test(row) for test in tests), _narrowest(terms))

    def _term(self) -> Condition:
        if self._next_is("("):
            self._take()
            inner = self._either()
            self._expect(")")
            return inner
        name = self._take()
        column = self._column(name)
        if column.name == DIVISION:
            raise Refused("XEX0004", "QERY", name)
        if self._next_is("in"):
            self._take()
            wanted = self._values(column)
            return Condition(lambda row: value_of(row, column) in wanted, _span(column, min(wanted), max(wanted)))
        sign = self._take()
        if sign not in _OPERATORS:
            raise Refused("XEX0001", "QERY", sign)
        compare, value = _OPERATORS[sign], self._value(column)
        low, high = ("" if sign in {"<", "<="} else value), (LAST if sign in {">", ">="} else value)
        spans = {} if sign == "<>" else _span(column, low, high)
        return Condition(lambda row: compare(value_of(row, column), value), spans)

    def _values(self, column: Column) -> set[Comparable]:
        self._expect("(")
        values = {self._value(column)}
        while self._next_is(","):
            self._take()
            values.add(self._value(column))
        self._expect(")")
        return values

    def _value(self, column: Column) -> Comparable:
        token = self._take()
        quoted = token.startswith("'")
        if quoted == column.numeric or not (quoted or re.fullmatch(r"-?[\d.]+", token)):
            raise Refused("XEX0001", "QERY", token)
        return token.strip("'").rstrip() if quoted else Decimal(token)

    def _next_is(self, word: str) -> bool:
        return bool(self._tokens) and self._tokens[0].lower() == word

    def _take(self) -> str:
        if not self._tokens:
            raise Refused("XEX0001", "QERY", "end")
        return self._tokens.pop(0)

    def _expect(self, word: str) -> None:
        if self._take().lower() != word:
            raise Refused("XEX0001", "QERY", word)

    def _take_until(self, word: str) -> list[str]:
        taken: list[str] = []
        while not self._next_is(word):
            taken.append(self._take())
        self._take()
        return taken


def _span(column: Column, low: Comparable, high: Comparable) -> dict[str, Span]:
    return {} if column.numeric else {column.name: (str(low), str(high))}


def _narrowest(terms: Iterable[Condition]) -> dict[str, Span]:
    """Give what all the terms leave of each column."""
    spans: dict[str, Span] = {}
    for term in terms:
        for name, (low, high) in term.spans.items():
            least, most = spans.get(name, ("", LAST))
            spans[name] = (max(low, least), min(high, most))
    return spans
