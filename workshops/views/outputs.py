"""What a day brings forth: what it is, and how much; two taps."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from pluspunt.forms import form_page, refusals_on
from workshops.forms.outputs import OutputForm
from workshops.models import Output, OutputType, Session
from workshops.permissions import can_record
from workshops.services.jobs import jobs_of_day
from workshops.services.outputs import BY_HAND, record_output, withdraw_output
from workshops.views.pages import get_session, register_url, require_recording

# The amounts that are one tap away.
AMOUNTS = (1, 2, 3, 5, 10)


@dataclass(frozen=True)
class Choice:
    """One type to choose, with the key of its form, and what was typed in it when that was refused."""

    type: OutputType
    key: UUID
    form: OutputForm | None

    @property
    def source(self) -> str:
        return (self.form and self.form.data.get("source")) or self.type.usual_source

    @property
    def typed(self) -> str:
        return self.form.data.get("quantity", "") if self.form else ""

    @property
    def job(self) -> str:
        return self.form.data.get("job", "") if self.form else ""


def register_outputs(request: HttpRequest, session: Session, form: OutputForm | None = None, *, said: str = "") -> dict:
    """What `workshops/_register_outputs.html` shows below a register: what the day brought forth, and what to add.

    In three queries, apart from the right to record; `form` is one that was refused, `said` what was just done.
    """
    outputs = Output.objects.filter(workshop=session.workshop_id, date=session.date)
    may_record = can_record(request.user, session, timezone.localdate())
    takes_outputs = may_record and session.takes_marks and not session.is_future
    first, others = _choices(session, form) if takes_outputs else ([], [])
    return {
        "outputs": outputs.select_related("type", "job", "recorded_by", "session").order_by("pk"),
        "may_withdraw": may_record,
        "takes_outputs": takes_outputs,
        "output_choices": first,
        "other_choices": others,
        "output_jobs": jobs_of_day(session) if takes_outputs else [],
        "output_sources": BY_HAND,
        "amounts": AMOUNTS,
        "outputs_said": said,
        "output_problems": [problem for problems in form.errors.values() for problem in problems] if form else [],
    }


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def output_add(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    form = None
    if request.method == "POST":
        form = OutputForm(request.POST, jobs=jobs_of_day(session))
        if form.is_valid():
            with refusals_on(form):
                return _record(request, session, form)
    context = {"session": session, **register_outputs(request, session, form)}
    template = "workshops/_register_outputs.html" if request.htmx else "workshops/output_add.html"
    return render(request, template, context)


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def output_withdraw(request: HttpRequest, workshop_id: int, day: date, part: str, pk: int) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    # Those of the other day part are that register's.
    here = Q(session=session) | Q(session=None, workshop=session.workshop_id, date=session.date)
    output = Output.objects.filter(here).select_related("type").filter(pk=pk).first()
    try:
        is_gone = output is not None and withdraw_output(output, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Weggehaald: {output.type}." if is_gone else "Dat was al weg.")
    return redirect(f"{register_url(session)}#outputs")


def _record(request: HttpRequest, session: Session, form: OutputForm) -> HttpResponse:
    output = form.output(workshop=session.workshop, date=session.date, session=session)
    is_new = record_output(output, by=request.user)
    said = f"Opgeslagen: {output.type}." if is_new else f"Dit stond er al: {output.type}. Het telt één keer."
    if request.htmx:
        context = {"session": session, **register_outputs(request, session, said=said)}
        return render(request, "workshops/_register_outputs.html", context)
    messages.success(request, said)
    return redirect(f"{register_url(session)}#outputs")


def _choices(session: Session, form: OutputForm | None) -> tuple[list[Choice], list[Choice]]:
    """The types in use: those of the workshop's discipline, and all the others."""
    refused = form.data.get("type") if form else None
    first, others = [], []
    for kind in OutputType.objects.by_hand():
        choice = Choice(kind, uuid4(), form if refused == str(kind.pk) else None)
        (first if kind.belongs_to(session.workshop.discipline) else others).append(choice)
    return first, others
