"""The people: finding them, seeing where they stand, and keeping what is known about them."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import recent_sign_in_to_export
from impact.services.due import dues_of
from participants.forms.applications import NewApplicationForm
from participants.forms.indications import FirstIndicationForm
from participants.forms.people import NewParticipantForm, ParticipantFilterForm, ParticipantForm
from participants.forms.trajectories import FirstTrajectoryForm
from participants.models import Participant, Practitioner, Trajectory, VolunteerProfile
from participants.services.people import add_participant, save_participant, similar_people
from participants.views.pages import get_participant, names_of, person_page, saved
from pluspunt.editing import edit_page, get_to_edit
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, page_of, remember_filters
from pluspunt.periods import Period
from privacy.services import Action, log_access
from workshops.models import Placement, Workshop
from workshops.services.one_offs import one_offs_to_come
from workshops.services.overview import attendance_weeks
from workshops.services.sessions import ensure_sessions

WEEKS_SHOWN = 8
LIST_SHOWS = "naam, nummer, doelgroep, status, werkplaatsen, gebied, indicatie"
STANDINGS = {**dict(Trajectory.Status.choices), "WAITING": "wacht op een plek", "": "geen traject"}


def with_standing(people: QuerySet[Participant]) -> QuerySet[Participant]:
    """`people` with what says where they stand: paths, applications and placements of today (`running_placements`)."""
    running = Placement.objects.on(timezone.localdate()).select_related("workshop").order_by("workshop__name")
    return people.prefetch_related(
        "trajectories__pauses", "applications", Prefetch("placements", running, to_attr="running_placements")
    )


def _since(person: Participant) -> date | None:
    return person.main_trajectory and person.main_trajectory.start_date


def _group(person: Participant) -> str | None:
    return person.main_trajectory and person.main_trajectory.get_target_group_display()


def _workshops(person: Participant) -> str:
    return ", ".join(dict.fromkeys(placement.workshop.name for placement in person.running_placements))


def _indicated_until(person: Participant) -> date | None:
    return person.current_indication and person.current_indication.end_date


LIST_COLUMNS = [
    Column("Naam", lambda person: person.list_name),
    Column("Nummer", lambda person: person.number),
    Column("Doelgroep", _group),
    Column("Status", lambda person: STANDINGS[person.standing]),
    Column("Sinds", _since),
    Column("Werkplaatsen", _workshops),
    Column("Gebied", lambda person: person.district and person.district.name),
    Column("Indicatie tot", _indicated_until),
]


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
@recent_sign_in_to_export
def participant_list(request: HttpRequest) -> HttpResponse:
    if kept := remember_filters(request, "participant_list"):
        return kept
    everybody = Participant.objects.visible_to(request.user)
    form = ParticipantFilterForm(request.GET, workshops=Workshop.objects.visible_to(request.user))
    if not form.is_valid() and "q" in form.errors:
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("participant_list")
    people = with_standing(form.apply(everybody)).select_related("district").prefetch_related("indications")
    if wanted := export_wanted(request):
        log_access(request, Action.EXPORT, people, LIST_SHOWS)
        return export_response(wanted, "Deelnemers", LIST_COLUMNS, people)
    page = page_of(request, people)
    log_access(request, Action.SEARCH, page.object_list, LIST_SHOWS)
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
    prefetch_related_objects([participant], "trajectories__pauses", "applications", "indications", "consents")
    placements = list(participant.placements.select_related("workshop", "trajectory"))
    ended = [each for each in placements if each.end_date and each.end_date < today]
    may_edit = request.user.has_perm("participants.change_participant")
    waiting = list(participant.waiting_entries.in_turn().select_related("workshop"))
    helpers = [each for each in participant.practitioners.select_related("organisation") if each.is_current]
    return person_page(
        request,
        "participants/participant_detail.html",
        participant,
        "traject, plaatsingen, wachtlijst, aanwezigheid, afmeldingen, contact, indicatie, doelen, behandelaar, "
        "toestemming" + (", VOG" if may_edit and participant.has_volunteered else ""),
        today=today,
        running=[each for each in placements if each.runs_on(today)],
        coming=[each for each in placements if each.start_date > today],
        ended=sorted(ended, key=lambda each: each.end_date, reverse=True),
        weeks=attendance_weeks(participant, Period(monday - timedelta(weeks=WEEKS_SHOWN - 1), today)),
        goals=list(participant.goals.running().order_by("review_on", "pk")),
        # Who treats goes before who guides.
        helper=min(helpers, key=lambda each: each.kind != Practitioner.Kind.PRACTITIONER, default=None),
        waiting_entries=[each for each in waiting if each.is_waiting],
        waiting_past=sorted((w for w in waiting if not w.is_waiting), key=lambda w: w.decided_on, reverse=True),
        absences=list(
            participant.absences.standing().overlapping(today, None).select_related("reason", "taken_by").reverse()
        ),
        one_offs=one_offs_to_come(participant),
        dues=dues_of([participant], today),
        waits=next((each for each in participant.applications.all() if each.is_waiting), None),
        # Only coordinators know of certificates; an empty profile when nothing was filled in yet.
        profile=(getattr(participant, "volunteer_profile", None) or VolunteerProfile()) if may_edit else None,
    )


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def participant_add(request: HttpRequest) -> HttpResponse:
    """Somebody new: who, the application, and maybe the first day. Who looks like them is shown first."""
    data = request.POST if request.method == "POST" else None
    form = NewParticipantForm(data)
    application_form = NewApplicationForm(data, initial={"applied_on": timezone.localdate()})
    start_form, indication_form = FirstTrajectoryForm(data), FirstIndicationForm(data, prefix="indicatie")
    forms = [form, application_form, start_form, indication_form]
    answers = [each.is_valid() for each in forms]  # every one, so that all errors are shown at once
    are_right = all(answers)
    similar = similar_people(form.instance) if are_right else []
    others = set(request.POST.getlist("others")) if request.POST.get("is_somebody_else") else set()
    if are_right and others.issuperset(person.key for person in similar):
        with refusals_on(form):
            return _add(request, forms, others)
        similar = similar_people(form.instance)
    if similar:
        log_access(request, Action.SEARCH, similar, "naam, geboortedatum, gebied, status")
    context = {"forms": forms, "form": form, "refused": any(each.errors for each in forms), "similar": similar}
    return render(request, "participants/participant_add.html", context)


def _add(request: HttpRequest, forms: list, others: set[str]) -> HttpResponse:
    """Add somebody from the filled-in forms of `participant_add`, and go on to what comes next for them."""
    form, application_form, start_form, indication_form = forms
    application, trajectory = application_form.instance, None
    if start_form.has_changed():
        trajectory = start_form.instance
        trajectory.target_group = application.target_group
    indication = indication_form.instance if indication_form.has_changed() else None
    person = add_participant(form.instance, application, trajectory, indication, others=others, by=request.user)
    changed = [name for each in forms for name in each.changed_data]
    log_access(request, Action.ADD, [person], names_of(changed))
    if trajectory:
        messages.success(request, f"{person.full_name} staat erin. Kies nu een plek in een werkplaats.")
        return redirect("placement_add", person.key)
    messages.success(request, f"{person.full_name} staat erin, met een aanmelding die wacht.")
    return redirect("participant_path", person.key)


@edit_page
@permission_required("participants.change_participant", raise_exception=True)
def participant_edit(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_to_edit(request, Participant.objects, pk=get_participant(request, key).pk)
    form = ParticipantForm(request.POST if request.method == "POST" else None, instance=participant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_participant(form.instance, by=request.user)
            return saved(request, Action.CHANGE, participant, form)
    log_access(request, Action.VIEW, [participant], "persoonsgegevens")
    # The heading keeps the name as it is stored, whatever was typed.
    context = {"form": form, "participant": Participant.objects.get(pk=participant.pk)}
    return render(request, "participants/participant_edit.html", context)
