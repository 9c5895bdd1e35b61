"""The annual report as a document: what the editor gave, in order, readable for everybody, a draft until published."""

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image
from pypdf import PdfReader

from impact.report import make_report, report_document
from impact.report.content import ReportContent, SectionContent, StoryContent, Version
from impact.report.sheets import summary_pdf, theme_pdf, workshop_pdf, workshop_sheet
from impact.report.texts import default_sections
from partners.models import Theme
from pluspunt.pdf import AttachedFile
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    CollaborationFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from pluspunt.tests.pdfua import failures
from workshops.services.attendance import mark_all_present
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
PERIOD = Period(date(2026, 1, 1), date(2026, 3, 1))
TEMPLATE = "impact/print/annual_report.html"
VERSION = Version(2, date(2027, 2, 12), "0123456789abcdef" * 4, ("Opkomst: was 70 %, is 71 %.",))


def jpeg() -> bytes:
    output = BytesIO()
    Image.new("RGB", (60, 40), "#17633a").save(output, "JPEG")
    return output.getvalue()


@pytest.fixture
def house(monday, workshop, coach):
    """Twelve people in activation who came last Monday."""
    for _ in range(12):
        path = TrajectoryFactory(target_group="ACTIVATION", start_date="2024-01-01")
        PlacementFactory(trajectory=path, workshop=workshop, start_date="2024-01-01")
    ensure_sessions(monday)
    mark_all_present(workshop.sessions.get(date=monday - timedelta(days=7)), by=coach)
    return workshop


def content(language: str = "nl", **changes) -> ReportContent:
    return replace(ReportContent(PERIOD, default_sections(language), language=language), **changes)


def html_of(report: ReportContent) -> str:
    document = report_document(report)
    with translation.override(document.language):
        return render_to_string(TEMPLATE, document.context)


def shown():
    return make_report(PERIOD, leaves_house=True)


def headings(html: str) -> list[tuple[int, str]]:
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", html, re.S)
    return [(int(level), " ".join(re.sub(r"<[^>]+>", "", words).split())) for level, words in found]


