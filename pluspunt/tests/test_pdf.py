"""One file that is accessible and can be kept, made of our own files only."""

import subprocess
import sys
from datetime import date
from io import BytesIO

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from PIL import Image
from pypdf import PdfReader

from pluspunt import pdf_process
from pluspunt.layout import StaticFetcher
from pluspunt.pdf import PICTURE_HOST, STATIC_HOST, AttachedFile, DocumentTooHeavy, html_to_pdf, render_pdf
from pluspunt.tests.factories import ParticipantFactory, TrajectoryFactory, WorkshopFactory
from pluspunt.tests.pdfua import failures
from workshops.models import Attendance, Session

NAMES = ["Şazime", "Łukasz", "Đurđa", "Diễm", "Ğanim", "Zoë"]


@pytest.fixture
def listing(db) -> dict:
    """What the attendance list of a session needs, with names from all over the city."""
    workshop = WorkshopFactory(name="Fietsenwerkplaats West")
    session = Session.objects.create(workshop=workshop, date=date(2026, 3, 2), day_part="MORNING", capacity=8)
    people = [ParticipantFactory(nickname=name, surname="Ertuğrul") for name in NAMES]
    rows = [
        Attendance(
            session=session,
            participant=person,
            trajectory=TrajectoryFactory(participant=person),
            workshop=workshop,
            date=session.date,
            day_part=session.day_part,
        )
        for person in people
    ]
    return {"session": session, "rows": rows, "empty_lines": range(2), "document_date": session.date}


@pytest.fixture
def pdf(listing) -> bytes:
    return render_pdf("workshops/print/session_list.html", listing)


@pytest.mark.slow
def test_the_file_is_pdf_ua_and_pdf_a(pdf, tmp_path):
    path = tmp_path / "lijst.pdf"
    path.write_bytes(pdf)
    assert failures("ua1", path) == []
    assert failures("3a", path) == []


def test_the_same_data_give_the_same_bytes(pdf, listing):
    assert render_pdf("workshops/print/session_list.html", listing) == pdf


def test_only_our_own_letters_are_inside(pdf, tmp_path):
    path = tmp_path / "lijst.pdf"
    path.write_bytes(pdf)
    listed = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    names = {line.split()[0].partition("+")[2] for line in listed}
    assert names == {"Atkinson-Print", "Atkinson-Print-Bold", "Atkinson-Print-Ext", "Source-Sans-Print"}


def test_every_name_can_be_read(pdf):
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert [name for name in NAMES if f"{name} E." not in text] == []


def test_the_document_says_what_it_is(pdf):
    reader = PdfReader(BytesIO(pdf))
    assert reader.metadata.title == "Aanwezigheidslijst Fietsenwerkplaats West, maandag 2 maart 2026, ochtend"
    assert reader.metadata.author == "Stichting Pluspunt Rotterdam"
    assert reader.trailer["/Root"]["/Lang"] == "nl"
    assert reader.metadata.creation_date.date() == date(2026, 3, 2)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "https://example.org/x.css",
        "http://127.0.0.1/x",
        f"{STATIC_HOST}nothing.css",
        f"{STATIC_HOST}../pluspunt/settings.py",
        f"{STATIC_HOST}%2e%2e/pluspunt/settings.py",
        "data:text/css,a{}",
    ],
)
def test_nothing_but_our_static_files_is_fetched(url):
    with pytest.raises((ValueError, SuspiciousFileOperation)):
        StaticFetcher().fetch(url)


def test_a_static_file_is_fetched():
    response = StaticFetcher().fetch(f"{STATIC_HOST}print/print.css")
    assert response.content_type == "text/css"
    assert b"@page" in response.read()


# The smallest JPEG that is one: a grey pixel.
PIXEL = BytesIO()
Image.new("L", (1, 1)).save(PIXEL, "JPEG")
WITH_PICTURE = f"<html lang='nl'><title>x</title><p>x</p><img src='{PICTURE_HOST}one.jpg' alt='een stip'></html>"


