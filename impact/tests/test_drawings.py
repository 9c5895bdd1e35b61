"""Every chart is right for nothing, one, equal, missing and below zero, and its title says what it shows."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.charts import (
    Growth,
    Value,
    flow_chart,
    growth_chart,
    horizontal_bars,
    ladder_chart,
    small_multiples,
    target_chart,
    trend_chart,
)
from impact.figures.chapters.figures_of import people_figure, rate_figure
from impact.figures.figure import Kind
from impact.figures.growth import GrowthFigures
from impact.report.drawings import fullest, trend_title
from impact.report.growing import growth_title, mean_said, told_growth
from impact.report.guarding import guarded
from pluspunt.templatetags.words import NOTHING, number

HEADS = ("Wat", "Waarde")
AMOUNTS = st.one_of(st.none(), st.just(0), st.integers(-50, 50), st.integers(0, 10**7), st.floats(0, 1))
LABELS = st.text(min_size=1, max_size=80)


def value(label: str, amount: float | None) -> Value:
    return Value(label, amount, NOTHING if amount is None else number(amount))


VALUES = st.lists(st.builds(value, LABELS, AMOUNTS), max_size=14)


def assert_fits(chart):
    """Nothing is drawn outside the drawing or with a length below zero; every value is in the words and the table."""
    for box in chart.boxes:
        assert box.width >= 0
        assert box.height >= 0
        assert box.x >= 0
        assert box.x + box.width <= chart.width + 0.2
        assert box.y >= 0
        assert box.y + box.height <= chart.height + 0.2
    for dot in chart.dots:
        assert 0 <= dot.x <= chart.width
        assert 0 <= dot.y <= chart.height
    assert all(len(row) == len(chart.table.heads) for row in chart.table.rows)


@settings(max_examples=25, deadline=None)
@given(VALUES)
def test_bars_and_lines_bear_any_values(values):
    for chart in (
        horizontal_bars(values, title="t", heads=HEADS),
        trend_chart(values, title="t", heads=HEADS, target=value("doel", 10)),
        small_multiples([("een", values), ("twee", values)], title="t", first_head="Werkplaats"),
    ):
        assert_fits(chart)
        assert all(each.in_words in chart.description for each in values)


def test_bars_begin_at_zero_and_keep_their_proportion():
    chart = horizontal_bars([value("a", 100), value("b", 50), value("c", 0)], title="t", heads=HEADS)
    full, half, none = (box.width for box in chart.boxes)
    assert half == full / 2
    assert none == 0


def test_a_missing_value_interrupts_the_line():
    chart = trend_chart([value("2023", 1), value("2024", None), value("2025", 2)], title="t", heads=HEADS)
    assert len(chart.dots) == 2
    assert len([line for line in chart.lines if line.width == 3]) == 0
    assert NOTHING in [word.text for word in chart.words]


def test_without_any_value_there_is_no_line():
    chart = trend_chart([value("2024", None), value("2025", None)], title="t", heads=HEADS)
    assert chart.is_empty
    assert chart.table.rows == (("2024", NOTHING), ("2025", NOTHING))


@pytest.mark.parametrize("amounts", [(10, 3, 4, 9), (0, 0, 0, 0), (0, 5, 0, 5), (5, 0, 5, 0)])
def test_the_flow_ends_where_it_says(amounts):
    chart = flow_chart(*map(value, "abcd", amounts), title="t")
    assert_fits(chart)
    begin, _, outflow, end = chart.boxes
    assert outflow.y + outflow.height == pytest.approx(end.y, abs=0.2)
    assert begin.y + begin.height == pytest.approx(end.y + end.height, abs=0.2)


def test_a_flow_of_which_a_number_is_kept_back_is_not_drawn():
    chart = flow_chart(value("a", 10), Value("b", None, "< 5"), value("c", 4), value("d", 9), title="t")
    assert chart.is_empty
    assert ("b", "< 5") in chart.table.rows


@settings(max_examples=25, deadline=None)
@given(AMOUNTS, st.one_of(st.none(), AMOUNTS), st.one_of(st.none(), AMOUNTS))
def test_a_value_beside_its_target_bears_anything(now, target, before):
    chart = target_chart(
        value("nu", now),
        title="t",
        target=None if target is None else value("doel", target),
        before=None if before is None else value("jaar ervoor", before),
    )
    assert_fits(chart)
    assert number(now) if now is not None else NOTHING in chart.description


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=6))
def test_shares_of_growth_lie_around_the_middle(counts):
    rows = []
    for n, parts in enumerate(counts):
        whole = sum(parts)
        shares = tuple(part / whole for part in parts) if whole else (None, None, None)
        rows.append(Growth(f"i{n}", *shares, ("a", "b", "c"), note="n", instead="te weinig"))
    chart = growth_chart(rows, title="t")
    assert_fits(chart)
    assert len(chart.table.rows) == len(counts)


def test_the_ladder_has_its_highest_step_on_top_and_words_for_few():
    steps = ["a", "b", "c", "d", "e", "f"]
    few = Value("x", None, "< 5")
    chart = ladder_chart(steps, [few] * 6, [value("x", n) for n in range(6)], title="t", moments=("2024", "2025"))
    assert [row[0] for row in chart.table.rows][:2] == ["6. f", "5. e"]
    assert chart.table.rows[0] == ("6. f", "< 5", "5")
    assert_fits(chart)


def test_a_drawing_says_itself_in_words_and_names_are_escaped():
    chart = horizontal_bars([value("<b>hout</b>", 12)], title="Hout was het volst", heads=HEADS)
    svg = render_to_string("impact/_drawing.html", {"chart": chart})
    assert "<title>Hout was het volst. Staafdiagram: &lt;b&gt;hout&lt;/b&gt; 12</title>" in svg
    assert "<b>" not in svg


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ([("a", 0.62), ("b", 0.4)], "a was het volst: 62\u00a0%"),
        ([("a", 0.62), ("b", 0.62), ("c", 0.1)], "a en b waren het volst: 62\u00a0%"),
        ([("a", 0.5), ("b", 0.5)], "Elke werkplaats was even vol: 50\u00a0%"),
        ([("a", 0), ("b", 0)], "De bezetting per werkplaats"),
        ([("a", 0.5), ("b", 0.5), ("c", 0.5), ("d", 0.1)], "3 werkplaatsen waren het volst: 50\u00a0%"),
    ],
)
def test_which_workshop_was_fullest(shown, title):
    assert fullest([Value(label, share, f"{share:.0%}".replace("%", "\u00a0%")) for label, share in shown]) == title


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        (10, 12, "In 2025 meer dagdelen dan in 2021: 12"),
        (12, 10, "In 2025 minder dagdelen dan in 2021: 10"),
        (0, 0, "In 2025 evenveel dagdelen als in 2021: 0"),
    ],
)
def test_what_a_trend_says(first, last, title):
    assert trend_title(value("2021", first), value("2025", last)) == title


def growth(n: int, total: str, up: int = 0, down: int = 0) -> GrowthFigures:
    return GrowthFigures(n, Fraction(Decimal(total)), up, down)


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ({}, "Mensen zelf: nog te weinig metingen om groei te tonen"),
        ({"vertrouwen": growth(9, "9")}, "Mensen zelf: nog te weinig metingen om groei te tonen"),
        ({"vertrouwen": growth(10, "6")}, "Mensen zelf zien groei in vertrouwen: gemiddeld +0,6"),
        (
            {"vertrouwen": growth(10, "6"), "redden": growth(10, "2")},
            "Mensen zelf zien de meeste groei in vertrouwen: gemiddeld +0,6",
        ),
        (
            {"vertrouwen": growth(10, "6"), "redden": growth(20, "12")},
            "Mensen zelf zien groei in 2 indicatoren: gemiddeld +0,6",
        ),
        ({"vertrouwen": growth(10, "0")}, "Mensen zelf zien gemiddeld geen groei"),
        ({"vertrouwen": growth(10, "0.4")}, "Mensen zelf zien gemiddeld geen groei"),
        ({"vertrouwen": growth(10, "-6")}, "Mensen zelf zien gemiddeld geen groei"),
    ],
)
def test_what_growth_says(found, title):
    assert growth_title(found, is_self=True) == title


@pytest.mark.parametrize(
    ("mean", "said"), [(None, "–"), (0.04, "0,0"), (-0.04, "0,0"), (0.05, "+0,1"), (0.6, "+0,6"), (-1.25, "−1,3")]
)
def test_a_mean_has_its_sign(mean, said):
    assert mean_said(mean) == said


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_share_never_tells_about_fewer_than_five_people(up, same, down):
    figures, line = GrowthFigures(up + same + down, Fraction(0), up, down), "growth.SELF.PARTICIPATION"
    parts = {"up": up, "same": same, "down": down}
    shares = {f"{name}_share": getattr(figures, f"{name}_share") for name in parts}
    whole = people_figure(f"{line}.n", "Groei", "n", figures.n, "growth_people")
    mean = replace(whole, key=f"{line}.mean", kind=Kind.SCORE, value=figures.mean, about=whole.key, least=10)
    rows = [
        replace(whole, key=f"{line}.{name}", value=count, about=whole.key, least=10) for name, count in parts.items()
    ]
    rates = [
        rate_figure(f"{line}.{name}", "Groei", name, share, "growth", (f"{line}.{name[:-6]}", whole.key))
        for name, share in shares.items()
    ]
    told = told_growth("SELF", "PARTICIPATION", figures, guarded([whole, mean, *rows, *rates]))
    hidden = [name for name, share in zip(parts, told.shares, strict=True) if share is None]
    if figures.n < 10:
        assert (told.shares, told.few) == ((None, None, None), "< 10")
    else:
        assert all(name in hidden for name, count in parts.items() if 1 <= count <= 4)
        assert told.few or len(hidden) != 1


def test_english_titles_speak_english():
    with translation.override("en"):
        assert trend_title(value("2021", 1), value("2025", 2000)) == "More day parts in 2025 than in 2021: 2,000"
        assert growth_title({"x": growth(10, "6")}, is_self=False) == "Coaches see growth in x: +0.6 on average"
