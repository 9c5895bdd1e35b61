"""The editable lists: an administrator changes them, and never sees who they are about."""

import pytest
from django.urls import reverse

from participants.models import District
from pluspunt.tests.factories import ParticipantFactory
from workshops.models import AbsenceReason, Attendance, CallRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in, administrator):
    return signed_in(administrator)


def test_an_administrator_adds_a_district(desk):
    desk.post(reverse("admin:participants_district_add"), {"name": "Rozenburg-Zuid"})
    assert District.objects.filter(name="Rozenburg-Zuid").exists()


def test_a_district_where_nobody_lives_can_go(desk):
    district = District.objects.create(name="Nergens")
    desk.post(reverse("admin:participants_district_delete", args=[district.pk]), {"post": "yes"})
    assert not District.objects.filter(name="Nergens").exists()


def test_a_district_in_use_stays_and_names_nobody(desk):
    district = District.objects.first()
    person = ParticipantFactory(district=district)
    answer = desk.post(reverse("admin:participants_district_delete", args=[district.pk]), {"post": "yes"})
    assert answer.status_code == 403
    assert person.surname not in answer.content.decode()
    assert District.objects.filter(pk=district.pk).exists()


def test_a_reason_that_was_given_stays(desk, session, coach):
    reason = AbsenceReason.objects.first()
    session.attendances.update(status=Attendance.Status.EXCUSED, reason=reason, recorded_at="2026-03-02T09:00Z")
    answer = desk.get(reverse("admin:workshops_absencereason_delete", args=[reason.pk]))
    assert answer.status_code == 403


def test_many_rows_at_once_cannot_be_deleted(desk):
    answer = desk.post(
        reverse("admin:participants_district_changelist"),
        {"action": "delete_selected", "_selected_action": [District.objects.first().pk]},
    )
    assert District.objects.count() == 14
    assert "delete_selected" not in answer.content.decode()


@pytest.mark.parametrize("who", ["coach", "coordinator", "manager"])
def test_nobody_else_comes_in(signed_in, request, who):
    answer = signed_in(request.getfixturevalue(who)).get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403


def test_the_door_is_the_sign_in_page(client):
    assert client.get(reverse("admin:login")).url.startswith(reverse("account_login"))


def test_a_list_stands_under_the_menu_of_the_house_and_says_what_it_is(desk):
    page = desk.get(reverse("admin:participants_district_changelist")).text
    assert "<h1>Gebieden</h1>" in page
    assert f'<a href="{reverse("account_list")}">Accounts</a>' in page
    assert f'<a href="{reverse("admin:index")}" aria-current="page">Lijsten</a>' in page
    assert "<h1>Gebied toevoegen</h1>" in desk.get(reverse("admin:participants_district_add")).text


def test_the_lists_of_one_app_have_no_page_of_their_own(desk):
    assert desk.get(reverse("admin:app_list", args=["participants"])).url == reverse("admin:index")


def test_an_administrator_says_after_how_often_somebody_is_called(desk):
    rule = CallRule.objects.get(target_group="ACTIVATION")
    assert "activering" in desk.get(reverse("admin:workshops_callrule_changelist")).text
    address = reverse("admin:workshops_callrule_change", args=[rule.pk])
    desk.post(address, {"target_group": "ACTIVATION", "no_shows": "3"})
    rule.refresh_from_db()
    assert (rule.no_shows, rule.is_active) == (3, False)
    assert (
        "Bellen kan op zijn vroegst na één keer."
        in desk.post(address, {"target_group": "ACTIVATION", "no_shows": "0"}).text
    )


def test_a_target_group_has_one_call_rule(desk):
    add = reverse("admin:workshops_callrule_add")
    assert add not in desk.get(reverse("admin:workshops_callrule_changelist")).text
    assert desk.post(add, {"target_group": "ACTIVATION", "no_shows": "4"}).status_code == 403
    CallRule.objects.get(target_group="SKILLED_VOLUNTEER").delete()
    assert desk.post(add, {"target_group": "ACTIVATION", "no_shows": "4"}).status_code == 200
    assert CallRule.objects.filter(target_group="ACTIVATION").count() == 1
    assert desk.post(add, {"target_group": "SKILLED_VOLUNTEER", "no_shows": "4"}).status_code == 302
