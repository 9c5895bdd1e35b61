import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User
from accounts.services.accounts import change_account
from pluspunt.tests.factories import UserFactory, WorkshopFactory

pytestmark = pytest.mark.django_db
LIST = "/beheer/accounts/"


def values(user, **changes):
    """What the edit form would send for `user`, with the given changes."""
    data = {"name": user.name, "email": user.email, "role": user.role, "workshops": []}
    return data | ({"is_active": "on"} if user.is_active else {}) | changes


def edit(client, user, **changes):
    return client.post(reverse("account_edit", args=[user.pk]), values(user, **changes))


def test_a_new_coach_gets_an_account_with_workshops_and_a_link_to_choose_a_password(
    signed_in, administrator, client, mailoutbox
):
    west = WorkshopFactory(name="Hout West")
    data = {"name": "Nora de Nieuwe", "email": "Nora@Pluspunt.test", "role": "COACH", "workshops": [west.pk]}
    response = signed_in(administrator).post(reverse("account_add"), data, follow=True)

    nora = User.objects.get(email="nora@pluspunt.test")
    assert (nora.name, nora.role, nora.is_active) == ("Nora de Nieuwe", "COACH", True)
    assert list(nora.workshops.all()) == [west]
    assert not nora.has_usable_password()
    assert mailoutbox[0].to == ["nora@pluspunt.test"]
    assert mailoutbox[0].subject == "Kies je wachtwoord voor Pluspunt"
    assert "Nora de Nieuwe krijgt een mail" in response.content.decode()

    client.logout()
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    form_url = page.redirect_chain[-1][0]
    client.post(form_url, {"password1": "vier losse houten planken", "password2": "vier losse houten planken"})
    nora.refresh_from_db()
    assert nora.check_password("vier losse houten planken")


def test_an_address_has_one_account_whatever_its_capitals(signed_in, administrator):
    UserFactory(email="nora@pluspunt.test")
    data = {"name": "Nora", "email": "NORA@pluspunt.test", "role": "COACH"}
    response = signed_in(administrator).post(reverse("account_add"), data)
    assert response.context["form"].errors == {"email": ["Dit e-mailadres heeft al een account."]}
    assert User.objects.filter(email="nora@pluspunt.test").count() == 1


def test_name_address_role_and_workshops_of_somebody_else_can_change(signed_in, administrator, coach):
    old, new = WorkshopFactory(), WorkshopFactory()
    coach.workshops.add(old)
    response = edit(
        signed_in(administrator), coach, name="Carla Nieuw", email="Nieuw@pluspunt.test", workshops=[new.pk]
    )
    assert response.url == LIST
    coach.refresh_from_db()
    assert (coach.name, coach.email) == ("Carla Nieuw", "nieuw@pluspunt.test")
    assert list(coach.workshops.all()) == [new]
    assert coach.history.count() == 2


def test_an_old_address_no_longer_opens_the_door(signed_in, administrator, coach):
    coach.emailaddress_set.create(email=coach.email, primary=True, verified=True)
    edit(signed_in(administrator), coach, email="nieuw@pluspunt.test")
    assert coach.emailaddress_set.count() == 0


def test_who_is_no_coach_any_more_is_attached_to_no_workshop(signed_in, administrator, coach, workshop):
    edit(signed_in(administrator), coach, role="COORDINATOR", workshops=[workshop.pk])
    coach.refresh_from_db()
    assert coach.role == "COORDINATOR"
    assert list(coach.workshops.all()) == []


def test_an_account_that_is_switched_off_is_signed_out_at_once(client, signed_in, administrator, coach):
    signed_in(coach)
    change_account(
        coach, name=coach.name, email=coach.email, role=coach.role, is_active=False, workshops=[], by=administrator
    )
    assert client.get(LIST).url == f"/account/login/?next={LIST}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"role": "COACH"}, "Je kunt je eigen rol niet wijzigen. Vraag het een andere beheerder."),
        ({"is_active": ""}, "Je kunt je eigen account niet uitzetten. Vraag het een andere beheerder."),
    ],
)
def test_administrators_cannot_take_away_their_own_role_or_access(signed_in, administrator, changes, sentence):
    UserFactory(role=User.Role.ADMINISTRATOR)
    response = edit(signed_in(administrator), administrator, **changes)
    assert response.context["form"].non_field_errors() == [sentence]
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("ADMINISTRATOR", True)


