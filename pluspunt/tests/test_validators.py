import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluspunt.validators import contains_citizen_number, is_formula, is_invisible

NUMBER = "999990639"


@pytest.mark.parametrize(
    "text", [NUMBER, f"BSN {NUMBER}", f"({NUMBER})", f"bsn:{NUMBER}.", "nr 99999063 9 en 111222333"]
)
def test_a_citizen_number_is_recognised(text):
    assert contains_citizen_number(text)


@pytest.mark.parametrize("text", ["", "000000000", "999990638", f"1{NUMBER}", f"{NUMBER}1", "9999 90639", "0612345678"])
def test_other_numbers_are_left_alone(text):
    assert not contains_citizen_number(text)


@given(st.integers(10_000_000, 999_999_999))
def test_one_digit_more_or_less_breaks_the_eleven_test(number):
    last = number % 10
    neighbour = number - last + (last + 1) % 10
    assert not (contains_citizen_number(str(number)) and contains_citizen_number(str(neighbour)))


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "\t=1", "+31 6 HALLO", "-cmd", '=HYPERLINK("http://x/")'])
def test_a_formula_is_recognised(text):
    assert is_formula(text)


@pytest.mark.parametrize("text", ["", "06-12345678", "+31 6 39706023", "-", "Jan = baas", "a@b.nl"])
def test_plain_text_is_no_formula(text):
    assert not is_formula(text)


@pytest.mark.parametrize("text", [" ", "\u200b", "\u2060 \u00ad", "\u0301"])
def test_a_text_without_anything_to_see_is_recognised(text):
    assert is_invisible(text)


@pytest.mark.parametrize("text", ["", "Öz", "\u200bJan", "-", "7", "李"])
def test_a_text_with_something_to_see_is_left_alone(text):
    assert not is_invisible(text)
