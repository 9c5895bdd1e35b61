"""Every view that shows or changes a person writes the access log: in its code, and when it is opened."""

import ast
import inspect
import textwrap
from html import unescape

import pytest

from participants.models import Participant
from pluspunt.tests.test_access import TABLE, answer_of, url_of
from pluspunt.tests.test_consistency import own_patterns
from privacy.models import AccessEvent, AccessSubject

# These show and change no participant. A view that is not named here and does not log fails.
WITHOUT_PEOPLE = {
    "home",
    "health",
    "health_all",
    "health_detail",
    "offline",
    "service_worker",
    # Lead on to a page that logs.
    "register_find",
    "search_hidden",
    # Logs per mark, in the service: nobody needs to be signed in.
    "marks_receive",
    # Logs once a day, in the service: a calendar does not sign in.
    "calendar_feed",
    "own_calendar",
    "own_calendar_revoke",
    "session_day",
    "month_list",
    "month_close",
    "house_day",
    "register_board",
    "workshop_week",
    "week_board_pdf",
    "attention_counts",
    "schedule_continue",
    "dashboard",
    "figures",
    "report_list",
    "report_start",
    "report_edit",
    "report_describe",
    "report_complete",
    "report_offer",
    "report_return",
    "report_correct",
    "report_preview",
    "report_publish",
    "report_version",
    "report_file_download",
    "section_edit",
    "section_preview",
    "section_picture",
    "section_move",
    "statement_list",
    "statement_add",
    "statement_edit",
    "statement_stop",
    "document_list",
    "document_news",
    "document_request",
    "document_download",
    "document_retry",
    "document_cancel",
    "partner_year_pdf",
    "indicator_list",
    "indicator_add",
    "indicator_edit",
    "target_list",
    "target_edit",
    "factor_list",
    "factor_add",
    "factor_edit",
    "organisation_detail",
    "organisation_add",
    "organisation_edit",
    "contact_add",
    "contact_edit",
    "contact_remove",
    "collaboration_detail",
    "collaboration_add",
    "collaboration_edit",
    "milestone_add",
    "milestone_edit",
    "milestone_picture",
    "event_add",
    "event_edit",
    "workshop_detail",
    "workshop_add",
    "workshop_edit",
    "supervision_edit",
    "duty_add",
    "duty_end",
    "leave_add",
    "leave_withdraw",
    "stand_in_withdraw",
    "closure_list",
    "closure_add",
    "closure_edit",
    "closure_withdraw",
    "holiday_propose",
    "head_count_set",
    "job_list",
    "job_add",
    "job_edit",
    "job_mark",
    "job_finish",
    "output_add",
    "output_list",
    "period_output_add",
    "period_output_withdraw",
    "output_withdraw",
    "erasure_list",
    "erasure_detail",
    "erasure_proof_pdf",
    # About what happened to facts, and which facts we keep: nobody in particular.
    "breach_list",
    "breach_add",
    "breach_detail",
    "breach_edit",
    "breach_close",
    "breach_pdf",
    "processing_list",
    "processing_pdf",
    "account_list",
    "mfa_index",
    "recovery_code_list",
    "session_list",
    "session_end",
    "session_end_others",
    "tablet_list",
    # Log the deed, about nobody.
    "screen_lock",
}


def calls_of(function) -> set[str]:
    """The plain names that a function calls."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def is_of_views(function) -> bool:
    """Whether it stands in a `views` module of ours: those may write the log for one another."""
    return inspect.isfunction(function) and ".views" in function.__module__


def reaches(view, name: str) -> bool:
    """Whether the view, or a function of the views that it calls, calls `name`."""
    waiting, seen = [inspect.unwrap(view)], set()
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        names = calls_of(function)
        if name in names:
            return True
        around = vars(inspect.getmodule(function))
        waiting += [inspect.unwrap(around[each]) for each in names if is_of_views(around.get(each))]
    return False


def test_every_view_of_people_calls_the_log():
    silent = {pattern.name for pattern in own_patterns() if not reaches(pattern.callback, "log_access")}
    assert silent == WITHOUT_PEOPLE


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if not row.get.startswith("login 405")))
def test_a_page_that_names_a_person_has_logged_it(client, world, name):
    person = Participant.objects.get(key=world["key"])
    for who in ("coach", "coordinator", "management", "administrator"):
        before = AccessSubject.objects.count()
        answer = answer_of(client, who, "get", url_of(name, world), world)
        is_page = answer.status_code == 200 and "text/html" in answer["Content-Type"]
        if is_page and person.surname in unescape(answer.content.decode()):
            logged = AccessSubject.objects.order_by("pk").values_list("object_id", flat=True)[before:]
            assert person.pk in logged, f"{who} opens {name}"


@pytest.mark.django_db
def test_a_list_of_people_that_is_taken_along_is_logged_as_an_export(client, world):
    lists = {pattern.name for pattern in own_patterns() if reaches(pattern.callback, "export_response")}
    assert len(lists) == 8
    exports = AccessEvent.objects.filter(action=AccessEvent.Action.EXPORT)
    for name in lists - WITHOUT_PEOPLE:
        for kind in ("xlsx", "csv"):
            before = exports.count()
            answer = answer_of(client, "coordinator", "get", f"{url_of(name, world)}?als={kind}", world)
            assert "attachment" in answer["Content-Disposition"], name
            assert exports.count() == before + 1, f"{name} as {kind}"