@pytest.mark.parametrize("change", [{"role": "COACH"}, {"is_active": False}])
def test_the_last_administrator_stays(administrator, change):
    UserFactory(role=User.Role.ADMINISTRATOR, is_active=False)
    data = {"name": "B", "email": administrator.email, "role": "ADMINISTRATOR", "is_active": True} | change
    with pytest.raises(ValidationError, match="Dit is de laatste beheerder"):
        change_account(
            administrator, **data, workshops=[], by=UserFactory(role=User.Role.ADMINISTRATOR, is_active=False)
        )
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("ADMINISTRATOR", True)


def test_somebody_without_a_password_gets_the_link_again(signed_in, administrator, coach, mailoutbox):
    response = signed_in(administrator).post(reverse("account_invite", args=[coach.pk]))
    assert response.url == f"{LIST}{coach.pk}/"
    assert [mail.to for mail in mailoutbox] == [[coach.email]]


def test_a_link_goes_to_nobody_who_is_switched_off(signed_in, administrator, mailoutbox):
    gone = UserFactory(is_active=False)
    response = signed_in(administrator).post(reverse("account_invite", args=[gone.pk]))
    assert (response.status_code, mailoutbox) == (404, [])


def test_a_link_is_sent_by_a_button_only(signed_in, administrator, coach):
    assert signed_in(administrator).get(reverse("account_invite", args=[coach.pk])).status_code == 405


@pytest.mark.parametrize("role", ["coach", "coordinator", "manager"])
def test_other_roles_have_no_business_here(signed_in, request, role):
    user = request.getfixturevalue(role)
    client = signed_in(user)
    for url in [LIST, reverse("account_add"), reverse("account_edit", args=[user.pk])]:
        assert client.get(url).status_code == 403
        assert client.post(url, values(user, role="ADMINISTRATOR")).status_code == 403
    assert client.post(reverse("account_invite", args=[user.pk])).status_code == 403
    user.refresh_from_db()
    assert user.role != "ADMINISTRATOR"


@pytest.mark.parametrize("coaches", [1, 3])
def test_the_list_takes_as_many_queries_for_three_coaches_as_for_one(
    signed_in, administrator, django_assert_num_queries, coaches
):
    for user in UserFactory.create_batch(coaches):
        WorkshopFactory.create_batch(2, coaches=[user])
    client = signed_in(administrator)
    with django_assert_num_queries(7):  # session, user, accounts, their workshops; and three that remind
        page = client.get(LIST)
    assert page.context["accounts"].count() == coaches + 1


@pytest.mark.parametrize("workshops", [1, 3])
def test_the_form_takes_as_many_queries_for_three_workshops_as_for_one(
    signed_in, administrator, coach, django_assert_num_queries, workshops
):
    WorkshopFactory.create_batch(workshops, coaches=[coach])
    client = signed_in(administrator)
    with django_assert_num_queries(
        7
    ):  # session, user, the account, its workshops, whether there are any, all workshops, its second factor
        client.get(reverse("account_edit", args=[coach.pk]))


def test_a_form_without_workshops_does_not_ask_for_them(signed_in, administrator):
    client = signed_in(administrator)
    asked = "Alleen voor een coach. Die vult de registers van deze werkplaatsen in."
    assert asked not in client.get(reverse("account_add")).text
    WorkshopFactory()
    assert asked in client.get(reverse("account_add")).text


def test_a_name_that_nobody_can_see_is_refused(signed_in, administrator):
    data = {"name": "\u200b", "email": "nora@pluspunt.test", "role": "COACH"}
    form = signed_in(administrator).post(reverse("account_add"), data).context["form"]
    assert form.errors == {"name": ["Hier staat niets wat je kunt lezen. Typ het opnieuw."]}


@pytest.mark.parametrize("name", ["account_add", "account_edit"])
def test_a_form_is_asked_for_or_sent_and_nothing_else(signed_in, administrator, name):
    url = reverse(name, args=[administrator.pk] if name == "account_edit" else [])
    assert signed_in(administrator).put(url).status_code == 405
