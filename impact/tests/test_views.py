"""Management looks at a period and takes home the report of a year, without seeing anybody."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from impact.figures.catalogue import catalogue
from impact.forms.periods import year_so_far
from impact.models import Document
from impact.services.documents import make_document, request_document
from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    OpeningFactory,
    OrganisationFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from pluspunt.tests.pdfua import failures
from workshops.models import Attendance, Workshop
from workshops.services.attendance import mark_all_present
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
CARE, ACTIVATION, VOLUNTEER = Trajectory.TargetGroup.values


@pytest.fixture
def page(signed_in, manager):
    """The text of the figures page for the given days."""

    def get(**days):
        answer = signed_in(manager).get(reverse("figures"), days)
        assert answer.status_code == 200
        return answer.content.decode().replace("\u00a0", " ")

    return get


@pytest.fixture
def report(signed_in, manager):
    """The annual report as bytes."""

    def get(year):
        document = request_document("annual_report", {"year": year}, by=manager)
        assert make_document(document.pk)
        return signed_in(manager).get(reverse("document_download", args=[document.pk])).content

    return get


def text_of(pdf: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).replace("\u00a0", " ").split())


@pytest.fixture
def house(monday, workshop, coach):
    """Eight people in activation and six in day care, of whom three of activation are new; all came last Monday."""
    last_monday = monday - timedelta(days=7)
    for n in range(14):
        group, start = (ACTIVATION, "2026-02-02" if n < 3 else "2024-01-01") if n < 8 else (CARE, "2024-01-01")
        path = TrajectoryFactory(target_group=group, start_date=start, participant__surname=f"Geheim{n}")
        PlacementFactory(trajectory=path, workshop=workshop, start_date=start)
    ensure_sessions(monday)
    mark_all_present(workshop.sessions.get(date=last_monday), by=coach)


def everybody_came_before(day, by):
    came = {"status": Attendance.Status.PRESENT, "recorded_by": by, "recorded_at": timezone.now()}
    Attendance.objects.filter(date__lt=day).update(**came)


def test_the_page_shows_this_year_so_far(house, page):
    text = page()
    assert "01-01-2026 tot en met 01-03-2026" in text
    assert "Er stonden 14 mensen ingeschreven." in text
    assert "De registratie begon op 1 januari 2026" in text


def test_nobody_is_named(house, page, report):
    assert "Geheim" not in page()
    assert "Geheim" not in text_of(report(2026))


def test_the_page_warns_when_much_was_not_filled_in(house, page):
    assert "Niet alles is ingevuld." in page()
    assert "Niet alles is ingevuld." not in page(start="2026-02-23", end="2026-02-23")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"start": "2026-02-02", "end": "2026-02-01"}, "De einddatum ligt voor de begindatum."),
        ({"start": "2026-02-30", "end": "2026-03-01"}, "Deze datum bestaat niet."),
        ({"start": "2026-01-01", "end": "9999-12-31"}, "Deze dag komt nog."),
        ({"start": "0001-01-01", "end": "2026-03-01"}, "Kies een dag vanaf 1 januari 2000."),
        ({"start": "2020-01-01", "end": "2026-03-01"}, "Kies een periode van hoogstens vijf jaar."),
        ({"start": "", "end": "2026-03-01"}, "Van: Vul dit in."),
        ({"start": "\x00", "end": "<b>"}, "Deze datum bestaat niet."),
    ],
)
def test_a_period_that_cannot_be_is_said_and_this_year_is_shown(house, page, days, sentence):
    text = page(**days)
    assert sentence in text
    assert "Hieronder staat het jaar tot nu toe." in text


def test_before_the_register_the_page_says_since_when(house, page):
    text = page(start="2025-01-01", end="2025-12-31")
    assert "Over deze dagen weten we niets" in text
    assert "De registratie begon op 1 januari 2026" in text


def test_an_empty_house_says_what_to_do_next(monday, page, signed_in, manager):
    assert "Er zijn nog geen cijfers" in page()
    choice = signed_in(manager).get(reverse("report_list")).content.decode()
    assert "Er is nog geen jaar om verslag van te doen" in choice


def test_the_page_takes_the_same_queries_for_one_workshop_and_three(monday, signed_in, manager):
    client, taken = signed_in(manager), []
    for count in (1, 2):
        for _ in range(count):
            OpeningFactory(workshop=WorkshopFactory(host=OrganisationFactory()))
        client.get(reverse("figures"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("figures"))
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_the_choice_lists_the_years_with_a_register(house, signed_in, manager):
    Workshop.objects.update(registered_from="2024-05-01")
    text = signed_in(manager).get(reverse("report_list")).content.decode()
    assert [year for year in range(2020, 2030) if f"Begin verslag {year}" in text] == [2024, 2025, 2026]


@pytest.mark.parametrize("year", [2025, 2027, 1999, 999999])
def test_a_year_without_a_register_has_no_report(house, manager, year):
    document = request_document("annual_report", {"year": year}, by=manager)
    assert not make_document(document.pk)
    document.refresh_from_db()
    assert (document.state, document.error) == ("FAILED", "Van dit jaar is er geen register.")


def test_without_any_register_there_is_no_report(signed_in, manager):
    asked = {"kind": "annual_report", "year": "2026"}
    answer = signed_in(manager).post(reverse("document_request"), asked, follow=True)
    assert "Dit document kan niet." in answer.text
    assert not Document.objects.exists()


def test_the_report_is_a_download_with_its_name(house, signed_in, manager):
    document = request_document("annual_report", {"year": 2026}, by=manager)
    make_document(document.pk)
    answer = signed_in(manager).get(reverse("document_download", args=[document.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="Jaarverslag impact 2026.pdf"'
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.slow
def test_the_report_is_pdf_ua_and_pdf_a(house, report, tmp_path):
    path = tmp_path / "jaarverslag.pdf"
    path.write_bytes(report(2026))
    assert failures("ua1", path) == []
    assert failures("3a", path) == []


@pytest.mark.slow
def test_the_same_data_give_the_same_report(house, report):
    assert report(2026) == report(2026)


def test_the_report_has_bookmarks_and_says_up_to_when(house, report):
    reader = PdfReader(BytesIO(report(2026)))
    assert reader.metadata.title == "Jaarverslag impact 2026 tot en met 1 maart"
    chapters = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert chapters == [
        "Inhoud",
        "Het jaar in één oogopslag",
        "Wie wij zijn en de vier P’s",
        "Wie deden mee",
        "Wie kwamen en wie gingen",
        "Meedoen",
        "People: groei van mensen",
        "Place: de buurt",
        "Prosperity: samen verder",
        "Planet: zuinig op spullen",
        "De werkplaatsen",
        "Vakvrijwilligers",
        "Partners en samenwerkingen",
        "Hoe is dit gemeten",
        "De organisatie en ANBI",
        "Colofon",
    ]


def test_few_people_are_not_counted_out_in_the_report(house, report, page):
    assert "activering · < 5 0 8" in text_of(report(2026))
    inside = page()
    assert "&lt; 5" not in inside
    assert "Er kwamen 3 mensen bij en niemand stopte" in inside


def test_few_volunteers_have_no_figures_in_the_report(house, workshop, coach, monday, report):
    path = TrajectoryFactory(target_group=VOLUNTEER)
    row = Attendance.objects.filter(status=Attendance.Status.PRESENT).first()
    Attendance.objects.filter(pk=row.pk).update(trajectory=path, participant=path.participant)
    assert "Minder dan vijf vakvrijwilligers kwamen langs." in text_of(report(2026))


def test_small_workshops_are_shown_together_in_the_report(house, monday, coach, report, page):
    small = WorkshopFactory(name="Zilverwerkplaats", host=OrganisationFactory(name="Zilverhuis"))
    OpeningFactory(workshop=small, weekday=2)
    PlacementFactory.create_batch(2, workshop=small, weekday=2)
    ensure_sessions(date(2026, 3, 2))
    text = text_of(report(2026))
    assert "Kleine werkplaatsen samen: Fietsenwerkplaats West, Zilverwerkplaats." in text
    assert "Zilverhuis" not in text
    assert "Zilverwerkplaats" in page()


def test_a_finished_year_is_not_a_draft(house, report):
    Workshop.objects.update(registered_from="2025-01-01", sessions_until=None)
    text = text_of(report(2025))
    assert "cijfers tot en met 31 december 2025" in text
    assert "Tussenstand" not in text


@pytest.mark.parametrize(
    ("days", "period"),
    [
        ({"foo": "1"}, "01-01-2026 tot en met 01-03-2026"),
        ({"start": "2026-02-02"}, "02-02-2026 tot en met 01-03-2026"),
        ({"end": "2026-02-02"}, "01-01-2026 tot en met 02-02-2026"),
    ],
)
def test_a_day_that_is_not_asked_is_the_usual_one(house, page, days, period):
    text = page(**days)
    assert period in text
    assert "Dit klopt nog niet" not in text


def test_what_is_still_to_come_today_does_not_lower_the_year_so_far(house, monday, workshop, coach, page):
    assert workshop.sessions.get(date=monday).attendances.open().count() == 14
    everybody_came_before(monday, coach)
    assert "Niet alles is ingevuld." not in page()
    assert "Niet alles is ingevuld." in page(end="2026-03-02")


def test_on_the_first_of_january_the_year_so_far_is_that_day():
    assert year_so_far(date(2027, 1, 1)) == Period(date(2027, 1, 1), date(2027, 1, 1))


def test_a_running_month_says_up_to_when(house, page, report):
    assert "maart t/m 1" in page()
    assert "maart t/m 1" in text_of(report(2026))


@pytest.mark.slow
def test_nothing_is_concluded_from_what_was_not_filled_in(house, page, report):
    for text in (page(), text_of(report(2026))):
        assert "is ingevuld wie er was; daarom trekken we hier geen conclusies over de opkomst." in text
        assert "Van elke 100 geplande dagdelen" not in text
        assert "was de opkomst" not in text
        assert "opkomst (onzeker)" in text
    glance = text_of(report(2026)).index("Er stonden 14 mensen ingeschreven")
    assert text_of(report(2026)).index("Niet alles is ingevuld.") < glance


@pytest.mark.slow
def test_what_is_filled_in_is_concluded_from(house, monday, coach, page, report):
    everybody_came_before(monday, coach)
    for text in (page(), text_of(report(2026))):
        assert "Van elke 100 geplande dagdelen was de deelnemer er 100 keer." in text
        assert "De opkomst was elke maand" in text


def test_every_part_of_the_bar_has_its_sign_and_word(house, page):
    legend = page().split('<ul class="legend">')[1].split("</ul>")[0]
    words = ["aanwezig", "afgemeld", "niet afgemeld", "niet ingevuld"]
    assert [f"<title>{word}</title>" in legend for word in words] == [True] * 4


@pytest.mark.slow
def test_people_without_a_strand_are_counted_as_not_filled_in(house, report):
    Trajectory.objects.update(start_date="2024-01-01")
    of_activation = Trajectory.objects.filter(target_group=ACTIVATION).order_by("pk")
    of_activation.update(strand_work=True)
    assert "arbeidsmatig 8 niet ingevuld 0" in text_of(report(2026))
    of_activation.filter(pk__in=of_activation.values("pk")[:2]).update(strand_work=False)
    assert "niet ingevuld < 5" in text_of(report(2026))
    assert "arbeidsmatig 6" not in text_of(report(2026))


@pytest.mark.slow
def test_only_signs_that_occur_are_explained(house, report):
    text = text_of(report(2026))
    assert "< 5 betekent" in text
    assert "Een punt (·) staat" in text
    assert "Positieve uitstroom" not in text
    Trajectory.objects.update(start_date="2024-01-01")
    text = text_of(report(2026))
    assert "< 5 betekent" not in text
    assert "Een punt (·) staat" not in text


def test_an_empty_house_has_no_way_to_an_empty_choice(monday, page):
    text = page()
    assert "Jaarverslag maken" not in text
    assert "Vraag een coördinator om een jaar in te lezen (Gegevens inlezen)." in text


def test_a_register_that_began_today_has_no_report_yet(house, signed_in, manager):
    Workshop.objects.update(registered_from="2026-03-02")
    client = signed_in(manager)
    assert "Jaarverslag maken" not in client.get(reverse("figures")).content.decode()
    assert "Begin verslag" not in client.get(reverse("report_list")).content.decode()


def test_every_number_in_a_table_opens_its_facts(house, page):
    text = page(start="2026-02-01", end="2026-03-01")
    keys = set(re.findall(r'/cijfers/feiten/([^/"]+)/\?start=2026-02-01&amp;end=2026-03-01"', text))
    figures = {figure.key for figure in catalogue(Period(date(2026, 2, 1), date(2026, 3, 1)))}
    assert keys <= figures
    assert {"attendance.planned", "month.2026-02.planned", "flow.house.inflow", "volunteers.hours"} <= keys
    cells = re.findall(r'<td class="num">(.*?)</td>', text)
    assert [said for said in cells if not said.startswith("<a ") and re.search(r"\d", said) and "%" not in said] == []


def test_the_numbers_of_the_year_before_open_those_of_that_year(house, page):
    Workshop.objects.update(registered_from="2024-01-01", sessions_until=None)
    assert "/cijfers/feiten/flow.house.enrolled/?start=2025-02-01&amp;end=2025-02-28" in page(
        start="2026-02-01", end="2026-02-28"
    )
