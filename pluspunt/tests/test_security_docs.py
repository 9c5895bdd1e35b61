"""What docs/security names can be looked up: each test, each file and each heading; no ASVS number is left out."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent.parent
DOCS = sorted((BASE / "docs" / "security").glob("*.md"))
# How many requirements of level 1 and 2 each section of ASVS 5.0.0 has; they are numbered from 1.
ASVS = {
    **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4},
    **{"3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3},
    **{"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5},
    **{"7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4},
    **{"10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1},
    **{"12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3},
    **{"15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4},
    "17.3": 2,
}
OUTCOMES = ("voldoet", "n.v.t.", "nog niet")
_TEST = re.compile(r"`([^`\s]+\.py)::(\w+)`")
# A path has a slash inside, or is a file with a known ending; `.env`, addresses ("/gezond/") and commands are none.
_PATH = re.compile(r"`(\w[\w.-]*(?:/[\w.-]+)+/?|\w[\w-]*\.(?:py|txt|md|toml))`")
_DRILL = re.compile(r"`bin/drill (\w+)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
_ROW = re.compile(rf"^\| V([\d.]+) \| ([12]) \| .+ \| ({'|'.join(map(re.escape, OUTCOMES))}) \| (.+) \|$", re.MULTILINE)


@cache
def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text() if path.exists() else "")
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def headings_of(path: Path) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_dead(doc: Path, to: str, anchor: str) -> bool:
    target = (doc.parent / to).resolve() if to else doc
    return not target.exists() or bool(anchor and anchor not in headings_of(target))


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_what_is_named_is_there(doc):
    text = doc.read_text()
    tests = [f"{path}::{name}" for path, name in _TEST.findall(text) if name not in functions_in(BASE / path)]
    paths = [path for path in _PATH.findall(text) if not (BASE / path).exists()]
    drills = [name for name in _DRILL.findall(text) if not (BASE / f"pluspunt/tests/drills/{name}.py").exists()]
    links = [f"{to}#{anchor}" for to, anchor in _LINK.findall(text) if is_dead(doc, to, anchor)]
    assert (tests, paths, drills, links) == ([], [], [], [])


def requirements() -> list[tuple[str, str, str, str]]:
    """Number, level, outcome and proof of each row."""
    return [row for doc in DOCS for row in _ROW.findall(doc.read_text())]


def test_every_requirement_stands_there_once_with_a_proof_or_a_reason():
    numbers = [number for number, *_ in requirements()]
    assert sorted(numbers) == sorted(f"{section}.{nr + 1}" for section, most in ASVS.items() for nr in range(most))


@pytest.mark.parametrize(("title", "levels"), [("niveau 1", "1"), ("niveau 2", "2"), ("samen", "12")])
def test_the_counts_on_top_are_right(title, levels):
    outcomes = Counter(outcome for _, level, outcome, _ in requirements() if level in levels)
    counts = [outcomes.total(), *(outcomes[outcome] for outcome in OUTCOMES)]
    assert f"| {title} | {' | '.join(map(str, counts))} |" in (BASE / "docs/security/asvs.md").read_text()
