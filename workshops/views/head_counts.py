"""How many neighbours and visitors there were in a session."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from pluspunt.forms import refusals_on
from workshops.forms.head_counts import HeadCountForm
from workshops.services.head_counts import count_heads
from workshops.views.pages import get_session, register_url, require_recording


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def head_count_set(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    form = HeadCountForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            session = count_heads(session, **form.cleaned_data)
    problem = " ".join(message for errors in form.errors.values() for message in errors)
    if request.htmx:
        context = {"session": session, "is_editable": session.takes_marks, "problem": problem}
        return render(request, "workshops/_register_heads.html", context)
    if problem:
        messages.error(request, f"De telling is niet opgeslagen. {problem}")
    return redirect(f"{register_url(session)}#heads")
