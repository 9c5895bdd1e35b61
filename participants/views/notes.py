"""Writing a note: the draft that is kept meanwhile, and putting right what was written."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from participants.forms.guidance import NewNoteForm, NoteDraftForm, NoteForm
from participants.models import Note, NoteDraft, Participant
from participants.services.notes import add_note, can_correct, correct_note, discard_draft, save_draft
from participants.views.guidance import PAGE, form_of, get_participant_to_edit
from participants.views.pages import done, get_participant, names_of
from pluspunt.editing import edit_page, tell_taken
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def note_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    draft = NoteDraft.objects.of(request.user, participant).first()
    form = NewNoteForm(
        request.POST if request.method == "POST" else None,
        instance=Note(participant=participant, author=request.user),
        user=request.user,
        draft=draft,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            add_note(form.instance, by=request.user)
            return done(request, participant, "notitie", "De notitie is bewaard.", Action.ADD, to=PAGE)
    return form_of(request, "participants/note_add.html", form, participant, draft=draft)


@edit_page
@permission_required("participants.guide_participant", raise_exception=True)
def note_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant_to_edit(request, key)
    note = get_object_or_404(participant.notes.visible_to(request.user), pk=pk)
    if not can_correct(request.user, note):
        raise PermissionDenied
    form = NoteForm(request.POST if request.method == "POST" else None, instance=note, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            correct_note(form.instance, by=request.user)
            tell_taken(request, form)
            data = names_of(form.changed_data)
            return done(request, participant, data, "De notitie is gewijzigd.", to=PAGE)
    return form_of(request, "participants/note_edit.html", form, participant)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def note_draft_save(request: HttpRequest, key: str) -> HttpResponse:
    """Keeps what is typed up to now: while typing (then a line with the time comes back), or by a button."""
    participant = get_participant(request, key)
    is_known = NoteDraft.objects.of(request.user, participant).exists()
    form = NoteDraftForm(
        request.POST, instance=NoteDraft(author=request.user, participant=participant), user=request.user
    )
    draft = None
    if form.is_valid():
        with refusals_on(form):
            draft = save_draft(participant, by=request.user, **form.values)
    if draft and not is_known:  # typing on is no news for the log
        log_access(request, Action.ADD, [participant], "klad van een notitie")
    if request.htmx:
        return render(request, "participants/_note_draft_status.html", {"form": form, "draft": draft})
    return _draft_page(request, participant, form, draft)


def _draft_page(request: HttpRequest, participant: Participant, form: NoteDraftForm, draft: NoteDraft | None):
    if form.errors:
        new = NewNoteForm(request.POST, instance=Note(participant=participant, author=request.user), user=request.user)
        for error in form.non_field_errors():
            new.add_error(None, error)
        return form_of(request, "participants/note_add.html", new, participant, draft=None)
    messages.success(request, "Je klad is bewaard." if draft else "Er was niets om te bewaren.")
    return redirect("note_add", participant.key)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def note_draft_discard(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    was_there = discard_draft(participant, by=request.user)
    log_access(request, Action.CHANGE, [participant], "klad van een notitie")
    messages.success(request, "Je klad is weggegooid." if was_there else "Er is geen klad meer.")
    return redirect("note_add", key)