def text_of(page) -> str:
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def elements(reader: PdfReader) -> list:
    """Every element of the structure tree, in reading order."""
    found, todo = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        element = todo.pop().get_object()
        if isinstance(element, list):
            todo += reversed(element)
        elif isinstance(element, dict):
            found.append(element)
            todo += [element["/K"]] if "/K" in element else []
    return [element for element in found if "/S" in element]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_headings_skip_no_level_and_follow_the_contents(house, language):
    html = html_of(content(language))
    levels = [level for level, _ in headings(html)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    listed = re.findall(r'<li><a href="#(.*?)">(.*?)</a></li>', html)
    chapters = [words for level, words in headings(html) if level == 2][1:]
    assert [words for _, words in listed] == chapters
    assert all(f'id="{anchor}"' in html for anchor, _ in listed)


def test_sections_stand_in_the_order_that_they_were_given_and_what_is_off_is_absent(house):
    sections = tuple(each for each in reversed(default_sections()) if each.kind in ("METHOD", "FLOW", "GLANCE"))
    chapters = [words for level, words in headings(html_of(content(sections=sections))) if level == 2]
    assert chapters == [
        "Inhoud",
        "Hoe is dit gemeten",
        "Wie kwamen en wie gingen",
        "Het jaar in één oogopslag",
        "Colofon",
    ]


def test_a_section_of_words_without_words_is_left_out(house):
    sections = (SectionContent("FOREWORD"), SectionContent("OUTLOOK", text="Volgend jaar meer."))
    titles = [words for _, words in headings(html_of(content(sections=sections)))]
    assert "Voorwoord" not in titles
    assert "Vooruitblik" in titles


def test_texts_are_paragraphs_and_lists_and_never_markup(house):
    text = "Eerste <b>alinea</b>.\n\n- een\n- twee\n\nLaatste."
    html = html_of(content(sections=(SectionContent("FOREWORD", text=text),)))
    assert "<p>Eerste &lt;b&gt;alinea&lt;/b&gt;.</p>" in html
    assert "<ul><li>een</li><li>twee</li></ul>" in html


def test_a_picture_has_its_alternative_text_and_a_story_its_teller(house):
    story = StoryContent(
        "Ik durfde het.", title="Van bank naar bakfiets", teller="Ans", picture=jpeg(), picture_alt="x"
    )
    quote = StoryContent("Hier hoor ik erbij.", teller="Ben")
    section = SectionContent("STORIES", picture=jpeg(), picture_alt="een volle werkbank", stories=(story, quote))
    document = report_document(content(sections=(section,)))
    reader = PdfReader(BytesIO(document.pdf()))
    figures = [element for element in elements(reader) if element["/S"] == "/Figure"]
    assert "een volle werkbank" in [figure["/Alt"] for figure in figures]
    text = " ".join(map(text_of, reader.pages))
    assert "Van bank naar bakfiets" in text
    assert "“Hier hoor ik erbij.” Ben" in text


def test_every_figure_has_words_and_every_head_of_a_table_a_scope(house):
    found = elements(PdfReader(BytesIO(report_document(content()).pdf())))
    figures = [element for element in found if element["/S"] == "/Figure"]
    assert len(figures) > 5
    assert [figure for figure in figures if not figure.get("/Alt")] == []
    heads = [element for element in found if element["/S"] == "/TH"]
    assert {str(head["/A"]["/Scope"]) for head in heads} == {"/Column", "/Row"}
    levels = [int(element["/S"][2:]) for element in found if re.fullmatch(r"/H\d", element["/S"])]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_a_draft_says_so_on_every_page_and_a_version_nowhere(house):
    draft = PdfReader(BytesIO(report_document(content()).pdf()))
    assert [n for n, page in enumerate(draft.pages) if "CONCEPT" not in text_of(page)] == []
    published = PdfReader(BytesIO(report_document(content(version=VERSION)).pdf()))
    assert [n for n, page in enumerate(published.pages) if "CONCEPT" in text_of(page)] == []


def test_the_last_page_tells_which_version_it_is_and_what_changed(house):
    reader = PdfReader(BytesIO(report_document(content(version=VERSION)).pdf()))
    last = text_of(reader.pages[-1])
    assert "Versie 2, 12 februari 2027" in last
    assert "01234567 89abcdef" in last
    assert "Opkomst: was 70 %, is 71 %." in last
    assert reader.metadata.creation_date.date() == date(2027, 2, 12)


def test_the_english_edition_speaks_english_and_marks_what_is_dutch(house):
    sections = (*default_sections("en"), SectionContent("FOREWORD", text="Dit is Nederlands.", language="nl"))
    report = content("en", sections=sections)
    html = html_of(report)
    assert '<html lang="en">' in html
    assert re.search(r'<div class="prose" lang="nl">\s*<p>Dit is Nederlands.</p>', html)
    titles = [words for level, words in headings(html) if level == 2]
    assert titles[:2] == ["Contents", "The year at a glance"]
    english = re.sub(r'lang="nl">.*?</', "", html.split("<body>")[1], flags=re.S)
    dutch = r"\b(?:mensen|werkplaats|werkplaatsen|opkomst|bezetting|dagdelen|ingeschreven|niet|betekent|jaar)\b"
    assert re.findall(rf".*{dutch}.*", english.lower()) == []
    assert PdfReader(BytesIO(report_document(report).pdf())).trailer["/Root"]["/Lang"] == "en"


def test_the_language_is_put_back(house):
    report_document(content("en")).pdf()
    assert translation.get_language() == "nl"


def test_an_empty_house_has_a_report_as_well(monday):
    html = html_of(content())
    assert "Er is nog geen opkomst om te tonen" in html
    assert "None" not in html


def test_the_same_content_gives_the_same_bytes(house):
    files = (AttachedFile("cijfers.csv", "Alle cijfers", b"a;b"),)
    report = content(version=VERSION, sections=(SectionContent("FOREWORD", picture=jpeg(), picture_alt="x"),))
    assert report_document(report, files).pdf() == report_document(report, files).pdf()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_document_can_be_read_by_everybody_and_be_kept(house, tmp_path, language):
    story = StoryContent(
        "Ik durfde het.", title="Van bank naar bakfiets", teller="Ans", picture=jpeg(), picture_alt="x"
    )
    words = SectionContent("FOREWORD", text="Beste lezer,\n\n- een\n- twee", picture=jpeg(), picture_alt="x")
    sections = (words, *default_sections(language), SectionContent("STORIES", stories=(story,)))
    files = (AttachedFile("cijfers.csv", "Alle cijfers", b"a;b"),)
    path = tmp_path / "verslag.pdf"
    path.write_bytes(report_document(content(language, version=VERSION, sections=sections), files).pdf())
    assert failures("ua1", path) == []
    assert failures("3a", path) == []


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((light(one), light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("sheet", ["print", "report", "summary", "draft_nl", "draft_en"])
def test_words_stand_out_from_what_is_behind_them(sheet):
    css = (settings.BASE_DIR / "static" / "print" / f"{sheet}.css").read_text()
    for colour in set(re.findall(r"[^-]color: (#[0-9a-f]{6})", css)):
        behind = ["#0b4f5a"] if colour == "#ffffff" else ["#ffffff", "#faf7f1"]
        assert min(contrast(colour, each) for each in behind) >= 6.5, colour


@pytest.mark.parametrize("people", [0, 12])
def test_the_year_fits_on_one_page(monday, people, request):
    if people:
        request.getfixturevalue("house")
        for n in range(30):
            OpeningFactory(workshop=WorkshopFactory(name=f"Werkplaats met een lange naam nummer {n}"))
    assert len(PdfReader(BytesIO(summary_pdf(PERIOD))).pages) == 1


def test_the_sheet_of_a_workshop_tells_nothing_about_few_people(house, coach):
    assert next(headline.label for headline in workshop_sheet(house, shown()).headlines) == "geleverde dagdelen"
    small = WorkshopFactory(name="Zilverwerkplaats")
    OpeningFactory(workshop=small, weekday=2)
    PlacementFactory.create_batch(3, workshop=small, weekday=2)
    ensure_sessions(PERIOD.end)
    for workshop in (small, house):  # of which the annual report shows the figures together
        sheet = workshop_sheet(workshop, shown())
        assert sheet.headlines == []
        assert "te herkennen" in sheet.nothing
    assert house.name in text_of(PdfReader(BytesIO(workshop_pdf(house, PERIOD))).pages[0])


def test_the_sheet_of_a_theme_tells_what_ran_on_it(house):
    theme, other = Theme.objects.all()[:2]
    running = CollaborationFactory(name="Voedseltuin en keuken", start_date="2025-01-01")
    running.themes.set([theme])
    assert "Voedseltuin en keuken" in text_of(PdfReader(BytesIO(theme_pdf(theme, PERIOD))).pages[0])
    assert "liep in deze periode geen samenwerking" in text_of(PdfReader(BytesIO(theme_pdf(other, PERIOD))).pages[0])
