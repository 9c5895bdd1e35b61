"""How one person grows: the tab of the person, a page to take along, the ladder; and who is to be measured."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from impact.charts.growth import growth_picture
from impact.figures.own_growth import own_growth
from impact.forms.measuring import SCALE, DueFilterForm, LadderForm, half_year_in_words
from impact.models import LadderPosition, Rater
from impact.services.due import dues_of, measurements_due
from impact.services.ladder import record_position
from participants.models import Participant
from participants.views.pages import done, get_participant, person_page
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of, remember_filters
from pluspunt.pdf import pdf_response, render_pdf
from privacy.services import Action, log_access
from workshops.models import Placement, Workshop

TAB = "participant_growth"
CARDS_SHOWN = 10


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def participant_growth(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that was measured with one person, the two raters apart."""
    participant = get_participant(request, key)
    today = timezone.localdate()
    cards = participant.micro_measurements.select_related("statement", "taken_by")[:CARDS_SHOWN]
    context = {
        "dues": (dues := dues_of([participant], today)),
        "choice": dues[0].choice,
        "pictures": pictures_of(participant),
        "measurements": participant.measurements.filter(finished_at__isnull=False)
        .prefetch_related("answers")
        .select_related("taken_by"),
        "cards": [(card, dict(SCALE).get(card.value, "geen antwoord")) for card in cards],
        "ladder": positions_in_words(participant),
        "rungs": LadderPosition.Rung,
        "today": today,
    }
    return person_page(request, "impact/participant_growth.html", participant, "groei, metingen, ladder", **context)


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def participant_growth_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The same pictures on paper, for the person."""
    participant = get_participant(request, key)
    log_access(request, Action.PRINT, [participant], "groei, ladder")
    context = {
        "participant": participant,
        "pictures": pictures_of(participant),
        "ladder": positions_in_words(participant),
        "document_date": timezone.localdate(),
    }
    document = render_pdf("impact/print/participant_growth.html", context)
    return pdf_response(document, f"groei-{slugify(participant.nickname)}.pdf")


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def ladder_position_add(request: HttpRequest, key: str) -> HttpResponse:
    """The step of a half year, new or corrected."""
    participant = get_participant(request, key)
    form = LadderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            year, half = form.cleaned_data["half_year"]
            is_new = record_position(participant, year, half, form.cleaned_data["rung"], by=request.user)
            sentence = "De trede is bewaard." if is_new else "Dit stond er al."
            return done(request, participant, "participatieladder", sentence, to=TAB)
    log_access(request, Action.VIEW, [participant], "naam, participatieladder")
    context = {"form": form, "participant": participant, "ladder": positions_in_words(participant)}
    return render(request, "impact/ladder_position_add.html", context)


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_list(request: HttpRequest) -> HttpResponse:
    """Who is to be measured: too late, now and soon; a coach sees their own people."""
    if kept := remember_filters(request, "metingen"):
        return kept
    today = timezone.localdate()
    people = Participant.objects.visible_to(request.user)
    form = DueFilterForm(request.GET, workshops=Workshop.objects.visible_to(request.user))
    form.is_valid()
    if workshop := form.cleaned_data.get("workshop"):
        people = people.filter(pk__in=Placement.objects.on(today).filter(workshop=workshop).values("participant"))
    everything = measurements_due(people, today)
    page = page_of(request, [row for row in everything if form.keeps(row)])
    shown = list({row.participant.pk: row.participant for row in page.object_list}.values())
    log_access(request, Action.SEARCH, shown, "naam, metingen die aan de beurt zijn")
    context = {"form": form, "page_obj": page, "late": sum(row.state.name == "LATE" for row in everything)}
    return render(request, "impact/measurement_list.html", context)


def pictures_of(participant: Participant) -> list:
    """(what it is called, the picture) of each rater, of the person first."""
    growth = own_growth(participant)
    titles = {Rater.SELF: "Zo kijk ik zelf", Rater.COACH: "Zo kijkt de coach"}
    return [(titles[rater], growth_picture(growth[rater])) for rater in Rater]


def positions_in_words(participant: Participant) -> list:
    """(half year, position) from the newest to the oldest; one query."""
    rows = participant.ladder_positions.select_related("recorded_by")
    return [(half_year_in_words(row.year, row.half), row) for row in rows]
