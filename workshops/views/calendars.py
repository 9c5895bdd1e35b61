"""Somebody's own week: on a screen, as a card to print, and as a calendar that a phone reads."""

from datetime import date, timedelta
from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from participants.views.pages import done, get_participant, person_page
from pluspunt.converters import DayConverter
from pluspunt.forms import form_page
from pluspunt.pdf import pdf_response, render_pdf
from privacy.services import Action, address_of, log_access
from workshops.forms.calendars import ReplacesForm
from workshops.models import DayPart
from workshops.services.calendar_feeds import (
    find_feed,
    make_own_feed,
    make_participant_feed,
    note_reading,
    revoke_feed,
)
from workshops.services.calendars import coach_calendar, participant_calendar
from workshops.services.own_week import week_of

WEEK = timedelta(weeks=1)


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def week_card(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    today = timezone.localdate()
    monday = _monday(request, today)
    return person_page(
        request,
        "workshops/week_card.html",
        participant,
        "werkplaatsen en tijden van een week, agenda-adres",
        week=week_of(participant, monday),
        feed=participant.calendar_feeds.standing().select_related("made_by").first(),
        today=today,
        previous_week=monday - WEEK,
        next_week=monday + WEEK,
        is_this_week=monday <= today < monday + WEEK,
    )


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def week_card_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The same on one small page, to take along: no surname, no number."""
    participant = get_participant(request, key)
    monday = _monday(request, timezone.localdate())
    log_access(request, Action.PRINT, [participant], "werkplaatsen en tijden van een week")
    context = {
        "nickname": participant.nickname,
        "week": week_of(participant, monday),
        "day_parts": list(DayPart),
        "document_date": monday,
    }
    return pdf_response(render_pdf("workshops/print/week_card.html", context), f"weekkaart-{monday:%Y-%m-%d}.pdf")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads without signing in: who has the address may."""
    today = timezone.localdate()
    feed = find_feed(token, today)
    if feed is None:
        raise Http404("no such calendar")
    note_reading(feed, today, address=address_of(request))
    content = participant_calendar(feed.participant, today) if feed.participant else coach_calendar(feed.user, today)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="pluspunt.ics"'
    answer["ETag"] = quote_etag(sha256(content).hexdigest())
    return get_conditional_response(request, etag=answer["ETag"], response=answer)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def calendar_feed_make(request: HttpRequest, key: str) -> HttpResponse:
    """Explains the secret address, and makes one; it is shown in the answer, and never again."""
    participant = get_participant(request, key)
    address = ""
    if request.method == "POST":
        replaced = ReplacesForm(request.POST).replaced
        try:
            _, token = make_participant_feed(participant, replaces=replaced, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("calendar_feed_make", participant.key)
        log_access(request, Action.ADD, [participant], "agenda-adres")
        address = _address(request, token)
    else:
        log_access(request, Action.VIEW, [participant], "naam, agenda-adres")
    feed = participant.calendar_feeds.standing().select_related("made_by").first()
    context = {"participant": participant, "feed": feed, "address": address}
    return render(request, "workshops/calendar_feed_make.html", context)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def calendar_feed_revoke(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    feed = get_object_or_404(participant.calendar_feeds, pk=pk)
    try:
        revoke_feed(feed, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        log_access(request, Action.VIEW, [participant], "agenda-adres")
        return redirect("calendar_feed_make", participant.key)
    sentence = "Het agenda-adres is ingetrokken. De telefoon krijgt niets nieuws meer."
    return done(request, participant, "agenda-adres: ingetrokken", sentence, to="calendar_feed_make")


@form_page
def own_calendar(request: HttpRequest) -> HttpResponse:
    """A coach's own rota as a calendar: what it is, making an address, and ending one."""
    _require_coach(request)
    address = ""
    if request.method == "POST":
        try:
            _, token = make_own_feed(request.user, replaces=ReplacesForm(request.POST).replaced)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("own_calendar")
        address = _address(request, token)
    feed = request.user.calendar_feeds.standing().select_related("made_by").first()
    return render(request, "workshops/own_calendar.html", {"feed": feed, "address": address})


@require_POST
def own_calendar_revoke(request: HttpRequest) -> HttpResponse:
    _require_coach(request)
    feed = request.user.calendar_feeds.standing().first()
    try:
        if feed is None:
            raise ValidationError("Er is geen agenda-adres om in te trekken.")
        revoke_feed(feed, request.user)
        messages.success(request, "Het agenda-adres is ingetrokken. Je telefoon krijgt niets nieuws meer.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("own_calendar")


def _require_coach(request: HttpRequest) -> None:
    """Refuses (403) who is on no rota."""
    if not request.user.is_coach:
        raise PermissionDenied


def _monday(request: HttpRequest, today: date) -> date:
    """The Monday of the week that the address asks for; without asking, this week."""
    asked = request.GET.get("week", "")
    try:
        day = DayConverter().to_python(asked) if asked else today
    except ValueError:
        raise Http404("no such day") from None
    if asked and day.isoformat() != asked:
        raise Http404("no such day")
    if not 2000 <= day.year < 2100:
        raise Http404("too far away")
    return day - timedelta(days=day.weekday())


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("calendar_feed", args=[token]))
