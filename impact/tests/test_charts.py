"""A chart says its answer, and the answer is true."""

from datetime import date

import pytest

from impact.charts import attendance_caption, attendance_chart, attendance_title, days_of_month, share_segments
from pluspunt.periods import Period

LONG = Period(date(2021, 1, 1), date(2026, 12, 31))
YEAR = {(2025, month): 0.75 for month in range(1, 13)}


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ({}, "Er is nog geen opkomst om te tonen"),
        ({"mei": 0}, "In mei was de opkomst 0\u00a0%"),
        ({"mei": 80, "juni": 80}, "De opkomst was elke maand 80\u00a0%"),
        ({"mei": 0, "juni": 0}, "De opkomst was elke maand 0\u00a0%"),
        ({"september": 81, "oktober": 82}, "In oktober was de opkomst het hoogst: 82\u00a0%"),
        ({"mei": 82, "juni": 80, "juli": 82}, "In mei en juli was de opkomst het hoogst: 82\u00a0%"),
        (dict.fromkeys("abcd", 82) | {"e": 1}, "In 4 maanden was de opkomst het hoogst: 82\u00a0%"),
    ],
)
def test_the_title_is_what_the_bars_show(known, title):
    assert attendance_title(known) == title


def test_months_that_look_the_same_share_the_answer():
    chart = attendance_chart({(2025, 1): 0.816, (2025, 2): 0.824, (2025, 3): 0.7}, period=LONG)
    assert chart.title == "In januari en februari was de opkomst het hoogst: 82\u00a0%"
    assert [bar.is_highest for bar in chart.bars] == [True, True, False]


def test_a_month_without_figures_has_no_bar_and_a_dash():
    chart = attendance_chart({(2025, 1): None, (2025, 2): 0.5}, period=LONG)
    assert [(bar.height, bar.value) for bar in chart.bars] == [(0, "–"), (80, "50")]
    assert chart.title == "In februari was de opkomst 50\u00a0%"


def test_bars_start_at_zero_and_keep_their_proportion():
    bars = attendance_chart({(2025, 1): 0.4, (2025, 2): 0.8, (2025, 3): 0.0}, period=LONG).bars
    assert [bar.height for bar in bars] == [64, 128, 0]
    assert {bar.y + bar.height for bar in bars} == {195}


def test_bars_stay_inside_the_drawing():
    for months in (YEAR, {(year, month): 0.5 for year in range(2021, 2026) for month in range(1, 13)}):
        chart = attendance_chart(months, period=LONG)
        assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)


def test_several_years_are_told_apart():
    chart = attendance_chart({(2024, 12): 0.5, (2025, 1): 0.6}, period=LONG)
    assert chart.title.startswith("In januari 2025 was")
    assert chart.has_long_labels
    assert not attendance_chart(YEAR, period=LONG).has_long_labels


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ((2026, 11, 1), (2026, 11, 30), ""),
        ((2026, 1, 1), (2026, 11, 22), "t/m 22"),
        ((2026, 11, 15), (2026, 12, 31), "vanaf 15"),
        ((2026, 11, 15), (2026, 11, 22), "15 t/m 22"),
    ],
)
def test_a_month_that_lies_partly_in_the_period_says_which_days(start, end, words):
    period = Period(date(*start), date(*end))
    assert days_of_month(period, 2026, 11) == words
    chart = attendance_chart({(2026, 11): 0.5}, period=period)
    assert chart.bars[0].note == words
    assert chart.title == f"In {f'november {words}'.rstrip()} was de opkomst 50\u00a0%"


def test_a_chart_that_draws_no_conclusions_shows_only_the_months():
    chart = attendance_chart({(2025, 1): 0.0, (2025, 2): 0.5}, period=LONG, draws_conclusions=False)
    assert chart.title == "Opkomst per maand"
    assert [bar.is_highest for bar in chart.bars] == [False, False]
    assert "lopen uiteen" not in chart.caption


def test_the_caption_says_how_much_months_differ():
    assert attendance_caption({"mei": 77, "juni": 79}).endswith("De maanden verschillen weinig: van 77 tot 79\u00a0%.")
    assert attendance_caption({"mei": 60, "juni": 79}).endswith("De maanden lopen uiteen: van 60 tot 79\u00a0%.")
    assert attendance_caption({"mei": 60}) == "Opkomst per maand in %, deelnemers."


def test_segments_fill_the_whole_width():
    segments = share_segments([("a", "aanwezig", 2), ("b", "afgemeld", 1), ("c", "open", 0)])
    assert [(s.x, s.width, s.share) for s in segments] == [
        (0, 507, "66,7\u00a0%"),
        (507, 253, "33,3\u00a0%"),
        (760, 0, "0,0\u00a0%"),
    ]


def test_nothing_planned_has_no_segments():
    assert share_segments([("a", "aanwezig", 0)]) == []
