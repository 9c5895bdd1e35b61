"""Writing a report: its sections, words and pictures, and the way from draft to review and back."""

from io import BytesIO
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from impact.models import Report, ReportSection, Story, StoryUse
from impact.report.prose import Block, blocks_of
from impact.services.reports import (
    add_workshop_sections,
    correct_report,
    move_section,
    offer_report,
    return_report,
    save_section,
    start_report,
)
from pluspunt.tests.factories import OpeningFactory, WorkshopFactory
from workshops.services.sessions import ensure_sessions
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
Kind, State = ReportSection.Kind, Report.State


@pytest.fixture
def report(session, manager) -> Report:
    """The report of this year, just begun; one workshop has a register."""
    return start_report(2026, by=manager)


@pytest.fixture
def desk(signed_in, manager):
    return signed_in(manager)


def section(report, kind) -> ReportSection:
    return report.sections.get(kind=kind, workshop=None)


def edit_url(section) -> str:
    return reverse("section_edit", args=[section.report.year, section.pk])


def fill(client, section, button="Bewaar onderdeel", **typed):
    page = client.get(edit_url(section))
    [form] = [form for form in forms_on(page) if "text" in form.fields]
    assert any(words.strip().startswith(button) for _, words in form.buttons)
    return client.post(edit_url(section), form.fields | typed)


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return SimpleUploadedFile("bank.png", content.getvalue(), "image/png")


def story(by, use=StoryUse.Use.ANNUAL_REPORT, **about) -> Story:
    row = Story.objects.create(title="De fiets", text="Ik kan het nu zelf.", shown_as="Sam", recorded_by=by, **about)
    if use:
        StoryUse.objects.create(story=row, use=use, recorded_by=by)
    return row


# --- Beginning ----------------------------------------------------------------------------------------------------


def test_a_report_begins_with_every_section_once_and_the_workshops(report, manager, workshop):
    kinds = list(report.sections.filter(workshop=None).values_list("kind", flat=True))
    assert kinds == [kind for kind in Kind.values if kind in kinds]
    assert set(kinds) == set(Kind.values)
    assert report.sections.get(workshop__isnull=False).workshop == workshop
    assert section(report, Kind.ABOUT).text
    assert report.history.get().history_user == manager


def test_beginning_twice_gives_the_same_report(report, manager):
    assert start_report(2026, by=manager) == report
    assert Report.objects.count() == 1


@pytest.mark.parametrize("year", [2025, 2019])
def test_a_year_without_a_register_has_no_report(session, manager, year):
    with pytest.raises(ValidationError, match="geen register"):
        start_report(year, by=manager)


def test_the_next_year_takes_over_what_hardly_changes(report, manager):
    about = section(report, Kind.ABOUT)
    about.text = "Wie wij altijd al waren."
    save_section(about, by=manager)
    Report.objects.filter(pk=report.pk).update(rsin="123456789")
    new = start_report(2027, by=manager)
    assert (section(new, Kind.ABOUT).text, new.rsin) == ("Wie wij altijd al waren.", "123456789")
    assert section(new, Kind.FOREWORD).text == ""


def test_a_workshop_that_came_later_is_added_once(report, manager, monday):
    OpeningFactory(workshop=(new := WorkshopFactory()))
    ensure_sessions(monday)
    assert [add_workshop_sections(report, by=manager) for _ in range(2)] == [1, 0]
    assert report.sections.filter(workshop=new).count() == 1


def test_the_list_begins_a_report_and_opens_it(session, desk):
    page = desk.get(reverse("report_list"))
    assert "Begin verslag 2026" in page.text
    answer = press(desk, page, "Begin verslag 2026")
    assert answer.url == reverse("report_edit", args=[2026])
    assert "Open verslag 2026" in desk.get(reverse("report_list")).text


# --- Sections -----------------------------------------------------------------------------------------------------


def test_words_are_kept_and_shown_as_paragraphs_and_points(report, desk):
    foreword = section(report, Kind.FOREWORD)
    typed = "Beste lezer,\r\n\r\n- eerst dit\r\n- dan <b>dat</b>"
    answer = fill(desk, foreword, text=typed, stay="")
    page = desk.get(answer.url)
    assert "<li>eerst dit</li>" in page.text
    assert "dan &lt;b&gt;dat&lt;/b&gt;" in page.text
    foreword.refresh_from_db()
    assert foreword.text == "Beste lezer,\n\n- eerst dit\n- dan <b>dat</b>"
    assert "Beste lezer," in desk.get(reverse("report_preview", args=[2026])).text


