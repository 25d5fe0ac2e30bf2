"""The house rules as code: sizes, the shape of tasks, and words that stay in their room."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.infor import registry

ROOT = Path(__file__).resolve().parents[2]
OURS = [path for room in ("connector", "tasks", "webhooks") for path in sorted((ROOT / room).rglob("*.py"))]
HAND_WRITTEN = [path for path in OURS if "migrations/versions" not in path.as_posix()]
LONGEST_FILE, LONGEST_FUNCTION = 350, 50


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def _lines(paths: list[Path], pattern: str) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{_named(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if found.search(line)
    ]


def _room(*names: str) -> list[Path]:
    return [path for path in HAND_WRITTEN if any(_named(path).startswith(f"connector/{name}") for name in names)]


def test_no_room_is_overgrown():
    assert {_named(path) for path in HAND_WRITTEN if len(path.read_text().splitlines()) > LONGEST_FILE} == set()


def test_no_function_is_too_long():
    long = {
        f"{_named(path)} {node.name}"
        for path in HAND_WRITTEN
        for node in _functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == set()


@pytest.mark.parametrize(
    ("room", "others"),
    [
        ("domain", {"wire", "mapping"}),
        ("mapping", {"domain", "flows", "records"}),
        ("records", {"domain", "flows"}),
        ("flows", {"ports", "bootstrap", "tasks"}),
    ],
)
def test_a_crowded_room_says_where_each_module_belongs(room: str, others: set[str]):
    told = re.findall(r"``(\w+)``", (ROOT / "connector" / room / "__init__.py").read_text())
    there = {path.stem for path in (ROOT / "connector" / room).glob("*.py") if not path.stem.startswith("schema_")}
    there.remove("__init__")
    assert sorted(set(told) - others) == sorted(there)


def _tasks() -> list[ast.FunctionDef]:
    return [
        node
        for path in sorted((ROOT / "tasks").glob("*.py"))
        for node in _functions(path)
        if any("app.task" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]


@pytest.mark.parametrize("task", _tasks(), ids=lambda task: task.name)
def test_a_task_is_a_doorbell(task: ast.FunctionDef):
    assert task.args.args == []
    assert task.args.kwarg is not None
    assert {ast.unparse(argument.annotation) for argument in task.args.kwonlyargs if argument.annotation} <= {
        "str",
        "int",
    }
    assert [node for node in ast.walk(task) if isinstance(node, ast.If | ast.Try | ast.While)] == []
    assert any("base=HouseTask" in ast.unparse(decorator) for decorator in task.decorator_list)
    assert any("name=" in ast.unparse(decorator) for decorator in task.decorator_list)


def test_money_is_never_a_float():
    assert _lines(_room("domain", "mapping", "flows", "bigcommerce", "infor"), r"\bfloat\(") == []


def test_time_comes_from_a_clock_only():
    rooms = [
        path for path in HAND_WRITTEN if not _named(path).startswith(("connector/sandbox", "connector/embedded"))
    ]
    allowed = {"connector/bootstrap.py", "connector/cli/processes.py"}
    told = _lines(rooms, r"datetime\.now\(|\btime\.time\(|datetime\.utcnow\(")
    assert {line.split(":")[0] for line in told} - allowed == set()


def test_no_worker_sleeps():
    rooms = [path for path in HAND_WRITTEN if not _named(path).startswith("connector/sandbox")]
    assert _lines(rooms, r"\btime\.sleep\(") == []


SUITES = set(registry.SUITES)


def _asks_for_a_suite(node: ast.AST) -> bool:
    """Whether code branches on the name of a suite: compares something with it, or matches it."""
    if isinstance(node, ast.Compare):
        named = [part for side in (node.left, *node.comparators) for part in ast.walk(side)]
    elif isinstance(node, ast.MatchValue):
        named = [node.value]
    else:
        return False
    return any(isinstance(part, ast.Constant) and part.value in SUITES for part in named)


def test_no_code_asks_which_suite_it_is():
    asking = [
        f"{_named(path)}:{getattr(node, 'lineno', '?')}"
        for path in HAND_WRITTEN
        if _named(path) != "connector/infor/registry.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if _asks_for_a_suite(node)
    ]
    assert asking == []


def test_a_suite_is_named_in_its_rooms_and_the_registry_only():
    rooms = {f"connector/{side}/{suite}/" for suite in SUITES for side in ("infor", "sandbox/infor")}
    lists = {"connector/infor/registry.py", "connector/sandbox/infor/suites.py"}
    known = re.compile(rf"connector\.infor\.({'|'.join(SUITES)})\b")
    outside = [path for path in HAND_WRITTEN if not _named(path).startswith(tuple(rooms | lists))]
    assert [line for path in outside for line in _lines([path], known.pattern)] == []


THEIR_WORDS = r"\b(OIS\d+MI|GLS\d+MI|CRS\d+MI|MMS\d+MI|EXPORTMI|CUOR|KEY1)\b"


def test_their_words_stop_at_the_wall():
    rooms = [
        path
        for path in HAND_WRITTEN
        if not _named(path).startswith(("connector/infor", "connector/sandbox", "connector/telemetry"))
    ]
    code = [line for line in _lines(rooms, THEIR_WORDS) if not _is_text(line, THEIR_WORDS)]
    assert code == []
    store = [path for path in rooms if not _named(path).startswith("connector/bigcommerce")]
    assert [
        line for line in _lines(store, r"total_inc_tax|X-Auth-Token") if not _is_text(line, r"total_inc_tax|X-Auth")
    ] == []


def _is_text(where: str, pattern: str) -> bool:
    """Tell whether the word stands in a docstring or comment, where explaining is allowed."""
    name, number = where.rsplit(":", 1)
    tree = ast.parse((ROOT / name).read_text())
    spans = [
        range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    ]
    line = (ROOT / name).read_text().splitlines()[int(number) - 1]
    return any(int(number) in span for span in spans) or re.search(rf"#.*({pattern})", line) is not None


def test_every_package_says_what_belongs_there():
    silent = [
        _named(path)
        for path in HAND_WRITTEN
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_the_sandbox_imports_nothing_of_ours():
    rooms = [path for path in HAND_WRITTEN if _named(path).startswith("connector/sandbox")]
    assert _lines(rooms, r"^\s*(from|import) (connector\.(?!sandbox)|tasks|webhooks)") == []


def test_the_migrations_stand_in_one_line():
    files = sorted((ROOT / "connector/records/migrations/versions").glob("0*.py"))
    told = [re.findall(r'^(?:down_)?revision = "?(\w+)"?', path.read_text(), flags=re.MULTILINE) for path in files]
    assert told == [[f"{n:04}", f"{n - 1:04}" if n > 1 else "None"] for n in range(1, len(files) + 1)]
