"""The page: choose the files, read what would happen, confirm."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from participants.models import Participant
from pluspunt.tests.factories import UserFactory
from privacy.models import AccessEvent
from workshops.models import Attendance, ClosedMonth, ImportDraft, Opening
from workshops.services.sessions import continue_schedule
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.drafts import confirm_draft, delete_expired_drafts
from workshops.services.year_import.writing import import_year
from workshops.tests.pages import press
from workshops.tests.spreadsheets import SmallYear, whole_database

pytestmark = pytest.mark.django_db
CITIZEN_NUMBER = "999990639"


@pytest.fixture
def year():
    return SmallYear()


@pytest.fixture
def client(client, coordinator):
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(client, files):
    chosen = [SimpleUploadedFile(name, data, "text/csv") for name, data in files.items()]
    return client.post(reverse("year_import"), {"files": chosen}, follow=True)


def confirm(client):
    return client.post(reverse("year_import_confirm", args=[ImportDraft.objects.get().pk]), follow=True)


def test_the_form_takes_several_files_at_once(client):
    page = client.get(reverse("year_import")).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert " multiple" in page


def test_the_report_comes_first_and_nothing_is_written_yet(client, year):
    year.rows["deelnemers.csv"][1]["Achternaam"] = ""
    page = upload(client, year.files())
    assert page.redirect_chain == [(reverse("year_import_detail", args=[ImportDraft.objects.get().pk]), 302)]
    assert [(file.name, file.new, file.refused) for file in page.context["report"].files] == [
        ("werkplaatsen.csv", 2, 0),
        ("sluitingen.csv", 1, 0),
        ("uitval.csv", 1, 0),
        ("deelnemers.csv", 1, 1),
        ("plaatsingen.csv", 1, 1),
        ("aanwezigheid-2025.csv", 4, 1),
    ]
    text = page.content.decode()
    assert "Geweigerd: 3 rijen" in text
    assert "Dit mag niet leeg zijn." in text
    assert Participant.objects.count() == 0


def test_after_the_confirmation_it_is_written_and_the_result_shown(client, coordinator, year):
    upload(client, year.files())
    page = confirm(client)
    assert "De gegevens van 2025 zijn ingelezen." in page.content.decode()
    assert reverse("schedule_continue") in page.content.decode()
    assert Participant.objects.count() == 2
    assert set(Attendance.objects.recorded().values_list("recorded_by", flat=True)) == {coordinator.pk}
    assert list(ImportDraft.objects.get().rows) == ["report"]


def test_of_a_year_with_a_closed_month_the_report_has_no_button(client, year, coordinator):
    upload(client, year.files())
    ClosedMonth.objects.create(month=date(2025, 1, 1), closed_by=coordinator)
    page = client.get(reverse("year_import_detail", args=[ImportDraft.objects.get().pk])).text
    assert "In 2025 zijn al maanden gesloten." in page
    assert "Lees 2025 in" not in page
    assert "In 2025 zijn al maanden gesloten." in confirm(client).text
    assert Participant.objects.count() == 0


def test_who_was_added_stands_in_the_access_log(client, year):
    upload(client, year.files())
    confirm(client)
    event = AccessEvent.objects.get(action=AccessEvent.Action.ADD)
    people = set(Participant.objects.values_list("pk", flat=True))
    assert set(event.subjects.values_list("object_id", flat=True)) == people


def test_confirming_twice_writes_once(client, year):
    upload(client, year.files())
    confirm(client)
    before = Attendance.objects.count()
    assert "Deze bestanden zijn al ingelezen." in confirm(client).content.decode()
    assert Attendance.objects.count() == before


def test_the_rows_are_compared_again_when_they_are_confirmed(client, year):
    upload(client, year.files())
    Participant.objects.create(number=1, nickname="Piet", surname="Smit", birth_date="1990-01-01")
    page = confirm(client)
    assert "Dit nummer is al van iemand anders" in page.content.decode()
    assert Participant.objects.count() == 2


def test_files_that_were_taken_in_before_have_nothing_to_confirm(client, year):
    upload(client, year.files())
    confirm(client)
    page = upload(client, year.files())
    assert "Er is niets nieuws" in page.content.decode()
    assert "bevestigen" not in page.content.decode()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda files: files.clear(), "Kies de zes bestanden van één jaar."),
        (lambda files: files.pop("uitval.csv"), "Er ontbreken bestanden: uitval.csv. Er is niets ingelezen."),
        (lambda files: files.update({"uitval.csv": b""}), "uitval.csv: het bestand is leeg. Er is niets ingelezen."),
        (lambda files: files.update({"uitval.csv": b"a,b"}), "uitval.csv: de kolommen zijn niet gescheiden"),
        (lambda files: files.update({"UITVAL.csv": b"x"}), "Er zijn twee bestanden met dezelfde naam."),
        (
            lambda files: files.update({"uitval.csv": b"x" * (10 * 1024 * 1024 + 1)}),
            "Een bestand mag hoogstens 10 MB groot zijn.",
        ),
    ],
)
def test_a_file_that_is_not_right_is_said_at_the_field(client, year, change, reason):
    files = year.files()
    change(files)
    page = upload(client, files)
    assert page.redirect_chain == []
    assert reason in page.context["form"].errors["files"][0]
    assert ImportDraft.objects.count() == 0


def test_a_citizen_number_reaches_neither_the_page_nor_the_database(client, year, caplog):
    year.rows["deelnemers.csv"][1]["Opmerking"] = f"BSN {CITIZEN_NUMBER}"
    page = upload(client, year.files())
    assert "burgerservicenummer" in page.content.decode()
    assert CITIZEN_NUMBER not in page.content.decode() + str(whole_database()) + caplog.text
    assert CITIZEN_NUMBER not in confirm(client).content.decode() + str(whole_database()) + caplog.text


def test_a_long_list_is_cut_and_says_how_long_it_is(client, year):
    year.rows["sluitingen.csv"] = [{"Van": "nu", "Tot": "nu", "Reden": "dicht"}] * 150
    page = upload(client, year.files()).content.decode()
    assert "Geweigerd: 150 rijen" in page
    assert "Dit zijn de eerste 100 van 150 rijen." in page


def test_after_an_hour_the_files_have_to_be_chosen_again(client, coordinator, year):
    upload(client, year.files())
    ImportDraft.objects.update(made_at=timezone.now() - timedelta(minutes=61))
    draft = ImportDraft.objects.get()
    page = confirm(client)
    assert page.redirect_chain[-1] == (reverse("year_import"), 302)
    assert "Het overzicht is ouder dan een uur." in page.content.decode()
    with pytest.raises(ValidationError, match="ouder dan een uur"):
        confirm_draft(draft, by=coordinator)
    assert Participant.objects.count() == 0
    assert delete_expired_drafts() == 1


def test_somebody_elses_files_cannot_be_seen_or_confirmed(client, signed_in, year):
    upload(client, year.files())
    draft = ImportDraft.objects.get()
    other = signed_in(UserFactory(role="COORDINATOR"))
    assert other.get(reverse("year_import_detail", args=[draft.pk])).status_code == 404
    assert other.post(reverse("year_import_confirm", args=[draft.pk])).status_code == 404


def test_new_files_replace_the_ones_that_were_waiting(client, year):
    upload(client, year.files())
    upload(client, year.files())
    assert [sorted(draft.rows) for draft in ImportDraft.objects.order_by("pk")] == [[], ["report", "rows"]]


def test_only_a_coordinator_takes_a_year_in(signed_in, coach, manager, administrator):
    for user in (coach, manager, administrator):
        assert signed_in(user).get(reverse("year_import")).status_code == 403
        assert signed_in(user).get(reverse("schedule_continue")).status_code == 403


def test_the_schedule_goes_on_from_a_day_that_is_proposed(client, year, monday):
    upload(client, year.files())
    confirm(client)
    page = client.get(reverse("schedule_continue"))
    form = page.context["form"]
    assert form["start"].value() == monday
    posted = client.post(reverse("schedule_continue"), {"start": monday.isoformat()})
    assert posted.status_code == 302
    assert Opening.objects.filter(start_date=monday, end_date=None).count() == 4
    assert "Er is niets om voort te zetten" in client.get(reverse("schedule_continue")).content.decode()


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("", "Kies een datum."),
        ("2025-12-31", "Het rooster loopt nog tot en met 31-12-2025."),
        ("2028-01-01", "Kies een datum binnen een jaar vanaf vandaag."),
    ],
)
def test_a_day_from_which_the_schedule_cannot_go_on_is_refused(client, year, monday, start, reason):
    upload(client, year.files())
    confirm(client)
    page = client.post(reverse("schedule_continue"), {"start": start})
    assert page.context["form"].errors["start"] == [reason]
    assert not Opening.objects.filter(end_date=None).exists()


def test_a_register_of_another_year_is_refused_at_the_field(client, year):
    files = year.files()
    files["aanwezigheid-2024.csv"] = files.pop("aanwezigheid-2025.csv")
    page = upload(client, files)
    assert page.context["form"].errors["files"] == [
        "aanwezigheid-2024.csv: geen enkele rij heeft een datum in 2024. Klopt het jaar in de naam? "
        "Er is niets ingelezen."
    ]
    assert (ImportDraft.objects.count(), Opening.objects.count()) == (0, 0)


def test_a_file_too_many_is_mentioned(client, year):
    assert "1 bestand overgeslagen: oud.csv." in upload(client, {**year.files(), "oud.csv": b""}).text
    assert "overgeslagen" not in upload(client, year.files()).text


def test_files_that_were_replaced_can_no_longer_be_confirmed(client, coordinator, year):
    upload(client, year.files())
    draft = ImportDraft.objects.get()
    upload(client, year.files())
    for page in (
        client.get(reverse("year_import_detail", args=[draft.pk]), follow=True),
        client.post(reverse("year_import_confirm", args=[draft.pk]), follow=True),
    ):
        assert page.redirect_chain[-1] == (reverse("year_import"), 302)
        assert "Je hebt daarna andere bestanden gekozen." in page.text
    with pytest.raises(ValidationError, match="andere bestanden gekozen"):
        confirm_draft(draft, by=coordinator)
    assert Participant.objects.count() == 0


def test_a_confirmation_that_brings_nothing_new_says_so(client, year):
    upload(client, year.files())
    import_year(read_year(year.files()), by=None)
    page = confirm(client)
    assert "Er was niets nieuws." in page.text
    assert "zijn ingelezen" not in page.text


def test_the_result_asks_to_go_on_with_the_schedule_only_while_it_stops(client, year, monday):
    upload(client, year.files())
    confirm(client)
    address = reverse("year_import_detail", args=[ImportDraft.objects.get().pk])
    assert "tot en met woensdag 31 december 2025" in client.get(address).text
    continue_schedule(monday)
    assert "En nu verder" not in client.get(address).text


def test_a_schedule_that_goes_on_in_the_past_is_asked_about_first(client, year, monday):
    upload(client, year.files())
    confirm(client)
    page = client.post(reverse("schedule_continue"), {"start": "2026-02-20"})
    assert "registers voor 2 weken in het verleden" in page.text
    # Another day in the past is another question.
    other = client.post(reverse("schedule_continue"), {"start": "2026-02-23", "seen": "2026-02-20"})
    assert "registers voor 1 week in het verleden" in other.text
    assert not Opening.objects.filter(end_date=None).exists()
    press(client, page, "Ja, zet het rooster voort")
    assert Opening.objects.filter(start_date="2026-02-20", end_date=None).count() == 4


def test_with_nothing_to_go_on_with_a_press_says_so(client, monday):
    page = client.post(reverse("schedule_continue"), {"start": monday.isoformat()})
    assert "Er is niets om voort te zetten" in page.text
    assert list(page.context["messages"]) == []
