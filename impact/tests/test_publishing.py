"""Publishing a report: what is refused, what is frozen, and what a later correction leaves as it was."""

import json
from datetime import date
from hashlib import sha256
from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from impact.figures.catalogue import catalogue
from impact.models import (
    Document,
    Factor,
    Indicator,
    Report,
    ReportFile,
    ReportSection,
    ReportVersion,
    Story,
    StoryUse,
)
from impact.report import annual
from impact.report.differences import changes_between
from impact.report.edition import make_edition, one_moment
from impact.report.frozen import canonical, fingerprint_of, hidden_in
from impact.services.documents import make_document
from impact.services.publishing import publication_checks, publish
from impact.services.reports import correct_report, offer_report, return_report, save_section, start_report
from participants.models import Participant, Trajectory
from participants.services.erasing import lock_to_erase
from partners.models import Event, Theme
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    EMPTY_CONTENT,
    EventFactory,
    MilestoneFactory,
    OrganisationFactory,
    OutputFactory,
    PlacementFactory,
    TrajectoryFactory,
)
from privacy.services.erasing import erase_all
from workshops.models import Attendance, ClosedMonth, Workshop
from workshops.services.months import close_month
from workshops.services.sessions import ensure_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
Kind, State = ReportSection.Kind, Report.State
YEAR = Period.of_year(2026)


@pytest.fixture
def january(session, coordinator):
    """It is 11 January 2027; six participants and two volunteers came in 2026, and all its months are closed."""
    PlacementFactory.create_batch(3, workshop=session.workshop)
    for path in TrajectoryFactory.create_batch(2, target_group="SKILLED_VOLUNTEER"):
        PlacementFactory(workshop=session.workshop, trajectory=path)
    with time_machine.travel("2027-01-11T10:00:00+01:00", tick=False):
        ensure_sessions(date(2027, 1, 11))
        came = {"status": Attendance.Status.PRESENT, "recorded_by": coordinator, "recorded_at": "2026-12-31T12:00Z"}
        Attendance.objects.filter(date__year=2026, session__state="PLANNED").update(**came)
        close_month(date(2026, 12, 1), by=coordinator)
        yield date(2027, 1, 11)


@pytest.fixture
def report(january, manager) -> Report:
    """A report in review in which nothing is missing."""
    report = start_report(2026, by=manager)
    for kind in (Kind.FOREWORD, Kind.OUTLOOK):
        row = report.sections.get(kind=kind)
        row.text = f"Wat wij te zeggen hebben bij {row}."
        save_section(row, by=manager)
    report.sections.filter(kind=Kind.STORIES).update(is_on=False)
    return offer_report(report, by=manager)


@pytest.fixture
def desk(signed_in, manager):
    return signed_in(manager)


def refusals(report) -> list[str]:
    return [check.problem for check in publication_checks(report, date(2027, 1, 11)) if check.refuses]


def files_of(version) -> dict[str, bytes]:
    return {file.name: bytes(file.content) for file in version.files.all()}


# --- What is refused ----------------------------------------------------------------------------------------------


def test_a_report_in_which_nothing_is_missing_can_be_published(report):
    assert refusals(report) == []


def test_a_year_that_is_not_over_is_not_published(report, manager):
    with time_machine.travel("2026-12-31T23:00:00+01:00", tick=False):
        assert "2026 loopt nog." in [c.problem for c in publication_checks(report, date(2026, 12, 31))]
        with pytest.raises(ValidationError, match="2026 loopt nog"):
            publish(report, by=manager)


def test_a_month_that_is_not_closed_is_named(report, manager):
    ClosedMonth.objects.filter(month__gte=date(2026, 11, 1)).delete()
    assert refusals(report) == ["Nog niet gesloten: november en december. Een coördinator sluit een maand."]
    with pytest.raises(ValidationError, match="november en december"):
        publish(report, by=manager)
    assert not ReportVersion.objects.exists()


