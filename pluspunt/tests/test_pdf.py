"""One file that is accessible and can be kept, made of our own files only."""

import gc
import subprocess
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import SuspiciousFileOperation
from pypdf import PdfReader

from pluspunt.pdf import STATIC_HOST, StaticFetcher, html_to_pdf, render_pdf
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


def test_the_garbage_collector_is_put_back():
    before = gc.get_threshold()
    html_to_pdf("<html lang='nl'><title>x</title><p>x</p></html>")
    assert gc.get_threshold() == before
