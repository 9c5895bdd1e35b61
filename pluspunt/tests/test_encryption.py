"""What is sealed is read back only with its key, in its own row, and unchanged."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from pluspunt.encryption import Unreadable, seal, unseal


def key(name: str, letter: bytes) -> str:
    return f"{name}:{base64.b64encode(letter * 32).decode()}"


@given(text=st.text(), row=st.text(max_size=40))
def test_a_sealed_text_reads_back_in_its_own_row(text, row):
    sealed = seal(text, row)
    assert unseal(sealed, row) == text
    assert sealed != seal(text, row)
    with pytest.raises(Unreadable):
        unseal(sealed, f"{row} another")


def test_a_changed_text_is_refused():
    sealed = seal("Gesprek met de wijkteammedewerker", "note:1")
    assert "Gesprek" not in sealed
    key_id, _, encoded = sealed.partition(":")
    content = bytearray(base64.b64decode(encoded))
    content[-1] ^= 1
    with pytest.raises(Unreadable):
        unseal(f"{key_id}:{base64.b64encode(content).decode()}", "note:1")


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    settings.FIELD_KEYS = [key("oud", b"a")]
    before = seal("tekst", "note:1")
    settings.FIELD_KEYS = [key("nieuw", b"b"), key("oud", b"a")]
    assert unseal(before, "note:1") == "tekst"
    assert seal("tekst", "note:1").startswith("nieuw:")
    settings.FIELD_KEYS = [key("nieuw", b"b")]
    with pytest.raises(Unreadable):
        unseal(before, "note:1")


@pytest.mark.parametrize("wrong", ["", "zonder-dubbele-punt", "1:te-kort", "1:" + base64.b64encode(b"x" * 16).decode()])
def test_a_key_that_is_none_is_said(settings, wrong):
    settings.FIELD_KEYS = [wrong]
    with pytest.raises(ImproperlyConfigured):
        seal("tekst", "note:1")
