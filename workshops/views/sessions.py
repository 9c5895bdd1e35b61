"""One session as a whole: it does not go on, it does after all, and what is left for the next coach."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pluspunt.editing import edit_page, tell_taken
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.sessions import SessionNoteForm, SessionReasonForm
from workshops.models import Session, SessionNote
from workshops.services.cancelling import (
    cancel_effect,
    cancel_session,
    check_cancel,
    check_restore,
    restore_session,
)
from workshops.services.one_offs import coming_back
from workshops.services.session_notes import write_note
from workshops.views.pages import get_session, is_over, register_url, require_recording


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def session_cancel(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    form = SessionReasonForm(
        request.POST if request.method == "POST" else None,
        label="Waarom valt deze sessie uit?",
        example="te weinig begeleiding, teamdag, storing",
    )
    if _is_done(request, session, form, cancel_session, "sessie: uitgevallen"):
        messages.success(request, "Deze sessie valt uit.")
        return redirect(register_url(session))
    return _change_page(request, session, form, check_cancel, "workshops/session_cancel.html")


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def session_restore(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    form = SessionReasonForm(
        request.POST if request.method == "POST" else None,
        label="Waarom gaat de sessie toch door?",
        example="er is een invaller, het was een vergissing",
    )
    if _is_done(request, session, form, restore_session, "sessie: gaat toch door"):
        messages.success(request, "Deze sessie gaat door.")
        return redirect(register_url(session))
    return _change_page(request, session, form, check_restore, "workshops/session_restore.html")


def _is_done(request: HttpRequest, session: Session, form, change: Callable, data: str) -> bool:
    """Whether the form was posted and the session changed; what was refused stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    with refusals_on(form), transaction.atomic():
        change(session, reason=form.cleaned_data["reason"], by=request.user)
        rows = session.attendances.listed().select_related("participant")
        log_access(request, Action.CHANGE, [row.participant for row in rows], data)
    return form.is_valid()


def _change_page(request: HttpRequest, session: Session, form, check: Callable, template: str) -> HttpResponse:
    """The form with what it would do, or why it cannot be; what was typed stays where it was typed."""
    refusal = ""
    try:
        check(session)
    except ValidationError as error:
        refusal = " ".join(error.messages)
    context = {
        "session": session,
        "form": form,
        "refusal": "" if form.is_bound else refusal,
        "effect": cancel_effect(session),
        "coming_back": coming_back(session),
        "register_url": register_url(session),
        "is_over": is_over(session),
    }
    return render(request, template, context)


@edit_page
@permission_required("workshops.record_attendance", raise_exception=True)
def session_note(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    if request.method == "POST":
        # What is compared must be what is saved: nobody else writes here until then.
        Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    note = SessionNote.objects.filter(session=session).first() or SessionNote(session=session)
    form = SessionNoteForm(request.POST if request.method == "POST" else None, instance=note)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            kept = write_note(session, form.cleaned_data["text"], by=request.user)
            log_access(request, Action.CHANGE, [], "briefje voor de volgende coach")
            messages.success(request, "Je briefje ligt klaar." if kept else "Het briefje is weg.")
            tell_taken(request, form)
            return redirect(register_url(session))
    log_access(request, Action.VIEW, [], "briefje voor de volgende coach")
    context = {
        "session": session,
        "form": form,
        "is_unreadable": note.pk is not None and note.text_or_none is None,
        "register_url": register_url(session),
        "is_over": is_over(session),
    }
    return render(request, "workshops/session_note.html", context)
