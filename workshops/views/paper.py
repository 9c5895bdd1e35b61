"""What was ticked on paper, typed over."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect

from pluspunt.forms import form_page
from privacy.services import Action, log_access
from workshops.forms.paper import EntryForm
from workshops.models import Attendance, Session
from workshops.services.attendance import Collision, check_month, check_session
from workshops.services.paper import TakenOver, take_over, was_meanwhile
from workshops.views.pages import get_session, is_over, register_url, require_recording

Status = Attendance.Status


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def register_entry(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """All rows of a register in the order of its list on paper; what a colleague filled in meanwhile is asked again."""
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    rows = _rows(session)
    if request.method != "POST":
        return _entry_page(request, session, EntryForm(rows=rows), TakenOver())
    form = EntryForm(request.POST, rows=rows)
    form.is_valid()
    marks = form.marks
    # Written before anything is saved: every row is saved by itself.
    log_access(
        request, Action.CHANGE, [r.participant for r in rows if r.pk in marks], "aanwezigheid: status, van papier"
    )
    taken = take_over(marks, by=request.user)
    missing = _gone(request, rows)
    if form.errors or taken.refused or missing or any(form.is_undecided(row) for row in rows):
        return _entry_page(request, session, form, taken, missing)
    messages.success(request, f"{taken.saved} overgenomen van papier." if taken.saved else "Er was niets veranderd.")
    url = register_url(session)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _entry_page(
    request: HttpRequest, session: Session, form: EntryForm, taken: TakenOver, missing: int = 0
) -> HttpResponse:
    # As they are now: what was saved just now, and what colleagues did meanwhile.
    rows = _rows(session) if form.is_bound else form.rows
    log_access(request, Action.VIEW, [row.participant for row in rows], "register: aanwezigheid")
    for row in rows:
        _dress(row, form, taken.refused.get(row.pk))
    context = {
        "session": session,
        "rows": rows,
        "asked": [row for row in rows if row.problem],
        "saved": taken.saved,
        "missing": missing,
        "why_not": _why_not(session),
        "register_url": register_url(session),
        "is_over": is_over(session),
    }
    return render(request, "workshops/register_entry.html", context)


def _dress(row: Attendance, form: EntryForm, error: ValidationError | None) -> None:
    """Gives the row what the page shows: the tick that stands (`chosen`), the problem, and between what to choose."""
    key = row.participant.key
    row.problem, row.typed, row.chosen = "", "", row.status
    if isinstance(error, Collision) or (error is None and form.is_undecided(row)):
        row.typed = form.ticked(row) or form.data[f"k-{key}"]
        row.problem = was_meanwhile(error) if error else "Hier moet je nog kiezen."
        row.chosen = ""
        row.typed_label = dict(Status.choices).get(row.typed, "iets anders")
    elif error is not None or f"s-{key}" in form.errors:
        row.problem = " ".join(error.messages if error else form.errors[f"s-{key}"])
        row.chosen = form.ticked(row)


def _rows(session: Session) -> list[Attendance]:
    return list(session.attendances.listed().select_related("participant", "trajectory"))


def _gone(request: HttpRequest, rows: list[Attendance]) -> int:
    """How many people were ticked who do not stand in this register any more."""
    here = {row.participant.key for row in rows}
    sent = {name[2:]: value for name, value in request.POST.items() if name.startswith("s-")}
    changed = {key for key, value in sent.items() if value != request.POST.get(f"w-{key}", Status.OPEN)}
    return len(changed - here)


def _why_not(session: Session) -> str:
    """Why nothing can be taken over in this session; empty when it can."""
    try:
        check_session(session, Status.PRESENT)
        check_month(session.date)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
