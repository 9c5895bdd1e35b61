"""Numbers as people say them."""

import pytest

from pluspunt.templatetags.words import number, percent


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (0.416566, 1, "41,7\u00a0%"),
        (0.825, 0, "83\u00a0%"),
        (0.285, 0, "29\u00a0%"),
        (1.0, 0, "100\u00a0%"),
        (0.0, 1, "0,0\u00a0%"),
        (None, 1, "–"),
    ],
)
def test_a_percentage_is_rounded_not_cut_off(value, decimals, words):
    assert percent(value, decimals) == words


def test_a_number_has_dots_and_a_comma():
    assert number(15178) == "15.178"
    assert number(2.75, 1) == "2,8"
    assert number(None) == "–"
