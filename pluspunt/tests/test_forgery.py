"""What somebody else may try with the browser of a colleague: forged forms, false hosts, ways out, strange names."""

import pytest
from django.test import Client

from pluspunt.lists import Column, export_response
from pluspunt.tests.test_access import TABLE, url_of

# These take what is sent without a cookie: who sends it says a signed pass, or nothing is changed.
WITHOUT_COOKIE = {"marks_receive"}


def client_with_checks(world, who: str) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world["users"][who], "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.slow
@pytest.mark.django_db
def test_every_form_is_refused_without_its_token(world):
    """For whoever may send it; a token that was made up is none."""
    for who in ("coordinator", "management", "administrator"):
        client = client_with_checks(world, who)
        place = ("nobody", "coach", "other_coach", "coordinator", "management", "administrator").index(who)
        for name, row in TABLE.items():
            if name in WITHOUT_COOKIE or row.post.split()[place] not in ("200", "302"):
                continue
            url = url_of(name, world)
            for sent in ({}, {"csrfmiddlewaretoken": "x" * 64}):
                answer = client.post(url, sent, headers={"Origin": "https://evil.example"})
                assert answer.status_code == 403, f"{name} as {who}"


@pytest.mark.django_db
@pytest.mark.parametrize("out", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_led_elsewhere(client, coordinator, out):
    coordinator.set_password("Een-zin-om-te-onthouden-4")
    coordinator.save()
    typed = {"login": coordinator.email, "password": "Een-zin-om-te-onthouden-4"}
    answer = client.post(f"/account/login/?next={out}", typed | {"next": out})
    assert answer.status_code == 302
    assert "evil" not in answer.url
    assert answer.url.startswith("/")


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"host": "testserver@evil.example"}])
def test_another_name_for_this_site_is_refused(client, headers):
    assert client.get("/account/login/", headers=headers).status_code == 400


@pytest.mark.django_db
def test_a_name_of_a_machine_in_front_is_not_believed(client, coordinator):
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer.url


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "a%0d%0aSet-Cookie:%20x=1", "'; DROP TABLE x;--"]
)
def test_a_key_that_is_none_is_no_page(signed_in, coordinator, key):
    answer = signed_in(coordinator).get(f"/deelnemers/{key}/")
    assert answer.status_code == 404
    assert "x" not in answer.cookies


@pytest.mark.django_db
def test_another_method_in_a_header_or_a_field_changes_nothing(signed_in, world):
    client = signed_in(world["users"]["coordinator"])
    url = url_of("citizen_number_remove", world)
    for headers, typed in (({"X-HTTP-Method-Override": "POST"}, {}), ({}, {"_method": "POST"})):
        assert client.get(url, typed, headers=headers).status_code == 200
    answer = client.get(url_of("citizen_number_detail", world))
    assert "••••••653" in answer.text


@pytest.mark.parametrize("title", ['a"; filename="x.exe', "a\r\nSet-Cookie: x=1", "../../x", "naam\0", "Ünïcode ↔"])
def test_no_name_of_a_file_breaks_out_of_its_header(title):
    answer = export_response("csv", title, [Column("Wat", str)], [])
    name = answer["Content-Disposition"]
    assert name.startswith('attachment; filename="')
    assert name.count('"') == 2
    assert not set(name) & set("\r\n\0/\\")
