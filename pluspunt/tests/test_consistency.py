"""What the house agreed on, held by a machine."""

import ast
import importlib
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.forms import ModelForm
from django.urls import URLPattern, get_resolver

from pluspunt.forms import CheckedForm

BASE = Path(settings.BASE_DIR)
FLOORS = ["accounts", "partners", "participants", "workshops", "impact"]
APPS = [*FLOORS, "privacy"]
# Views compose freely; commands, demo data and tests stand outside the floors.
FREE = {"views", "urls", "tests", "migrations", "management", "demo"}
FILES = {"models", "services", "permissions", "forms", "views", "urls", "admin", "tests", "migrations", "management"}
# Which facts about people an app keeps, and why.
FILES |= {"processing"}
# What an app has for a reason of its own; a new one is a decision.
EXTRA_FILES = {
    "accounts": {"adapter", "middleware", "processing", "tokens", "validators"},
    "impact": {"figures", "charts", "demo", "suppression", "report"},
    "privacy": {"registry", "middleware"},
    "workshops": {"data"},
}
# Where `request` may be known; the log of access is told who asks, and signing in happens in a request.
KNOW_REQUEST = {"views", "tests", "admin", "adapter", "middleware", "management"}
TAKE_REQUEST = {"privacy/services/log.py", "accounts/permissions.py"}
# Rooms named after a technique would soon hold anything.
NO_ROOMS = {"utils", "helpers", "managers", "selectors", "signals", "mixins", "constants", "common", "misc"}
LONGEST_FILE = 350
# Accounts are locked together, so that one administrator is left: they cannot be locked one by one before that.
WITHOUT_MEETING = {"accounts.forms"}
# What crispy, htmx and Django's admin call the things that they put on a page.
CLASSES_OF_LIBRARIES = {
    "asteriskField",
    "errorlist",
    "errornote",
    "form-row",
    "form-text",
    "htmx-request",
    "messagelist",
    "object-tools",
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
    "410.html",
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


def own_code() -> list[Path]:
    """The Python of the apps and the project, without tests and migrations."""
    paths = [path for app in [*APPS, "pluspunt"] for path in python_files(app)]
    return [path for path in paths if room(path) not in {"tests", "migrations"}]


def test_no_room_is_named_after_a_technique_or_too_long():
    parts = {path: {part.removesuffix(".py") for part in path.relative_to(BASE).parts} for path in own_code()}
    assert [str(path) for path, names in parts.items() if names & NO_ROOMS] == []
    assert [str(path) for path in own_code() if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_a_room_is_a_file_or_a_folder():
    both = [path for path in own_code() if path.parent.name in APPS and path.with_suffix("").is_dir()]
    assert both == []


def test_below_the_views_nobody_knows_the_request():
    knowing = [
        f"{path.relative_to(BASE)}: {function.name}"
        for app in APPS
        for path in python_files(app)
        if room(path) not in KNOW_REQUEST and str(path.relative_to(BASE)) not in TAKE_REQUEST
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and "request" in {each.arg for each in function.args.args}
    ]
    assert knowing == []


def test_what_a_service_or_a_figure_means_is_written_under_its_name():
    silent = [
        f"{path.relative_to(BASE)}: {function.name}"
        for path in own_code()
        if room(path) in {"services", "figures"}
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if not ast.get_docstring(function)
    ]
    assert silent == []


def test_a_form_of_a_row_notices_who_else_changed_it():
    for path in own_code():
        if room(path) == "forms":
            importlib.import_module(".".join(path.relative_to(BASE).with_suffix("").parts))

    def below(form):
        return [each for child in form.__subclasses__() for each in (child, *below(child))]

    forms = [form for form in below(ModelForm) if form.__module__.split(".")[0] in APPS and ".forms" in form.__module__]
    assert len(forms) > 20
    unaware = {form for form in forms if not issubclass(form, CheckedForm)}
    assert [form for form in unaware if form.__module__ not in WITHOUT_MEETING] == []


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


def unnamed(names: set[str]) -> set[str]:
    """Those of `names` that no template, Python or script of ours says, nor puts together (`heat-{{ cell.heat }}`)."""
    sources = [*own_code(), *(BASE / "templates").rglob("*.html"), *(BASE / "static" / "js").glob("*.js")]
    text = "\n".join(path.read_text() for path in sources)
    said = set(re.findall(r"[\w-]+", text))
    return {name for name in names - said if f"{name.rpartition('-')[0]}-{{{{" not in text}


def test_every_icon_is_used():
    icons = (BASE / "static" / "img" / "icons.svg").read_text()
    assert unnamed(set(re.findall(r'<symbol id="([^"]+)"', icons))) == set()


def test_every_style_is_used():
    sheets = [path for folder in ("css", "print") for path in (BASE / "static" / folder).glob("*.css")]
    rules = "\n".join(path.read_text() for path in sheets)
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|url\([^)]*\)", " ", rules, flags=re.DOTALL)
    assert unnamed(set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))) - CLASSES_OF_LIBRARIES == set()


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