def test_the_preview_shows_what_is_typed_and_keeps_nothing(report, desk):
    foreword = section(report, Kind.FOREWORD)
    answer = desk.post(reverse("section_preview", args=[2026, foreword.pk]), {"text": "Nieuw <i>"})
    assert "<p>Nieuw &lt;i&gt;</p>" in answer.text
    foreword.refresh_from_db()
    assert foreword.text == ""


@pytest.mark.parametrize("text", ["Bel 111222333 voor meer.", "\u200b\u200b"])
def test_words_that_must_not_stand_there_are_refused(report, desk, text):
    foreword = section(report, Kind.FOREWORD)
    assert fill(desk, foreword, text=text).status_code == 200
    foreword.refresh_from_db()
    assert foreword.text == ""


def test_english_is_asked_for_only_when_the_report_has_it(report, desk):
    foreword = section(report, Kind.FOREWORD)
    assert "english_text" not in desk.get(edit_url(foreword)).text
    Report.objects.update(has_english=True)
    fill(desk, foreword, text="Beste lezer", english_text="Dear reader")
    foreword.refresh_from_db()
    assert foreword.english_text == "Dear reader"


def test_a_picture_is_made_again_and_needs_words_and_consent(report, desk):
    foreword = section(report, Kind.FOREWORD)
    page = fill(desk, foreword, picture=picture())
    assert "Schrijf op wat er op de foto staat." in page.text
    assert "Schrijf op wie de foto maakte, en wie hem goedvond." in page.text
    foreword.refresh_from_db()
    assert foreword.picture is None
    about = {"picture_text": "Een werkbank", "picture_consent": "Mo; niemand herkenbaar"}
    fill(desk, foreword, picture=picture(), **about)
    foreword.refresh_from_db()
    assert bytes(foreword.picture).startswith(b"\xff\xd8")
    answer = desk.get(reverse("section_picture", args=[2026, foreword.pk]))
    assert answer.content == bytes(foreword.picture)
    fill(desk, foreword, remove_picture="on")
    foreword.refresh_from_db()
    assert (foreword.picture, foreword.picture_text) == (None, "")


def test_a_story_can_be_chosen_only_with_consent_for_the_report(report, desk, manager):
    told, other = story(manager), story(manager, use=StoryUse.Use.WEBSITE)
    stories = section(report, Kind.STORIES)
    fill(desk, stories, stories=[told.pk])
    assert list(stories.stories.all()) == [told]
    page = fill(desk, stories, stories=[other.pk])
    assert page.status_code == 200
    assert list(stories.stories.all()) == [told]


def test_two_people_in_one_section_hear_of_each_other(report, desk):
    foreword = section(report, Kind.FOREWORD)
    [form] = [form for form in forms_on(desk.get(edit_url(foreword))) if "text" in form.fields]
    fill(desk, foreword, text="Van de ander")
    page = desk.post(edit_url(foreword), form.fields | {"text": "Van mij"})
    assert "Iemand anders heeft dit intussen ook gewijzigd." in page.text
    foreword.refresh_from_db()
    assert foreword.text == "Van de ander"


def test_sections_move_and_leave_with_plain_buttons(report, desk):
    edit = reverse("report_edit", args=[2026])
    before = list(report.sections.filter(workshop=None).values_list("kind", flat=True))
    glance = section(report, Kind.GLANCE)
    answer = desk.post(reverse("section_move", args=[2026, glance.pk]), {"up": ""})
    assert answer.url == f"{edit}#onderdeel-{glance.pk}"
    after = list(report.sections.filter(workshop=None).values_list("kind", flat=True))
    assert after == [before[1], before[0], *before[2:]]
    desk.post(reverse("section_move", args=[2026, glance.pk]), {"switch": ""})
    glance.refresh_from_db()
    assert not glance.is_on
    assert "Het jaar in één oogopslag" not in desk.get(reverse("report_preview", args=[2026])).text


def test_moving_never_loses_a_section(report, manager):
    chance, expected = Random(4), list(report.sections.filter(workshop=None).values_list("kind", flat=True))
    for _ in range(40):
        at, step = chance.randrange(len(expected)), chance.choice([-1, 1])
        moved = move_section(section(report, expected[at]), step, by=manager)
        assert moved == (0 <= at + step < len(expected))
        if moved:
            expected[at], expected[at + step] = expected[at + step], expected[at]
    assert list(report.sections.filter(workshop=None).values_list("kind", flat=True)) == expected


