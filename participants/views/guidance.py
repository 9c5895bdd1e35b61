"""The guidance of one person: goals with their small steps, and below them the notes."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from participants.forms.guidance import GoalForm, GoalStepForm, NewGoalForm
from participants.models import Goal, GoalStep, NoteDraft, NoteKind, Participant, Review
from participants.services.guidance import add_goal, add_step, edit_goal, mark_step, reopen_goal
from participants.services.notes import can_restrict
from participants.services.people import lock_participant
from participants.views.pages import done, get_participant, names_of, person_page
from pluspunt.editing import edit_page, tell_taken
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access

PAGE = "participant_guidance"
NOTES_SHOWN = 20


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def participant_guidance(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    today = timezone.localdate()
    reviews = Review.objects.select_related("recorded_by")
    goals = participant.goals.prefetch_related("steps", Prefetch("reviews", reviews))
    return person_page(
        request,
        "participants/participant_guidance.html",
        participant,
        "doelen, evaluaties, notities",
        running=[goal for goal in goals if goal.is_running],
        closed=sorted((goal for goal in goals if not goal.is_running), key=lambda g: g.closed_on, reverse=True),
        is_enrolled=participant.trajectories.on(today).exists(),
        draft=NoteDraft.objects.of(request.user, participant).first(),
        can_restrict=can_restrict(request.user),
        **_notes(request, participant),
    )


def _notes(request: HttpRequest, participant: Participant) -> dict:
    """One page of the notes that the user may read, of one kind when that was asked for."""
    notes = participant.notes.visible_to(request.user)
    counts = dict(notes.values_list("kind").order_by().annotate(Count("pk")))
    chosen = request.GET.get("soort", "")
    if chosen in NoteKind.values:
        notes = notes.filter(kind=chosen)
    return {
        "page_obj": Paginator(notes.select_related("author").with_is_corrected(), NOTES_SHOWN).get_page(
            request.GET.get("page")
        ),
        "kinds": [(kind, kind.label, counts[kind]) for kind in NoteKind if counts.get(kind)],
        "kind": chosen if chosen in NoteKind.values else "",
        "note_count": sum(counts.values()),
    }


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def goal_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    form = NewGoalForm(request.POST if request.method == "POST" else None, instance=Goal(participant=participant))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            add_goal(form.instance, form.steps, by=request.user)
            data = names_of(form.changed_data)
            return done(request, participant, data, "Het doel staat erbij.", Action.ADD, to=PAGE)
    return form_of(request, "participants/goal_add.html", form, participant)


@edit_page
@permission_required("participants.guide_participant", raise_exception=True)
def goal_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    get_participant_to_edit(request, key)
    goal = get_goal(request, key, pk)
    form = GoalForm(request.POST if request.method == "POST" else None, instance=goal)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            edit_goal(form.instance, by=request.user)
            tell_taken(request, form)
            data = names_of(form.changed_data)
            return done(request, goal.participant, data, "Het doel is gewijzigd.", to=PAGE)
    return form_of(request, "participants/goal_edit.html", form, goal.participant)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def goal_step_add(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    goal = get_goal(request, key, pk)
    form = GoalStepForm(request.POST if request.method == "POST" else None, instance=GoalStep(goal=goal))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            add_step(form.instance)
            return done(request, goal.participant, "kleine stap", "De stap staat erbij.", Action.ADD, to=PAGE)
    return form_of(request, "participants/goal_step_add.html", form, goal.participant, goal=goal)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def goal_step_mark(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    step = get_object_or_404(GoalStep.objects.select_related("goal"), pk=pk, goal__participant=participant)
    is_done = request.POST.get("done") == "1"
    try:
        mark_step(step, is_done=is_done)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(PAGE, key)
    log_access(request, Action.CHANGE, [participant], "kleine stap")
    if request.htmx:
        return render(request, "participants/_goal_steps.html", {"goal": step.goal, "participant": participant})
    return redirect(PAGE, key)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def goal_reopen(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    goal = get_goal(request, key, pk)
    try:
        reopen_goal(goal, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(PAGE, key)
    sentence = "Het doel loopt weer. Over vier weken kijk je er opnieuw naar."
    return done(request, goal.participant, "doel", sentence, to=PAGE)


def get_goal(request: HttpRequest, key: str, pk: int) -> Goal:
    """A goal of somebody whom the signed-in user may see."""
    participant = get_participant(request, key)
    return get_object_or_404(Goal.objects.select_related("participant"), participant=participant, pk=pk)


def get_participant_to_edit(request: HttpRequest, key: str) -> Participant:
    """For an `edit_page`: what is posted is compared and saved while nobody else changes anything about this person."""
    participant = get_participant(request, key)
    return lock_participant(participant.pk) if request.method == "POST" else participant


def form_of(request: HttpRequest, template: str, form, participant: Participant, **context) -> HttpResponse:
    """A page with a form about `participant`."""
    data = "naam" if form.instance.pk is None else form.instance._meta.verbose_name
    log_access(request, Action.VIEW, [participant], data)
    return render(request, template, {"form": form, "participant": participant, **context})
