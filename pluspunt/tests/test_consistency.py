"""What the house agreed on, held by a machine."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, get_resolver

BASE = Path(settings.BASE_DIR)
FLOORS = ["accounts", "partners", "participants", "workshops", "impact"]
APPS = [*FLOORS, "privacy"]
# Views compose freely; commands, demo data and tests stand outside the floors.
FREE = {"views", "urls", "tests", "migrations", "management", "demo"}
FILES = {"models", "services", "permissions", "forms", "views", "urls", "admin", "tests", "migrations", "management"}
# What an app has for a reason of its own; a new one is a decision.
EXTRA_FILES = {
    "accounts": {"adapter", "middleware", "validators"},
    "impact": {"figures", "charts", "demo", "suppression", "report"},
    "workshops": {"data"},
}
# Templates that Django and its libraries ask for by a fixed name.
ASKED_BY_LIBRARIES = (
    "account/",
    "allauth/",
    "mfa/",
    "usersessions/",
    "admin/",
    "400.html",
    "403",
    "404.html",
    "500.html",
)


def python_files(app: str) -> list[Path]:
    return sorted((BASE / app).rglob("*.py"))


def room(path: Path) -> str:
    """The name of the file or package directly under the app: `views` for `workshops/views/registers.py`."""
    return path.relative_to(BASE).parts[1].removesuffix(".py")


def imported_modules(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return modules


def allowed_imports(app: str) -> set[str]:
    if app == "privacy":
        return {"privacy"}
    return {*FLOORS[: FLOORS.index(app) + 1], "privacy"}


@pytest.mark.parametrize("app", APPS)
def test_rules_import_downward_only(app):
    wrong = {
        f"{path.relative_to(BASE)} imports {module}"
        for path in python_files(app)
        if room(path) not in FREE
        for module in imported_modules(path)
        if module.split(".")[0] in APPS and module.split(".")[0] not in allowed_imports(app)
    }
    assert wrong == set()


def test_the_project_imports_no_app():
    wrong = {
        f"{path.relative_to(BASE)} imports {module}"
        for path in python_files("pluspunt")
        if room(path) not in {"urls", "tests"}
        for module in imported_modules(path)
        if module.split(".")[0] in APPS
    }
    assert wrong == set()


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_the_short_list_of_rooms(app):
    rooms = {room(path) for path in python_files(app)} | {
        path.name for path in (BASE / app).iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    assert rooms - FILES - EXTRA_FILES.get(app, set()) == {"__init__"}


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def own_templates() -> list[str]:
    root = BASE / "templates"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.html"))


def test_every_template_is_used():
    sources = [p for app in [*APPS, "pluspunt"] for p in python_files(app) if "tests" not in p.parts]
    sources += list((BASE / "templates").rglob("*.html"))
    text = "\n".join(path.read_text() for path in sources)
    unused = [
        name
        for name in own_templates()
        if not name.startswith(ASKED_BY_LIBRARIES) and not re.search(rf'["\']{re.escape(name)}["\']', text)
    ]
    assert unused == []


def own_patterns() -> list[URLPattern]:
    """Every address of our own apps, without those of Django's admin and allauth."""

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            elif getattr(pattern, "namespace", None) != "admin":
                yield from walk(pattern.url_patterns)

    return [p for p in walk(get_resolver().url_patterns) if p.callback.__module__.split(".")[0] in [*APPS, "pluspunt"]]


def test_an_address_is_named_after_its_view():
    assert [(p.name, p.callback.__name__) for p in own_patterns() if p.name != p.callback.__name__] == []


def test_a_page_template_is_named_after_its_view():
    views = {p.callback.__name__ for p in own_patterns()}
    pages = {
        name
        for name in own_templates()
        if name.split("/")[0] in APPS and not Path(name).name.startswith("_") and "/print/" not in name
    }
    assert {name for name in pages if Path(name).stem not in views} == set()


def test_no_inline_script_or_style_and_no_markup_in_python():
    in_html = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|\|safe")
    in_python = re.compile(r"</?[a-z]+[ >]|mark_safe")
    pages = [*(BASE / "templates").rglob("*.html")]
    code = [p for app in [*APPS, "pluspunt"] for p in python_files(app) if room(p) not in {"tests", "management"}]
    found = [path for path in pages if in_html.search(path.read_text())]
    found += [path for path in code if in_python.search(path.read_text())]
    assert [str(path.relative_to(BASE)) for path in found] == []


def test_vendored_files_say_what_they_are():
    missing = [
        folder.name
        for folder in (BASE / "static" / "vendor").iterdir()
        if folder.is_dir() and not any("licen" in path.name.lower() for path in folder.rglob("*"))
    ]
    assert missing == []


def test_nothing_speaks_of_how_it_was_made():
    suffixes = {".py", ".html", ".md", ".css", ".js", ".toml", ".yml", ".in"}
    pattern = re.compile(r"\.\./shared|/work/|\bissue #?\d|registry\.npmjs|pypi\.org/simple", re.IGNORECASE)
    skipped = {".venv", "vendor", "var", "staticfiles", "node_modules", ".git"}
    found = [
        str(path.relative_to(BASE))
        for path in BASE.rglob("*")
        if path.suffix in suffixes and not skipped & set(path.parts) and path != Path(__file__)
        if pattern.search(path.read_text())
    ]
    assert found == []