def test_a_section_without_words_is_filled_or_left_out(report):
    report.sections.filter(kind=Kind.FOREWORD).update(text=" ")
    assert refusals(report) == ["“Voorwoord” is nog leeg. Schrijf er iets, of laat het weg."]
    report.sections.filter(kind=Kind.FOREWORD).update(is_on=False)
    assert refusals(report) == []


def test_a_story_whose_consent_was_withdrawn_is_not_published(report, manager):
    story = Story.objects.create(title="De fiets", text="Zelf gedaan.", shown_as="Sam", recorded_by=manager)
    use = StoryUse.objects.create(story=story, use=StoryUse.Use.ANNUAL_REPORT, recorded_by=manager)
    report.sections.get(kind=Kind.PEOPLE).stories.add(story)
    assert refusals(report) == []
    StoryUse.objects.filter(pk=use.pk).update(withdrawn_on=date(2027, 1, 11))
    assert refusals(report) == ["Voor het verhaal “De fiets” is geen akkoord meer. Kies een ander."]


def test_stories_without_a_story_are_refused(report):
    report.sections.filter(kind=Kind.STORIES).update(is_on=True)
    assert "Bij “Verhalen” is geen verhaal gekozen." in refusals(report)[0]


def test_little_recorded_and_no_translation_only_warn(report):
    Attendance.objects.update(status=Attendance.Status.OPEN, recorded_by=None, recorded_at=None)
    Report.objects.update(has_english=True)
    report.refresh_from_db()
    warned = [check.problem for check in publication_checks(report, date(2027, 1, 11)) if check.warns and check.problem]
    assert [said.split()[0] for said in warned] == ["In", "Nog", "Ingevuld"]
    assert refusals(report) == []


def test_a_picture_without_words_cannot_be_kept_at_all(report):
    with pytest.raises(IntegrityError), transaction.atomic():
        report.sections.filter(kind=Kind.FOREWORD).update(picture=b"a jpeg")


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_only_what_was_looked_at_is_published(report, manager, state):
    Report.objects.update(state=state)
    with pytest.raises(ValidationError, match="ter controle"):
        publish(report, by=manager)


# --- What is frozen -----------------------------------------------------------------------------------------------


def test_publishing_keeps_figures_words_and_definitions_with_a_fingerprint(report, manager):
    version = publish(report, by=manager)
    report.refresh_from_db()
    assert (report.state, version.number, version.published_by, version.changes) == ("PUBLISHED", 1, manager, [])
    assert version.fingerprint == fingerprint_of(version.content)
    content = ReportVersion.objects.get().content
    assert content == json.loads(canonical(content))
    assert {each["key"] for each in content["figures"]} >= {figure.key for figure in catalogue(YEAR)}
    assert "Wat wij te zeggen hebben bij Voorwoord." in [each["text"] for each in content["sections"]]
    assert content["factors"]
    assert content["indicators"]
    assert all(each["definition"] for each in content["figures"])


def test_every_file_has_its_own_fingerprint_and_the_content_that_of_the_version(report, manager):
    version = publish(report, by=manager)
    files = list(version.files.all())
    assert [sha256(bytes(file.content)).hexdigest() for file in files] == [file.sha256 for file in files]
    assert version.files.get(name__startswith="Inhoud").sha256 == version.fingerprint
    assert files[0].name == "Jaarverslag impact 2026 versie 1.pdf"


@pytest.fixture
def together() -> Event:
    """A collaboration with a partner and a theme, a step that was reached and an event."""
    event = EventFactory(collaboration__start_date="2026-01-01")
    event.collaboration.themes.set(Theme.objects.all()[:1])
    event.collaboration.organisations.set([OrganisationFactory()])
    MilestoneFactory(collaboration=event.collaboration, state="DONE", done_on="2026-03-01")
    return event


