"""The people: finding them, seeing where they stand, and keeping what is known about them."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.forms.indications import FirstIndicationForm
from participants.forms.people import NewParticipantForm, ParticipantFilterForm, ParticipantForm
from participants.forms.trajectories import TrajectoryForm
from participants.models import Participant
from participants.services.people import add_participant, save_participant
from participants.views.pages import get_participant, names_of, person_page, saved
from pluspunt.forms import form_page, refusals_on
from pluspunt.periods import Period
from privacy.services import Action, log_access
from workshops.models import Placement, Workshop
from workshops.services.overview import attendance_weeks
from workshops.services.sessions import ensure_sessions

PAGE_SIZE = 25
WEEKS_SHOWN = 8


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_list(request: HttpRequest) -> HttpResponse:
    everybody = Participant.objects.visible_to(request.user)
    form = ParticipantFilterForm(request.GET, workshops=Workshop.objects.visible_to(request.user))
    if not form.is_valid() and "q" in form.errors:
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("participant_list")
    running = Placement.objects.on(timezone.localdate()).select_related("workshop").order_by("workshop__name")
    people = form.apply(everybody).select_related("district")
    people = people.prefetch_related(
        "trajectories__pauses", "indications", Prefetch("placements", running, to_attr="running_placements")
    )
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    log_access(request, Action.SEARCH, page.object_list, "naam, doelgroep, status, werkplaatsen, gebied, indicatie")
    context = {
        "form": form,
        "page_obj": page,
        "nobody_yet": not page.paginator.count and not everybody.exists(),
        "without_ended": not form.cleaned_data.get("status"),
    }
    return render(request, "participants/participant_list.html", context)


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_detail(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    today = timezone.localdate()
    ensure_sessions(today)
    monday = today - timedelta(days=today.weekday())
    placements = participant.placements.select_related("workshop", "trajectory")
    return person_page(
        request,
        "participants/participant_detail.html",
        participant,
        "traject, plaatsingen, aanwezigheid, contact",
        today=today,
        running=placements.on(today),
        coming=placements.filter(start_date__gt=today),
        ended=placements.filter(end_date__lt=today).order_by("-end_date", "weekday"),
        weeks=attendance_weeks(participant, Period(monday - timedelta(weeks=WEEKS_SHOWN - 1), today)),
    )


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def participant_add(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = NewParticipantForm(data)
    trajectory_form = TrajectoryForm(data, initial={"start_date": timezone.localdate()})
    indication_form = FirstIndicationForm(data, prefix="indicatie")
    forms = [form, trajectory_form, indication_form]
    answers = [each.is_valid() for each in forms]  # every one, so that all errors are shown at once
    if all(answers):
        indication = indication_form.instance if indication_form.has_changed() else None
        with refusals_on(form):
            participant = add_participant(form.instance, trajectory_form.instance, indication, by=request.user)
            changed = [name for each in forms for name in each.changed_data]
            log_access(request, Action.ADD, [participant], names_of(changed))
            messages.success(request, f"{participant.full_name} staat erin. Kies nu een plek in een werkplaats.")
            return redirect("placement_add", participant.key)
    known = Participant.objects.same_as(form.instance) if all(answers) else []
    if known:
        log_access(request, Action.SEARCH, known, "naam, geboortedatum")
    context = {"forms": forms, "form": form, "refused": any(each.errors for each in forms), "known": known}
    return render(request, "participants/participant_add.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def participant_edit(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    form = ParticipantForm(request.POST if request.method == "POST" else None, instance=participant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_participant(form.instance, by=request.user)
            return saved(request, Action.CHANGE, participant, form)
    log_access(request, Action.VIEW, [participant], "persoonsgegevens")
    # The heading keeps the name as it is stored, whatever was typed.
    context = {"form": form, "participant": Participant.objects.get(pk=participant.pk)}
    return render(request, "participants/participant_edit.html", context)
