"""Management looks at a period and takes home the report of a year, without seeing anybody."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from participants.models import Trajectory
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
        answer = signed_in(manager).get(reverse("annual_report_pdf", args=[year]))
        assert answer.status_code == 200
        return answer.content

    return get


def text_of(pdf: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).replace("\u00a0", " ").split())


@pytest.fixture
def house(monday, workshop, coach):
    """Eight people in activation and six in day care, of whom three of activation are new; all came on one Monday."""
    for n in range(14):
        group, start = (ACTIVATION, "2026-02-02" if n < 3 else "2024-01-01") if n < 8 else (CARE, "2024-01-01")
        path = TrajectoryFactory(target_group=group, start_date=start, participant__surname=f"Geheim{n}")
        PlacementFactory(trajectory=path, workshop=workshop, start_date=start)
    ensure_sessions(monday)
    mark_all_present(workshop.sessions.get(date=monday), by=coach)


def test_the_page_shows_this_year_so_far(house, page):
    text = page()
    assert "01-01-2026 tot en met 02-03-2026" in text
    assert "Er deden 14 mensen mee." in text
    assert "De registratie begon op 1 januari 2026" in text


def test_nobody_is_named(house, page, report):
    assert "Geheim" not in page()
    assert "Geheim" not in text_of(report(2026))


def test_the_page_warns_when_much_was_not_filled_in(house, page):
    assert "Niet alles is ingevuld." in page()
    assert "Niet alles is ingevuld." not in page(start="2026-03-02", end="2026-03-02")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"start": "2026-02-02", "end": "2026-02-01"}, "De einddatum ligt voor de begindatum."),
        ({"start": "2026-02-30", "end": "2026-03-01"}, "Deze datum bestaat niet."),
        ({"start": "2026-01-01", "end": "9999-12-31"}, "Deze dag komt nog."),
        ({"start": "0001-01-01", "end": "2026-03-01"}, "Kies een dag vanaf 1 januari 2000."),
        ({"start": "2020-01-01", "end": "2026-03-01"}, "Kies een periode van hoogstens vijf jaar."),
        ({"start": "", "end": "2026-03-01"}, "van: Dit veld is verplicht."),
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
    choice = signed_in(manager).get(reverse("annual_report")).content.decode()
    assert "Er is nog geen jaar om verslag van te doen" in choice


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_workshop_and_three(
    count, monday, signed_in, manager, django_assert_num_queries
):
    for _ in range(count):
        OpeningFactory(workshop=WorkshopFactory(host=OrganisationFactory()))
    client = signed_in(manager)
    client.get(reverse("figures"))
    with django_assert_num_queries(30):
        client.get(reverse("figures"))


def test_the_choice_lists_the_years_with_a_register(house, signed_in, manager):
    Workshop.objects.update(registered_from="2024-05-01")
    text = signed_in(manager).get(reverse("annual_report")).content.decode()
    assert [year for year in range(2020, 2030) if f"Download jaarverslag {year}" in text] == [2024, 2025, 2026]


@pytest.mark.parametrize("year", [2025, 2027, 1999, 999999])
def test_a_year_without_a_register_has_no_report(house, signed_in, manager, year):
    assert signed_in(manager).get(reverse("annual_report_pdf", args=[year])).status_code == 404


def test_without_any_register_there_is_no_report(signed_in, manager):
    assert signed_in(manager).get(reverse("annual_report_pdf", args=[2026])).status_code == 404


def test_the_report_is_a_download_with_its_name(house, signed_in, manager):
    answer = signed_in(manager).get(reverse("annual_report_pdf", args=[2026]))
    assert answer["Content-Disposition"] == 'attachment; filename="Jaarverslag impact 2026.pdf"'
    assert answer["Content-Type"] == "application/pdf"


def test_the_report_is_pdf_ua_and_pdf_a(house, report, tmp_path):
    path = tmp_path / "jaarverslag.pdf"
    path.write_bytes(report(2026))
    assert failures("ua1", path) == []
    assert failures("3a", path) == []


def test_the_same_data_give_the_same_report(house, report):
    assert report(2026) == report(2026)


def test_the_report_has_bookmarks_and_says_up_to_when(house, report):
    reader = PdfReader(BytesIO(report(2026)))
    assert reader.metadata.title == "Jaarverslag impact 2026 tot en met 2 maart"
    chapters = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert chapters == [
        "Inhoud",
        "Het jaar in één oogopslag",
        "Wie deden mee",
        "Wie kwamen en wie gingen",
        "Opkomst per maand",
        "Vakvrijwilligers",
        "De werkplaatsen",
        "De vier P’s",
        "Hoe is dit gemeten",
    ]


def test_few_people_are_not_counted_out_in_the_report(house, report, page):
    assert "activering · < 5 0 ·" in text_of(report(2026))
    inside = page()
    assert "&lt; 5" not in inside
    assert "Er kwamen er 3 bij" in inside


def test_few_volunteers_have_no_figures_in_the_report(house, workshop, coach, monday, report):
    path = TrajectoryFactory(target_group=VOLUNTEER)
    row = Attendance.objects.filter(date=monday).first()
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