def test_a_version_has_the_report_the_figures_and_a_sheet_of_each_workshop(report, manager, together):
    files = files_of(publish(report, by=manager))
    assert [name.split(" 2026 ")[0] for name in files] == [
        "Jaarverslag impact",
        "Bladen",
        "Het jaar op een bladzijde",
        "Cijfers",
        "Cijfers",
        "Inhoud",
    ]
    with ZipFile(BytesIO(files["Bladen 2026 versie 1.zip"])) as archive:
        assert {name.split("-")[0] for name in archive.namelist()} == {"werkplaats", "partner", "thema"}
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    with ZipFile(BytesIO(files["Cijfers 2026 versie 1 (csv).zip"])) as archive:
        inside = PdfReader(BytesIO(files["Jaarverslag impact 2026 versie 1.pdf"])).attachments
        assert {name: [archive.read(name)] for name in archive.namelist()} == inside


def test_nobody_is_named_and_few_people_are_not_counted(report, manager):
    version = publish(report, by=manager)
    text = canonical(version.content).decode()
    assert not [each for each in Participant.objects.all() if each.surname and each.surname in text]
    reached = {each["key"]: (each["shown"], each["value"]) for each in version.content["figures"]}
    assert reached["reached.SKILLED_VOLUNTEER"] == ("< 5", "")
    assert ("·", "") in (reached["reached.ACTIVATION"], reached["reached.house"])


def test_the_document_has_the_words_and_the_fingerprint_on_its_last_page(report, manager):
    version = publish(report, by=manager)
    pages = PdfReader(BytesIO(bytes(version.files.first().content))).pages
    whole = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Wat wij te zeggen hebben bij Voorwoord." in whole
    assert version.fingerprint in "".join(pages[-1].extract_text().split())


