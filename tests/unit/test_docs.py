"""The pages tell what is true: every fault, every variable, every link, and the commands people copy."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from connector.cli import main
from connector.domain.faults import Fault, catalogue
from connector.settings import Variable, variables

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|`)(?:\.venv/bin/)?ml-connector((?: [a-z]+(?:-[a-z]+)*)+)", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def _named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _words(text: str) -> str:
    return " ".join(text.replace("\n> ", " ").split())


def _section(page: str, heading: str) -> str:
    """Everything below a heading, up to the next one of any level."""
    _, found, rest = (ROOT / "docs" / page).read_text().partition(f"\n{heading}\n")
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0] if found else ""


def _anchors(page: Path) -> set[str]:
    """How a page's headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("code", "fault"), catalogue().items())
def test_the_runbook_has_a_section_for_every_fault_with_its_advice(code: str, fault: type[Fault]):
    section = _words(_section("runbook.md", f"### `{code}`"))
    assert fault.advice in section
    assert "**By itself:**" in section
    assert "**You:**" in section


def test_the_runbook_knows_no_fault_that_is_not_there():
    told = re.findall(r"^### `(\w+)`$", (ROOT / "docs" / "runbook.md").read_text(), flags=re.MULTILINE)
    assert sorted(told) == sorted([*catalogue(), Fault.code])


@pytest.mark.parametrize("variable", variables(), ids=lambda variable: variable.name)
def test_the_deployment_page_lists_every_variable_with_its_default(variable: Variable):
    row = f"| `{variable.name}` | {variable.meaning} | {variable.default} |"
    assert row in (ROOT / "docs" / "deployment.md").read_text().splitlines()


def test_the_deployment_page_knows_no_variable_that_is_not_there():
    told = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "deployment.md").read_text(), flags=re.MULTILINE)
    assert told == [variable.name for variable in variables()]


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_link_leads_somewhere(page: Path):
    lost = []
    for link in LINK.findall(FENCE.sub("", page.read_text())):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        outside = link.startswith(("http://", "https://"))
        if not outside and (not target.exists() or (anchor and anchor not in _anchors(target))):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_command_on_a_page_is_there(page: Path):
    unknown = [words for words in COMMAND.findall(page.read_text()) if not _is_command(words.split())]
    assert unknown == []


def _is_command(words: list[str]) -> bool:
    """Follow the words down to a command; what comes behind one are its arguments."""
    found: click.Command | None = main
    for word in words:
        if not isinstance(found, click.Group):
            break
        found = found.get_command(click.Context(found), word)
    return found is not None


def test_the_readme_begins_with_the_two_commands():
    first = FENCE.search((ROOT / "README.md").read_text())
    assert first is not None
    assert first[0].splitlines()[1:-1] == ["make demo", "make test"]


@pytest.mark.parametrize("target", ["demo", "test", "up"])
def test_every_make_target_that_the_readme_names_is_there(target: str):
    assert f"`make {target}`" in (ROOT / "README.md").read_text()
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def test_nothing_is_left_to_be_written():
    unfinished = re.compile(r"\b(TODO|TBD|FIXME|XXX)\b")
    assert [_named(page) for page in PAGES if unfinished.search(page.read_text())] == []
