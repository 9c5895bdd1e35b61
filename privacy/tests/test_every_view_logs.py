"""Every view that shows or changes a person writes the access log: in its code, and when it is opened."""

import ast
import inspect
from html import unescape

import pytest

from participants.models import Participant
from pluspunt.tests.test_access import TABLE, answer_of, url_of
from pluspunt.tests.test_consistency import own_patterns
from privacy.models import AccessSubject

# These show and change no participant. A view that is not named here and does not log fails.
WITHOUT_PEOPLE = {
    "home",
    "health",
    "session_day",
    "workshop_week",
    "year_import_detail",
    "schedule_continue",
    "figures",
    "annual_report",
    "annual_report_pdf",
    "account_list",
    "account_add",
    "account_edit",
    "account_invite",
}


def calls_of(module) -> dict[str, set[str]]:
    """The names that each function of a module calls."""
    functions = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.FunctionDef)]
    return {
        function.name: {node.func.id for node in ast.walk(function) if is_plain_call(node)} for function in functions
    }


def is_plain_call(node) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def logs(view) -> bool:
    """Whether the view, or a function of its module that it calls, calls `log_access`."""
    view = inspect.unwrap(view)
    calls, waiting, seen = calls_of(inspect.getmodule(view)), [view.__name__], set()
    while waiting:
        name = waiting.pop()
        if name == "log_access":
            return True
        if name not in seen:
            seen.add(name)
            waiting += calls.get(name, ())
    return False


def test_every_view_of_people_calls_the_log():
    silent = {pattern.name for pattern in own_patterns() if not logs(pattern.callback)}
    assert silent == WITHOUT_PEOPLE


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if not row.get.startswith("login 405")))
def test_a_page_that_names_a_person_has_logged_it(client, world, name):
    person = Participant.objects.get(key=world["key"])
    for who in ("coach", "coordinator", "management", "administrator"):
        AccessSubject.objects.all().delete()
        answer = answer_of(client, who, "get", url_of(name, world), world)
        is_page = answer.status_code == 200 and "text/html" in answer["Content-Type"]
        if is_page and person.surname in unescape(answer.content.decode()):
            assert AccessSubject.objects.filter(object_id=person.pk).exists(), f"{who} opens {name}"
