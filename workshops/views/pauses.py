"""Somebody is away for longer: pausing the path, and coming back."""

from datetime import date

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from participants.forms.trajectories import PauseEndForm, PauseForm
from participants.models import Pause
from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from pluspunt.templatetags.words import day as in_words
from privacy.services import Action, log_access
from workshops.services.effects import effects_on_path
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.trajectories import end_pause, expect_back, pause_trajectory
from workshops.services.waiting_matches import matches_in_places_of
from workshops.views.pages import day_of, has_seen, seen_on_page

PATH = "participant_path"


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def pause_add(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    start = _day(request.GET.get("van")) or timezone.localdate()
    pause = Pause(trajectory=trajectory, start_date=start, end_date=_day(request.GET.get("tot")))
    form = PauseForm(request.POST if request.method == "POST" else None, instance=pause)
    effects = effects_on_path(trajectory, day_of(form, "start_date"), _end(form))
    if request.method == "POST" and form.is_valid() and has_seen(request, effects):
        data = form.cleaned_data
        with refusals_on(form):
            pause_trajectory(
                trajectory,
                start=data["start_date"],
                end=data["end_date"],
                expected_until=data["expected_until"],
                reason=data["reason"],
                by=request.user,
            )
            ensure_sessions(timezone.localdate() + HORIZON)
            to = "waiting_match" if matches_in_places_of(participant) else PATH
            sentence = "De onderbreking is bewaard. De plekken blijven staan."
            return done(request, participant, "onderbreking", sentence, to=to)
    log_access(request, Action.VIEW, [participant], "naam, traject, plaatsingen")
    context = {"form": form, "participant": participant, "trajectory": trajectory, **seen_on_page(form, effects)}
    return render(request, "workshops/pause_add.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def pause_end(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The last day, or when that is still not known the day on which to ask again."""
    participant = get_participant(request, key)
    pause = get_object_or_404(Pause.objects.filter(trajectory__participant=participant), pk=pk)
    form = PauseEndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        last_day, until = form.cleaned_data["last_day"], form.cleaned_data["expected_until"]
        with refusals_on(form):
            if last_day:
                end_pause(pause, last_day=last_day, by=request.user)
                return done(request, participant, "einde onderbreking", "De onderbreking stopt op die dag.", to=PATH)
            expect_back(pause, until=until, by=request.user)
            sentence = f"De onderbreking duurt waarschijnlijk t/m {in_words(until)}. Dan vragen we het na."
            # Who stays away longer leaves the place free for longer.
            to = "waiting_match" if matches_in_places_of(participant) else PATH
            return done(request, participant, "onderbreking: verwacht tot", sentence, to=to)
    log_access(request, Action.VIEW, [participant], "naam, onderbreking")
    return render(request, "workshops/pause_end.html", {"form": form, "participant": participant, "pause": pause})


def _end(form: PauseForm) -> date | None:
    """The last day of the pause, as far as it is known."""
    return form.cleaned_data["end_date"] if form.is_bound and form.is_valid() else form.instance.end_date


def _day(text: str | None) -> date | None:
    """What came along in the address, when it is a day."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
