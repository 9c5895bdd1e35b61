"""What is signed is all that a row says, written in a way that never changes: else old rows would not verify."""

import hashlib
import hmac
import uuid
from base64 import b64encode
from datetime import datetime, timedelta, timezone

import pytest
from django.contrib.contenttypes.models import ContentType

from participants.models import Participant
from pluspunt.tests.factories import UserFactory
from privacy.models import AccessEvent, AccessSubject, Seal
from privacy.services.signing import is_same, line_of, mac_of_event, mac_of_seal, signing_key

pytestmark = pytest.mark.django_db
KEY, OLD_KEY = b"n" * 32, b"o" * 32
NUMBER = uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")
IN_ROTTERDAM = datetime(2026, 3, 2, 9, 10, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture(autouse=True)
def keys(settings):
    settings.LOG_KEYS = ["2:" + b64encode(KEY).decode(), "1:" + b64encode(OLD_KEY).decode()]


def signature(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def event(**facts) -> AccessEvent:
    what = {
        "user_id": 7,
        "role": "COACH",
        "action": "VIEW",
        "data": "naam é",
        "ground": "GUIDANCE",
        "session": "s",
        "agent": "a",
    }
    return AccessEvent(at=IN_ROTTERDAM, key=NUMBER, request_id="r", **(what | facts))


def test_the_first_key_signs():
    assert signing_key() == "2"


def test_an_event_is_signed_with_all_that_it_says_and_about_whom():
    people = ContentType.objects.get_for_model(Participant)
    subjects = [AccessSubject(content_type=people, object_id=key) for key in (12, 9)]
    text = (
        '["event",1,"2","01234567-89ab-cdef-0123-456789abcdef","2026-03-02T08:10:00.000000+00:00",7,"COACH",'
        '"2001:db8::1","VIEW","naam \\u00e9","GUIDANCE",true,"s","a","r",'
        '[["participants.participant",9],["participants.participant",12]]]'
    )
    assert mac_of_event(event(address="2001:DB8:0::1"), subjects, "2") == signature(KEY, text)
    nobody = (
        '["event",1,"1","01234567-89ab-cdef-0123-456789abcdef","2026-03-02T08:10:00.000000+00:00",null,"COACH",'
        'null,"VIEW","naam \\u00e9","GUIDANCE",false,"s","a","r",[]]'
    )
    assert mac_of_event(event(user_id=None, address=None, allowed=False), [], "1") == signature(OLD_KEY, nobody)


def test_a_seal_is_signed_with_all_that_it_says():
    seal = Seal(number=3, events="4-5,7", first=4, last=7, count=3, pruned_through=1, digest="d", previous="p")
    seal.sealed_at = IN_ROTTERDAM
    text = '["seal",1,"2",3,"4-5,7",4,7,3,1,"d","p","2026-03-02T08:10:00.000000+00:00"]'
    assert mac_of_seal(seal, "2") == signature(KEY, text)


def test_a_key_that_is_not_there_signs_nothing():
    assert mac_of_event(event(), [], "3") is None
    assert mac_of_seal(Seal(number=1), "3") is None


def test_the_line_of_an_event_is_its_key_and_signature_or_all_that_it_says():
    assert line_of(event(pk=5, mac="abc"), "2") == b"5 abc\n"
    old = event(user_id=UserFactory().pk)
    old.save()
    people = ContentType.objects.get_for_model(Participant)
    subject = AccessSubject.objects.create(event=old, content_type=people, object_id=9)
    assert line_of(old, "2") == f"{old.pk} unsigned {mac_of_event(old, [subject], '2')}\n".encode()


@pytest.mark.parametrize(
    ("one", "other", "same"), [("a", "a", True), ("a", "b", False), ("", "", False), ("a", None, False)]
)
def test_no_signature_is_never_the_same(one, other, same):
    assert is_same(one, other) == same
