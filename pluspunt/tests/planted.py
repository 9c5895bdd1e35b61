"""Texts that cannot be mistaken, planted through the forms of the application, to be looked for afterwards."""

import re
from dataclasses import dataclass, field
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from workshops.tests.pages import forms_on, press

CITIZEN_NUMBER = "999993653"
# What nobody may read in the database, beside what is made on the way (codes, secrets, keys).
SEALED = {
    "notitie": "Qvnotitie",
    "afgeschermde notitie": "Qvbeperkt",
    "klad": "Qvkladje",
    "briefje": "Qvbriefje",
    "burgerservicenummer": CITIZEN_NUMBER,
    "wachtwoord": "Qvkastanje-geel-71x",
    "in de foto": "Qvfototoestel",
}
# What the database holds for whoever may see it, and what stands nowhere else.
PLAIN = {
    "roepnaam": "Qvroepnaam",
    "achternaam": "Qvachternaam",
    "telefoon": "010-7654398",
    "e-mail": "qvmail@voorbeeld.nl",
    "postcode": "3099 QV",
    "contact bij nood": "Qvmoeder",
    "let op": "Qvletop",
    "doel": "Qvdoelwit",
    "wens bij de aanmelding": "Qvwens",
    "behandelaar": "Qvbehandelaar",
    "verhaal": "Qvverhaal",
}


@dataclass
class Planted:
    """What was planted, by what it is: what must not be readable in the database, and what may be there."""

    sealed: dict[str, str] = field(default_factory=lambda: dict(SEALED))
    plain: dict[str, str] = field(default_factory=lambda: dict(PLAIN))

    @property
    def everything(self) -> dict[str, str]:
        return {**self.sealed, **self.plain}


def found(texts: dict[str, str], content: bytes) -> set[str]:
    """Which of `texts` stand in `content`, whatever the case and how the letters are written."""
    low = content.lower()
    return {name for name, text in texts.items() if any(form in low for form in _written(text.lower()))}


def _written(text: str) -> set[bytes]:
    return {text.encode(), text.encode("utf-16-le"), text.replace("@", "%40").replace(" ", "+").encode()}


def photo() -> bytes:
    """A photograph in which the camera wrote something."""
    exif = Image.Exif()
    exif[0x010F] = SEALED["in de foto"]
    output = BytesIO()
    Image.new("RGB", (40, 30)).save(output, "JPEG", exif=exif, comment=SEALED["in de foto"].encode())
    return output.getvalue()


def plant(client, *, person, session) -> Planted:
    """As a coordinator who is signed in, fill in what there is about `person`, and a note for the next coach."""
    planted = Planted()
    _about_the_person(client, person)
    _guidance(client, person)
    text = SEALED["briefje"]
    address = reverse("session_note", args=[session.workshop_id, session.date, session.day_part])
    _send(client, address, "text", text=text)
    planted.sealed["adres van de agenda"] = _calendar_key(client, person)
    planted.sealed |= _second_factor(client)
    _send(client, reverse("account_change_password"), "password1", **_new_password())
    return planted


def _new_password() -> dict[str, str]:
    new = SEALED["wachtwoord"]
    return {"oldpassword": "pluspunt-demo-2026", "password1": new, "password2": new}


def _send(client, address: str, known_by: str, /, **typed):
    """Fill in and send the form on a page that has a field `known_by`."""
    page = client.get(address)
    form = next(form for form in forms_on(page) if known_by in form.fields)
    answer = client.post(form.attributes.get("action") or address, form.fields | typed)
    assert answer.status_code == 302, (address, re.findall(r"invalid-feedback.*?<", answer.text, re.DOTALL))
    return answer


def _about_the_person(client, person) -> None:
    typed = {
        "nickname": PLAIN["roepnaam"],
        "surname": PLAIN["achternaam"],
        "phone": PLAIN["telefoon"],
        "email": PLAIN["e-mail"],
        "postcode": PLAIN["postcode"],
        "emergency_contact": PLAIN["contact bij nood"],
        "attention": PLAIN["let op"],
    }
    _send(client, reverse("participant_edit", args=[person.key]), "nickname", **typed)
    application = {"target_group": "ACTIVATION", "wish": PLAIN["wens bij de aanmelding"], "referrer": "SELF"}
    _send(client, reverse("application_add", args=[person.key]), "wish", **application)
    practitioner = {"name": PLAIN["behandelaar"], "kind": "PRACTITIONER"}
    _send(client, reverse("practitioner_add", args=[person.key]), "name", **practitioner)
    _send(client, reverse("citizen_number_edit", args=[person.key]), "number", number=CITIZEN_NUMBER)
    shown = client.post(*_reveal_form(client, person))
    assert CITIZEN_NUMBER in shown.text


def _reveal_form(client, person) -> tuple[str, dict]:
    page = client.get(reverse("citizen_number_detail", args=[person.key]))
    address = reverse("citizen_number_reveal", args=[person.key])
    form = next(form for form in forms_on(page) if form.attributes.get("action") == address)
    return address, form.fields | {"reason": "nummer nakijken"}


def _guidance(client, person) -> None:
    note = reverse("note_add", args=[person.key])
    press(client, client.get(note), "Bewaar notitie", text=SEALED["notitie"])
    press(client, client.get(note), "Bewaar notitie", text=SEALED["afgeschermde notitie"], is_restricted="on")
    press(client, client.get(note), "Bewaar als klad", text=SEALED["klad"])
    goal = {"text": PLAIN["doel"], "field": "WORK", "indicator": "SELF_CONFIDENCE"}
    _send(client, reverse("goal_add", args=[person.key]), "text", **goal)
    story = {"text": f"{PLAIN['verhaal']} over de werkplaats.", "shown_as": "Bezoeker", "picture_text": "Een fiets"}
    upload = SimpleUploadedFile("foto.jpg", photo(), content_type="image/jpeg")
    _send(client, reverse("story_add"), "text", **story, participant=str(person.pk), picture=upload)


def _calendar_key(client, person) -> str:
    address = reverse("calendar_feed_make", args=[person.key])
    answer = press(client, client.get(address), "Maak")
    key = re.search(r"/agenda/([\w-]+)\.ics", answer.text)[1]
    assert client.get(f"/agenda/{key}.ics").status_code == 200
    return key


def _second_factor(client) -> dict[str, str]:
    """Couple an app with codes, and take the reserve codes."""
    # Here, since it asks for the settings: a drill that only looks has none.
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = client.get(reverse("mfa_activate_totp"))
    secret = re.search(r'text-break">([A-Z2-7]+)<', page.text)[1]
    code = format_hotp_value(hotp_value(secret, max(yield_hotp_counters_from_time())))
    assert press(client, page, "Zet de app aan", code=code).status_code == 302
    codes = press(client, client.get(reverse("recovery_code_list")), "Maak mijn reservecodes")
    reserve = re.search(r"<li>(\w{4}-\w{4}-\w{4})</li>", codes.text)[1]
    return {"geheim van de app met codes": secret, "reservecode": reserve.replace("-", "")}