def test_a_picture_that_the_document_was_given_is_in_it_and_no_other_can_be_asked_for():
    fetcher = StaticFetcher({"one.jpg": PIXEL.getvalue()})
    assert fetcher.fetch(f"{PICTURE_HOST}one.jpg").read() == PIXEL.getvalue()
    for url in (f"{PICTURE_HOST}two.jpg", f"{PICTURE_HOST}../one.jpg", f"{STATIC_HOST}one.jpg", PICTURE_HOST):
        with pytest.raises(ValueError, match="not one of our static files"):
            fetcher.fetch(url)
    reader = PdfReader(BytesIO(html_to_pdf(WITH_PICTURE, pictures={"one.jpg": PIXEL.getvalue()})))
    assert len(reader.pages[0].images) == 1


@pytest.fixture
def with_figures() -> bytes:
    return html_with_figures()


def html_with_figures() -> bytes:
    files = [AttachedFile("cijfers.csv", "Alle cijfers", b"a;b\r\n1;2\r\n")]
    pictures = {"one.jpg": PIXEL.getvalue()}
    return html_to_pdf(WITH_PICTURE, pictures=pictures, attachments=files, day=date(2026, 2, 12))


def test_figures_travel_inside_the_document_as_its_data(with_figures):
    reader = PdfReader(BytesIO(with_figures))
    assert reader.attachments == {"cijfers.csv": [b"a;b\r\n1;2\r\n"]}
    assert html_with_figures() == with_figures
    file = reader.trailer["/Root"]["/AF"][0]
    assert file.get_object()["/AFRelationship"] == "/Data"
    assert file.get_object()["/EF"]["/F"]["/Params"]["/ModDate"] == "D:20260212000000Z"


@pytest.mark.slow
def test_a_document_with_pictures_and_figures_can_be_read_and_kept(with_figures, tmp_path):
    path = tmp_path / "met_bijlage.pdf"
    path.write_bytes(with_figures)
    assert failures("ua1", path) == []
    assert failures("3a", path) == []


def test_signs_that_our_letters_lack_bring_no_other_font(tmp_path):
    path = tmp_path / "tekens.pdf"
    page = "<html lang='nl'><title>x</title><link rel='stylesheet' href='print/print.css'><p>CO₂ ↔ → ← ≥ 5</p></html>"
    path.write_bytes(html_to_pdf(page))
    listed = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert {line.split()[0].partition("+")[2] for line in listed} == {"Atkinson-Print"}


# --- limits ---------------------------------------------------------------------------------------------------------


def page_of(words: str) -> str:
    return f"<html lang='nl'><title>x</title><p>{words}</p></html>"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"), [("SECONDS", 1), ("LONGEST_HTML", 10_000), ("CPU_SECONDS", 1), ("MEMORY", 200 * 1024**2)]
)
def test_a_document_that_takes_too_much_is_stopped_and_the_next_one_is_made(monkeypatch, name, value):
    with monkeypatch.context() as limited:
        limited.setattr(pdf_process, name, value)
        with pytest.raises(DocumentTooHeavy, match="te groot om te maken"):
            html_to_pdf(page_of("<table>" + "<tr><td>1<td>2<td>3<td>4" * 4000 + "</table>"))
    assert html_to_pdf(page_of("en de volgende gaat gewoon")).startswith(b"%PDF-")


def test_the_process_of_a_document_reaches_no_network_and_no_program():
    for event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"):
        with pytest.raises(PermissionError):
            pdf_process._deny(event, ())
    pdf_process._deny("open", ("print.css",))


def test_what_goes_wrong_in_making_is_not_called_too_large():
    with pytest.raises(AttributeError, match="name"):
        html_to_pdf(page_of("x"), attachments=["geen bijlage"])


@pytest.mark.slow
def test_the_web_process_does_not_load_the_library():
    code = "import django; django.setup(); import pluspunt.urls, sys; print('weasyprint' in sys.modules)"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR)
    assert run.stdout == "False\n"
