"""A mail about an error holds no word that somebody typed, and nothing that opens a door."""

import logging

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.urls import path

from pluspunt.tests.factories import ParticipantFactory
from pluspunt.urls import urlpatterns as real_urls

TYPED = "Geheim van Gerda"


def broken(request, key):
    name = request.POST["name"]
    try:
        with transaction.atomic():
            ParticipantFactory(number=77, surname=name)
            ParticipantFactory(number=77)
    except IntegrityError as error:
        raise RuntimeError(f"{name} kan niet") from error


urlpatterns = [*real_urls, path("stuk/<str:key>/", broken)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@override_settings(ADMINS=[("Beheer", "beheer@pluspunt.example")])
def test_a_mail_about_an_error_tells_where_and_nothing_more(signed_in, coordinator):
    handler = logging.getLogger("django").handlers[-1]
    assert type(handler).__name__ == "AdminEmailHandler"
    client = signed_in(coordinator)
    client.raise_request_exception = False
    answer = client.post("/stuk/QqKeyOfGerda/?q=Gerda", {"name": TYPED})
    assert answer.status_code == 500
    [message] = mail.outbox
    body = message.body + "".join(content for content, _ in message.alternatives)
    assert "POST /stuk/<str:key>/" in body
    assert "builtins.RuntimeError" in body
    assert "django.db.utils.IntegrityError" in body
    assert "test_error_reports.py" in body
    for secret in (TYPED, "Gerda", client.session.session_key, client.cookies["sessionid"].value, "77", "SECRET_KEY"):
        assert secret not in body.replace("QqKeyOfGerda", ""), secret