@pytest.mark.parametrize("workshops", [1, 3])
def test_the_editor_takes_the_same_queries_for_one_workshop_and_three(
    workshops, session, desk, manager, monday, django_assert_num_queries
):
    for _ in range(workshops - 1):
        OpeningFactory(workshop=WorkshopFactory())
    ensure_sessions(monday)
    start_report(2026, by=manager)
    desk.get(reverse("report_edit", args=[2026]))
    with django_assert_num_queries(16):
        desk.get(reverse("report_edit", args=[2026]))


# --- States -------------------------------------------------------------------------------------------------------


def test_draft_review_and_back_with_who_and_why(report, desk, manager):
    edit = reverse("report_edit", args=[2026])
    press(desk, desk.get(edit), "Leg voor ter controle")
    report.refresh_from_db()
    assert report.state == State.REVIEW
    assert "Het verslag ligt vast zolang het ter controle is." in desk.get(edit).text
    back = reverse("report_return", args=[2026])
    assert "Vul dit in." in desk.post(back, {"remark": " "}).text
    desk.post(back, {"remark": "Het voorwoord is te lang."})
    report.refresh_from_db()
    assert (report.state, report.remark) == (State.DRAFT, "Het voorwoord is te lang.")
    steps = report.history.order_by("history_id").values_list("state", "history_user")
    assert list(steps) == [(state, manager.pk) for state in ("DRAFT", "REVIEW", "DRAFT")]
    assert "“Het voorwoord is te lang.”" in desk.get(edit).text


def test_what_lies_before_a_reviewer_is_changed_by_nobody(report, desk, manager):
    foreword = section(report, Kind.FOREWORD)
    offer_report(report, by=manager)
    assert "geen concept" in fill(desk, foreword, text="Toch nog iets").text
    desk.post(reverse("section_move", args=[2026, foreword.pk]), {"down": ""})
    desk.post(reverse("section_move", args=[2026, foreword.pk]), {"switch": ""})
    foreword.refresh_from_db()
    assert (foreword.text, foreword.position, foreword.is_on) == ("", 1, True)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (State.REVIEW, lambda report, by: offer_report(report, by=by)),
        (State.PUBLISHED, lambda report, by: offer_report(report, by=by)),
        (State.DRAFT, lambda report, by: return_report(report, "nee", by=by)),
        (State.PUBLISHED, lambda report, by: return_report(report, "nee", by=by)),
        (State.DRAFT, lambda report, by: correct_report(report, "nee", by=by)),
        (State.REVIEW, lambda report, by: correct_report(report, "nee", by=by)),
    ],
)
def test_a_step_that_is_not_next_is_refused(report, manager, state, act):
    Report.objects.update(state=state)
    with pytest.raises(ValidationError):
        act(report, manager)
    report.refresh_from_db()
    assert report.state == state


def test_the_data_of_the_organisation_are_checked(report, desk):
    url = reverse("report_describe", args=[2026])
    [form] = [form for form in forms_on(desk.get(url)) if "rsin" in form.fields]
    page = desk.post(url, form.fields | {"rsin": "12", "chamber_number": "x"})
    assert "Een RSIN heeft negen cijfers." in page.text
    assert "Een KvK-nummer heeft acht cijfers." in page.text
    # This one would pass for a citizen service number, and is none.
    desk.post(url, form.fields | {"rsin": "111222333", "chamber_number": "12345678", "board": "A, voorzitter\nB"})
    report.refresh_from_db()
    assert (report.rsin, report.chamber_number, report.board) == ("111222333", "12345678", "A, voorzitter\nB")


# --- Words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("\n\n \n", []),
        ("een\ntwee", [Block(("een", "twee"))]),
        ("een\n\n\n\ntwee", [Block(("een",)), Block(("twee",))]),
        ("kop:\n- a\n- b\nslot", [Block(("kop:",)), Block(("a", "b"), is_list=True), Block(("slot",))]),
        ("-geen punt", [Block(("-geen punt",))]),
    ],
)
def test_plain_text_becomes_paragraphs_and_lists(text, blocks):
    assert blocks_of(text) == blocks
