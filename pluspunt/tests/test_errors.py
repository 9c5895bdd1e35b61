import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.test import Client
from django.urls import path, reverse

from partners.models import Collaboration
from pluspunt.urls import urlpatterns as real_urls


def broken(request):
    raise RuntimeError


def suspicious(request):
    raise SuspiciousOperation


def forbidden(request):
    raise PermissionDenied


urlpatterns = [
    *real_urls,
    path("stuk/", broken),
    path("vreemd/", suspicious),
    path("verboden/", forbidden),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/stuk/", 500, "Er ging iets mis bij ons"),
        ("/vreemd/", 400, "Dat ging niet goed"),
        ("/verboden/", 403, "Dit hoort niet bij jouw werk"),
        ("/bestaat-niet/", 404, "Deze bladzijde is er niet"),
    ],
)
def test_an_error_says_in_plain_words_what_to_do_next(signed_in, administrator, address, status, sentence):
    client = signed_in(administrator)
    client.raise_request_exception = False
    page = client.get(address)
    assert page.status_code == status
    assert f"<h1>{sentence}</h1>" in page.content.decode()
    assert '<a class="btn btn-primary" href="/">Naar je eerste bladzijde</a>' in page.content.decode()


def test_a_stranger_gets_the_same_page_without_navigation(db, client):
    page = client.get("/bestaat-niet/")
    assert page.status_code == 404
    assert "Hoofdmenu" not in page.content.decode()


def test_a_form_that_stood_open_too_long_says_that_nothing_was_saved(administrator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.post("/beheer/accounts/nieuw/", {"name": "Nora"})
    assert page.status_code == 403
    assert "<h1>Dit is niet opgeslagen</h1>" in page.content.decode()


def test_an_address_that_only_takes_a_form_says_so(signed_in, administrator):
    page = signed_in(administrator).get(reverse("account_invite", args=[administrator.pk]))
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "<h1>Hier is geen bladzijde</h1>" in page.text
    assert 'href="/">Naar je eerste bladzijde</a>' in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/register/{}/2026-03-02/ochtend/",
        "/werkplaatsen/{}/2026-03-02/ochtend/",
        "/werkplaatsen/{}/2026-03-02/ochtend/plaatsen/",
        "/gegevens-inlezen/{}/",
    ],
)
@pytest.mark.parametrize("number", ["9" * 9, "9" * 21])
def test_a_number_that_is_too_large_is_no_page(signed_in, coordinator, address, number):
    assert signed_in(coordinator).get(address.format(number)).status_code == 404


def test_a_number_that_no_database_holds_is_never_our_fault(signed_in, coordinator):
    """SQLite cannot even look for it; PostgreSQL looks and finds nothing."""
    answer = signed_in(coordinator).post(reverse("collaboration_add"), {"name": "Samen", "themes": ["9" * 30]})
    assert answer.status_code == (400 if connection.vendor == "sqlite" else 200)
    assert not Collaboration.objects.exists()
