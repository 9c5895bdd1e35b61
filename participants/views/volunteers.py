"""Skilled volunteers: craft, certificate of conduct, hours and allowance."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import recent_sign_in_to_export
from participants.forms.volunteers import AllowanceForm, VolunteerFilterForm, VolunteerProfileForm
from participants.models import Allowance, Participant, VolunteerProfile
from participants.services.people import lock_participant, save_row
from participants.services.volunteers import allowance_years, save_allowance, withdraw_allowance
from participants.views.pages import get_participant, lock_row, names_of, person_page
from pluspunt.editing import edit_page, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, page_of, remember_filters
from pluspunt.periods import Period
from pluspunt.templatetags.words import month_name
from privacy.services import Action, log_access
from workshops.models import Workshop
from workshops.services.volunteers import volunteer_hours_by_month, volunteer_lines


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def volunteer_detail(request: HttpRequest, key: str) -> HttpResponse:
    participant = _get_volunteer(request, key)
    first, this_year = _years_of(participant)
    year = _year(request, first, this_year)
    hours = volunteer_hours_by_month(participant, year)
    paid = allowance_years([participant], year)[participant.pk]
    last_month = timezone.localdate().month if year == this_year else 12
    return person_page(
        request,
        "participants/volunteer_detail.html",
        participant,
        "vak, VOG, uren, vergoeding",
        profile=getattr(participant, "volunteer_profile", None) or VolunteerProfile(),
        paid=paid,
        hours=sum(hours.values()),
        months=[
            (month_name(month), hours.get(month, 0), paid.by_month.get(month), month in paid.months_over)
            for month in range(1, last_month + 1)
        ],
        payments=participant.allowances.filter(paid_on__year=year),
        withdrawn=Allowance.history.filter(
            participant=participant, history_type="-", paid_on__year=year
        ).select_related("history_user"),
        year_before=year - 1 if year > first else None,
        year_after=year + 1 if year < this_year else None,
    )


@edit_page
@permission_required("participants.change_participant", raise_exception=True)
def volunteer_edit(request: HttpRequest, key: str) -> HttpResponse:
    participant = _get_volunteer(request, key)
    if request.method == "POST":
        lock_participant(participant.pk)
    profile = VolunteerProfile.objects.filter(participant=participant).first()
    row = profile or VolunteerProfile(participant=participant)
    form = VolunteerProfileForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_row(form.instance, by=request.user)
            tell_taken(request, form)
            action = Action.CHANGE if profile else Action.ADD
            return _done(request, participant, action, names_of(form.changed_data), "Dat is bewaard.")
    log_access(request, Action.VIEW, [participant], "vak, VOG")
    return render(request, "participants/volunteer_edit.html", {"form": form, "participant": participant})


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def allowance_add(request: HttpRequest, key: str) -> HttpResponse:
    return _allowance_page(
        request, Allowance(participant=_get_volunteer(request, key)), "participants/allowance_add.html"
    )


@edit_page
@permission_required("participants.change_participant", raise_exception=True)
def allowance_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(_get_volunteer(request, key).allowances, pk=pk)
    if request.method == "POST":
        row = lock_row(row)
    return _allowance_page(request, row, "participants/allowance_edit.html")


@require_POST
@permission_required("participants.change_participant", raise_exception=True)
def allowance_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = _get_volunteer(request, key)
    withdraw_allowance(get_object_or_404(participant.allowances, pk=pk), by=request.user)
    return _done(request, participant, Action.CHANGE, "vergoeding", "De vergoeding telt niet meer mee.")


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
@recent_sign_in_to_export
def volunteer_list(request: HttpRequest) -> HttpResponse:
    if answer := remember_filters(request, "volunteers"):
        return answer
    today = timezone.localdate()
    form = VolunteerFilterForm(request.GET, workshops=Workshop.objects.visible_to(request.user))
    form.is_valid()
    people = form.apply(Participant.objects.visible_to(request.user))
    lines = form.arrange(volunteer_lines(people, Period(date(today.year, 1, 1), today)))
    data = "naam, vak, werkplaatsen, VOG, uren, vergoeding"
    if wanted := export_wanted(request):
        log_access(request, Action.EXPORT, [line.person for line in lines], data)
        return export_response(wanted, "Vakvrijwilligers", _columns(today.year), lines)
    page = page_of(request, lines)
    log_access(request, Action.SEARCH, [line.person for line in page], data)
    context = {
        "form": form,
        "page_obj": page,
        "year": today.year,
        "count_needing": sum(line.needs_something for line in lines),
    }
    return render(request, "participants/volunteer_list.html", context)


def _columns(year: int) -> list[Column]:
    return [
        Column("Naam", lambda line: line.person.list_name),
        Column("Vak", lambda line: line.profile.craft),
        Column("Werkplaatsen", lambda line: ", ".join(line.workshops)),
        Column("Beschikbaar", lambda line: line.profile.availability),
        Column("VOG", lambda line: line.vog_state.label),
        Column("VOG aangevraagd op", lambda line: line.profile.vog_requested_on),
        Column("VOG gezien op", lambda line: line.profile.vog_seen_on),
        Column("VOG vernieuwen voor", lambda line: line.profile.vog_renew_on),
        Column(f"Uren {year}", lambda line: line.hours),
        Column(f"Vergoeding {year}", lambda line: float(line.allowance.paid)),
        Column(f"Grens {year}", lambda line: line.allowance.limit and float(line.allowance.limit.per_year)),
        Column("Vraagt aandacht", lambda line: ", ".join(line.reasons)),
    ]


def _get_volunteer(request: HttpRequest, key: str) -> Participant:
    """Somebody who is, was or will be a volunteer; of anybody else these pages do not exist."""
    participant = get_participant(request, key)
    if not participant.has_volunteered:
        raise Http404("no volunteer")
    return participant


def _years_of(participant: Participant) -> tuple[int, int]:
    """The first year of which there may be something to show, and this one."""
    this_year = timezone.localdate().year
    starts = [path.start_date.year for path in participant.trajectories.all() if path.is_volunteer]
    paid = participant.allowances.order_by("paid_on").values_list("paid_on", flat=True).first()
    return min([this_year, *starts, *([paid.year] if paid else [])]), this_year


def _year(request: HttpRequest, first: int, last: int) -> int:
    """The year that the address asks for, when there can be one."""
    asked = request.GET.get("jaar", "")
    return int(asked) if asked in {str(year) for year in range(first, last + 1)} else last


def _allowance_page(request: HttpRequest, row: Allowance, template: str) -> HttpResponse:
    participant, is_new = row.participant, row.pk is None
    history = [] if is_new else row.history.select_related("history_user")
    form = AllowanceForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            year = save_allowance(form.instance, by=request.user)
            if year.is_over:
                messages.warning(request, f"{participant.nickname} komt in {year.year} boven de grens. Kijk het na.")
            tell_taken(request, form)
            action = Action.ADD if is_new else Action.CHANGE
            return _done(request, participant, action, names_of(form.changed_data), "De vergoeding is bewaard.")
    log_access(request, Action.VIEW, [participant], "naam" if is_new else "vergoeding")
    context = {"form": form, "participant": participant, "row": row, "history": history}
    return render(request, template, context)


def _done(request: HttpRequest, participant: Participant, action: Action, what: str, sentence: str) -> HttpResponse:
    log_access(request, action, [participant], what)
    messages.success(request, sentence)
    return redirect("volunteer_detail", participant.key)
