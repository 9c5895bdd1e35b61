"""What somebody was granted, what came of it, and what runs out."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import recent_sign_in_to_export
from participants.forms.indications import (
    IndicationEditForm,
    IndicationForm,
    IndicationRenewForm,
    IndicationShortenForm,
    NoticeForm,
    RenewalFilterForm,
    RenewalStepForm,
)
from participants.models import Indication, Participant, RenewalStep
from participants.services.indications import record_renewal_step, send_notice, shorten_indication
from participants.services.notices import missing_notices, notices_of
from participants.views.pages import done, get_participant, person_page, row_page
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, remember_filters
from privacy.services import Action, log_access
from workshops.services.entitlement import indication_use

TAB = "participant_indications"
# What is the same in the indication that follows.
KEPT = ["scheme", "municipality_code", "product_category", "product_code", "volume", "unit", "frequency"]
# A notice that is later than this is an old one: listed apart.
OLD_NOTICE = timedelta(weeks=26)
COLUMNS = [
    Column("Naam", lambda row: row.participant.list_name),
    Column("Indicatie", lambda row: row.amount),
    Column("Financiering", lambda row: row.get_scheme_display()),
    Column("Laatste dag", lambda row: row.end_date),
    Column("Hoe lang nog", lambda row: row.state_in_words),
    Column("Wie is aan zet", lambda row: RenewalStep.Actor(row.actor).label),
    Column("Laatste stap", lambda row: row.step_text),
    Column("Gedaan op", lambda row: row.step_on),
]


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_indications(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    may_edit = request.user.has_perm("participants.change_participant")
    indications = participant.indications.select_related("product_code").with_successor()
    steps_and_notices = notices_of(participant.indications.all()) if may_edit else []
    if may_edit:
        indications = indications.prefetch_related("renewal_steps__recorded_by")
    today = timezone.localdate()
    rows = list(indications)
    uses = indication_use(participant, rows, today)
    for row in rows:
        row.use = uses.get(row.pk)
        row.notices = [notice for notice in steps_and_notices if notice.indication.pk == row.pk]
    data = "indicaties, geleverde dagdelen" + (", besluit, stappen, berichten" if may_edit else "")
    context = {
        "current": [row for row in rows if not row.is_expired or not (row.has_successor or row.end_reason)],
        "earlier": [row for row in rows if row.is_expired and (row.has_successor or row.end_reason)],
        "today": today,
    }
    return person_page(request, "participants/participant_indications.html", participant, data, **context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_add(request: HttpRequest, key: str) -> HttpResponse:
    row = Indication(participant=get_participant(request, key))
    return row_page(request, IndicationForm, row, "participants/indication_add.html", to=TAB)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = _get_indication(request, key, pk)
    return row_page(request, IndicationEditForm, row, "participants/indication_edit.html", to=TAB)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_renew(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The indication that follows: the same again, from the day after the last one."""
    old = _get_indication(request, key, pk)
    row = Indication(participant=old.participant, **{name: getattr(old, name) for name in KEPT})
    row.follows = old
    if old.end_date:
        row.start_date = old.end_date + timedelta(days=1)
    return row_page(request, IndicationRenewForm, row, "participants/indication_renew.html", to=TAB)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_shorten(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = _get_indication(request, key, pk)
    form = IndicationShortenForm(request.POST if request.method == "POST" else None, indication=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            last_day, reason = form.cleaned_data["last_day"], form.cleaned_data["reason"]
            shorten_indication(row, last_day=last_day, reason=reason, by=request.user)
            return done(request, row.participant, "end_date, end_reason", "De indicatie is ingekort.", to=TAB)
    return _form_page(request, form, "participants/indication_shorten.html", row.participant, indication=row)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def renewal_step_add(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = _get_indication(request, key, pk)
    form = RenewalStepForm(request.POST if request.method == "POST" else None, instance=RenewalStep(indication=row))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_renewal_step(form.instance, by=request.user)
            what = "stap naar verlenging"
            return done(request, row.participant, what, "De stap is genoteerd.", Action.ADD, to=TAB)
    return _form_page(request, form, "participants/renewal_step_add.html", row.participant, indication=row)


@require_POST
@permission_required("participants.change_participant", raise_exception=True)
def indication_notice(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Note that the start or the stop notice was sent."""
    row = _get_indication(request, key, pk)
    form = NoticeForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            kind = form.cleaned_data["which"]
            send_notice(row, kind, sent_on=form.cleaned_data["sent_on"], by=request.user)
            label = dict(form.fields["which"].choices)[kind]
            return done(request, row.participant, f"{kind}_notice_on", f"Het {label} staat genoteerd.", to=TAB)
    log_access(request, Action.VIEW, [row.participant], "indicatie")
    sentences = [sentence for errors in form.errors.values() for sentence in errors]
    messages.error(request, f"Het bericht is niet genoteerd. {' '.join(sentences)}")
    return redirect(TAB, key)


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
@recent_sign_in_to_export
def indication_list(request: HttpRequest) -> HttpResponse:
    """What runs out within 12 weeks and who must act, and the notices that are still to be sent."""
    if back := remember_filters(request, "indications"):
        return back
    today = timezone.localdate()
    form = RenewalFilterForm(request.GET)
    form.is_valid()
    everything = Indication.objects.to_renew(today)
    rows = form.apply(everything.select_related("participant"))
    if wanted := export_wanted(request):
        rows = sorted(rows, key=lambda row: row.runs_out_within)  # as the page groups them
        log_access(request, Action.EXPORT, [row.participant for row in rows], "naam, indicatie, stappen")
        return export_response(wanted, "Indicaties die aflopen", COLUMNS, rows)
    rows = list(rows.prefetch_related("participant__practitioners"))
    notices = missing_notices()
    people = {row.participant for row in rows} | {notice.indication.participant for notice in notices}
    log_access(request, Action.SEARCH, people, "naam, indicatie, stappen, berichten, behandelaar")
    actors = Counter(row.actor for row in rows)
    context = {
        "form": form,
        "groups": [(weeks, [row for row in rows if row.runs_out_within == weeks]) for weeks in (0, 4, 8, 12)],
        "found": len(rows),
        "actors": [(actor, actors[actor]) for actor in RenewalStep.Actor if actors[actor]],
        "notices": [notice for notice in notices if notice.due_on >= today - OLD_NOTICE],
        "old_notices": [notice for notice in notices if notice.due_on < today - OLD_NOTICE],
        "today": today,
    }
    return render(request, "participants/indication_list.html", context)


def _get_indication(request: HttpRequest, key: str, pk: int) -> Indication:
    participant = get_participant(request, key)
    indication = get_object_or_404(participant.indications.select_related("product_code"), pk=pk)
    indication.participant = participant
    return indication


def _form_page(request: HttpRequest, form, template: str, participant: Participant, **context) -> HttpResponse:
    log_access(request, Action.VIEW, [participant], "indicatie")
    return render(request, template, {"form": form, "participant": participant, **context})
