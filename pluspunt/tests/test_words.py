"""Numbers and devices as people say them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pluspunt.templatetags.words import day, days_of, device, near_part, number, percent
from workshops.models import Closure


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


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36", "Chrome op Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge op Windows"),
        ("Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) Version/18.6 Mobile Safari/604.1", "Safari op iPad"),
        (
            "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Safari/537.36",
            "Samsung Internet op Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.6; rv:144.0) Firefox/144.0", "Firefox op Mac"),
        ("curl/8.5.0", "onbekende browser"),
        ("", "onbekende browser"),
    ],
)
def test_a_browser_is_called_by_its_name_and_its_device(user_agent, said):
    assert device(user_agent) == said


def test_a_day_part_is_said_as_people_do():
    today = timezone.localdate()
    long_ago = today - timedelta(days=9)
    assert near_part(today, "MORNING") == "vanochtend"
    assert near_part(today - timedelta(days=1), "AFTERNOON") == "gisteren middag"
    assert near_part(long_ago, "MORNING") == f"{day(long_ago)} ochtend"


def test_days_are_said_with_the_last_one_when_there_are_more():
    today = timezone.localdate()
    following = today + timedelta(days=1)
    assert days_of(Closure(start_date=today, end_date=today)) == day(today)
    assert days_of(Closure(start_date=today, end_date=following)) == f"{day(today)} t/m {day(following)}"