def test_the_database_keeps_a_version_and_its_files(report, manager):
    version = publish(report, by=manager)
    for act in (
        lambda: ReportVersion.objects.update(fingerprint="0" * 64),
        lambda: ReportFile.objects.filter(version=version).update(content=b"anders"),
        lambda: ReportFile.objects.filter(version=version)._raw_delete("default"),
        lambda: ReportVersion.objects.filter(pk=version.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            act()


def test_the_files_are_made_of_what_was_taken_without_looking_again(
    report, january, together, django_assert_num_queries
):
    with one_moment():
        edition = make_edition(report, january)
    with django_assert_num_queries(0):
        edition.files(lambda percent, step: None)


def test_the_same_figures_and_words_give_the_same_bytes(report, january):
    made = [
        [bytes(file.content) for file in make_edition(report, january).files(lambda percent, step: None)]
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_a_failure_leaves_the_report_in_review_and_nothing_half_published(report, manager, monkeypatch):
    def fails(*args, **kwargs):
        raise OSError("no room on the disk")

    monkeypatch.setattr(annual, "render_pdf", fails)
    with pytest.raises(OSError, match="no room"):
        publish(report, by=manager)
    report.refresh_from_db()
    assert (report.state, ReportVersion.objects.count(), ReportFile.objects.count()) == (State.REVIEW, 0, 0)


def test_a_report_that_was_taken_back_meanwhile_is_not_published(report, manager):
    def meanwhile(percent, step):
        if percent > 90 and report.state == State.REVIEW:
            report.state = return_report(report, "toch niet", by=manager).state

    with pytest.raises(ValidationError):
        publish(report, by=manager, progress=meanwhile)
    assert not ReportVersion.objects.exists()


def test_a_report_that_was_changed_meanwhile_is_not_published(report, manager):
    done = []

    def meanwhile(percent, step):
        if percent > 90 and not done:
            done.append(return_report(report, "één letter", by=manager))
            row = report.sections.select_related("report").get(kind=Kind.FOREWORD)
            row.text = "Een andere letter."
            save_section(row, by=manager)
            offer_report(report, by=manager)

    with pytest.raises(ValidationError, match="gewijzigd terwijl"):
        publish(report, by=manager, progress=meanwhile)
    assert not ReportVersion.objects.exists()


# --- On the page ----------------------------------------------------------------------------------------------------


def test_management_publishes_and_takes_the_files_home(report, desk):
    page = desk.get(reverse("report_publish", args=[2026]))
    answer = press(desk, page, "Publiceer versie 1")
    assert answer.url == reverse("report_edit", args=[2026])
    assert "De nieuwe versie wordt gemaakt." in desk.get(answer.url).text
    again = desk.post(reverse("report_publish", args=[2026]), follow=True)
    assert "Deze versie wordt al gemaakt." in again.text
    assert make_document(Document.objects.get().pk)
    version = ReportVersion.objects.get()
    page = desk.get(reverse("report_version", args=[2026, 1]))
    assert version.fingerprint in page.text
    for file in version.files.all():
        address = reverse("report_file_download", args=[2026, 1, file.pk])
        assert file.sha256 in page.text
        assert address in page.text
        assert desk.get(address).content == bytes(file.content)
    assert "gepubliceerd" in desk.get(reverse("report_list")).text


def test_a_second_attempt_of_the_worker_publishes_nothing_twice(report, desk, manager):
    press(desk, desk.get(reverse("report_publish", args=[2026])), "Publiceer versie 1")
    publish(report, by=manager)
    assert make_document(Document.objects.get().pk)
    assert ReportVersion.objects.count() == 1


def test_the_page_says_what_is_wrong_and_has_no_button_then(report, desk):
    ClosedMonth.objects.all().delete()
    page = desk.get(reverse("report_publish", args=[2026]))
    assert "Nog niet gesloten: januari" in page.text
    assert "Publiceer versie 1" not in page.text
    said = desk.post(reverse("report_publish", args=[2026]), follow=True).text
    assert "Er is niets gepubliceerd." in said
    assert not Document.objects.exists()


def test_a_version_cannot_be_asked_for_as_if_it_were_a_document(report, desk):
    desk.post(reverse("document_request"), {"kind": "report_version", "year": "2026"})
    assert not Document.objects.exists()


# --- After a correction ---------------------------------------------------------------------------------------------


def correct_something(chance: Random, workshop) -> None:
    """One of the things that happen in a house after its report was published."""
    turn, number = chance.randrange(6), chance.randrange(10**6)
    if turn == 0:
        rows = Attendance.objects.filter(date__year=2026, status="PRESENT").values_list("pk", flat=True)
        Attendance.objects.filter(pk=chance.choice(list(rows))).update(status="NO_SHOW")
    elif turn == 1:
        Workshop.objects.update(name=f"Werkplaats {number}")
    elif turn == 2:
        Indicator.objects.order_by("pk").filter(position=chance.randrange(13)).update(explanation=f"Uitleg {number}")
    elif turn == 3:
        Factor.objects.update(value=chance.randrange(1, 9))
    elif turn == 4:
        OutputFactory(workshop=workshop, date=date(2026, 5, 4), quantity=chance.randrange(1, 9))
    else:
        ReportSection.objects.filter(kind=Kind.FOREWORD).update(text=f"Tekst {number}")


def test_a_hundred_corrections_later_the_files_are_the_same_and_today_differs(report, manager, workshop, desk):
    version = publish(report, by=manager)
    before, today = files_of(version), catalogue(YEAR)
    chance = Random(100)
    for _ in range(100):
        correct_something(chance, workshop)
    assert catalogue(YEAR) != today
    for file in version.files.all():
        answer = desk.get(reverse("report_file_download", args=[2026, 1, file.pk]))
        assert answer.content == before[file.name]


def test_whoever_is_erased_later_the_files_are_the_same(report, manager):
    version = publish(report, by=manager)
    before = files_of(version)
    for pk in Participant.objects.values_list("pk", flat=True):
        with transaction.atomic():
            erase_all(lock_to_erase(pk))
    assert not Participant.objects.filter(anonymised_on__isnull=True).exists()
    assert files_of(ReportVersion.objects.get()) == before


def test_a_second_version_says_what_changed_and_the_first_stays(report, manager, desk):
    first = publish(report, by=manager)
    before = files_of(first)
    correct_report(report, "Een register klopte niet.", by=manager)
    rows = Attendance.objects.filter(date__year=2026, status="PRESENT").values_list("pk", flat=True)[:9]
    Attendance.objects.filter(pk__in=list(rows)).update(status="NO_SHOW")
    row = report.sections.select_related("report").get(kind=Kind.FOREWORD)
    row.text = "Beter gezegd."
    save_section(row, by=manager)
    offer_report(report, by=manager)
    page = desk.get(reverse("report_publish", args=[2026]))
    assert "“Voorwoord” is gewijzigd: tekst." in page.text
    second = publish(report, by=manager)
    sentences = [change["sentence"] for change in second.changes]
    assert "“Voorwoord” is gewijzigd: tekst." in sentences
    assert any("opkomst" in said.lower() and ": was " in said for said in sentences)
    assert (second.number, files_of(first)) == (2, before)
    assert "“Voorwoord” is gewijzigd: tekst." in desk.get(reverse("report_version", args=[2026, 2])).text


def figure(value, shown=None, kind="aantal mensen"):
    about = {"key": "x", "group": "Bereik", "label": "bereikt", "kind": kind, "definition": ""}
    return about | {"shown": shown or str(value), "value": str(value) if shown is None else ""}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (figure(20), figure(24), "Bereik, bereikt: verschil van minder dan 5."),
        (figure(24), figure(21), "Bereik, bereikt: verschil van minder dan 5."),
        (figure(20), figure(25), "Bereik, bereikt: was 20, is 25."),
        (figure(20, kind="aantal dagdelen"), figure(21, kind="aantal dagdelen"), "Bereik, bereikt: was 20, is 21."),
        (figure(3, "< 5"), figure(7), "Bereik, bereikt: nu 7, was < 5."),
    ],
)
def test_a_small_difference_of_people_is_not_told(old, new, sentence):
    changes = changes_between(EMPTY_CONTENT | {"figures": [old]}, EMPTY_CONTENT | {"figures": [new]})
    assert [change.sentence for change in changes] == [sentence]


def test_what_was_kept_back_once_is_kept_back_in_every_file_of_the_next_version(report, manager):
    first = publish(report, by=manager)
    hidden = hidden_in(first.content)
    assert "reached.SKILLED_VOLUNTEER" in hidden
    correct_report(report, "Er kwamen meer vakvrijwilligers.", by=manager)
    TrajectoryFactory.create_batch(9, target_group="SKILLED_VOLUNTEER")
    for path in Trajectory.objects.filter(target_group="SKILLED_VOLUNTEER"):
        slot = Attendance.objects.filter(date__year=2026, status="PRESENT").first()
        copy = {name: getattr(slot, name) for name in ("session", "workshop", "date", "day_part", "status")}
        by = {"recorded_by": slot.recorded_by, "recorded_at": slot.recorded_at}
        if not Attendance.objects.filter(session=slot.session, participant=path.participant).exists():
            Attendance.objects.create(participant=path.participant, trajectory=path, **copy, **by)
    second = publish(offer_report(report, by=manager), by=manager)
    shown = {each["key"]: each["shown"] for each in second.content["figures"]}
    assert shown["reached.SKILLED_VOLUNTEER"] == "·"
    assert hidden <= hidden_in(second.content)
    book = load_workbook(BytesIO(files_of(second)["Cijfers 2026 versie 2.xlsx"]))
    assert {row[6].value: row[2].value for row in book["Mensen"].rows}["reached.SKILLED_VOLUNTEER"] == "·"
