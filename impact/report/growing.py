"""People as a report shows it: growth by who answered, of how many it is known, and the participatieladder.

Growth is published from ten people on. A share of one to four people is kept back, and so is a share that would give
it away: then only the mean is told. Which those are, was decided for all figures of the version together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from impact.charts import Chart, Growth, Value, growth_chart, growth_words, ladder_chart
from impact.figures.growth import CoverageFigures, GrowthFigures, coverage_figures, growth_figures
from impact.figures.ladder import LadderFigures, Rung, ladder_figures
from impact.models import Indicator, Rater
from impact.report.balances import BEFORE
from impact.report.guarding import Guarded
from impact.report.words import named
from impact.suppression import LEFT_OUT
from pluspunt.periods import Period
from pluspunt.templatetags.words import NOTHING, number, percent, say

PUBLISHED_FROM = 10


@dataclass(frozen=True)
class GrowthRow:
    """Growth in one indicator as a line of the table: mean, three shares, and of how many people."""

    label: str
    mean: str
    shares: tuple[str, str, str]
    people: str


@dataclass(frozen=True)
class ToldGrowth:
    """Growth in one indicator as it may be told: a share is `None` where it would tell about few people.

    Nothing of it is told when `few` says why: "< 10", or "·" for what would give other numbers away.
    """

    figures: GrowthFigures
    shares: tuple[float | None, float | None, float | None] = (None, None, None)
    few: str = ""


@dataclass(frozen=True)
class RaterGrowth:
    """What one kind of rater says, never put together with the other."""

    title: str
    chart: Chart
    rows: tuple[GrowthRow, ...]
    heads: tuple[str, str, str]


@dataclass(frozen=True)
class PeopleFigures:
    """Everything that the report says about People beside the indicators themselves."""

    coverage: str
    raters: tuple[RaterGrowth, ...]
    ladder: Chart | None
    nothing: str


def people_of(period: Period, published: Guarded) -> PeopleFigures:
    """Growth, coverage and ladder of a period, as the version `published` tells them."""
    growth, coverage = growth_figures(period), coverage_figures(period)
    indicators = Indicator.objects.filter(pillar=Indicator.Pillar.PEOPLE, is_active=True).exclude(key="")
    names = {indicator.key: named(indicator.name) for indicator in indicators}
    raters = tuple(
        rater_growth(
            rater, {name: told_growth(rater, key, growth[rater, key], published) for key, name in names.items()}
        )
        for rater in Rater.values
        if any(growth[rater, key].n for key in names)
    )
    return PeopleFigures(
        coverage=coverage_sentence(coverage, published),
        raters=raters,
        ladder=ladder_of(ladder_figures(period), ladder_figures(period.year_before), period, published),
        nothing="" if raters else say("Er is nog geen groei gemeten.", "No growth has been measured yet."),
    )


def told_growth(rater: str, indicator: str, figures: GrowthFigures, published: Guarded) -> ToldGrowth:
    """Growth in one indicator without what the version keeps back."""
    line = f"growth.{rater}.{indicator}"
    if figures.n < PUBLISHED_FROM:
        return ToldGrowth(figures, few=f"< {PUBLISHED_FROM}")
    if published[f"{line}.n"].sign or published[f"{line}.mean"].sign:
        return ToldGrowth(figures, few=LEFT_OUT)
    shares = {"up": figures.up_share, "same": figures.same_share, "down": figures.down_share}
    return ToldGrowth(
        figures, tuple(None if published[f"{line}.{name}"].sign else each for name, each in shares.items())
    )


def rater_growth(rater: str, growth: Mapping[str, ToldGrowth]) -> RaterGrowth:
    """What the people themselves, or their coaches, say about each indicator."""
    is_self = rater == Rater.SELF
    return RaterGrowth(
        title=say("Wat mensen zelf zeggen", "What people say themselves")
        if is_self
        else say("Wat begeleiders zien", "What coaches see"),
        chart=growth_chart(
            [_growth(name, told) for name, told in growth.items()],
            title=growth_title({name: told.figures for name, told in growth.items() if not told.few}, is_self),
            caption=say(
                "Deel van de mensen dat een half punt of meer vooruitging, gelijk bleef of achteruitging "
                "(schaal 1 tot en met 5).",
                "Share of people who went half a point or more forward, stayed the same or went back (scale 1 to 5).",
            ),
        ),
        rows=tuple(_row(name, told) for name, told in growth.items()),
        heads=growth_words(),
    )


def growth_title(growth: Mapping[str, GrowthFigures], is_self: bool) -> str:
    """Where people grew most, as far as it may be told; true for nothing, one and equal means."""
    known = {name: mean_said(figures.mean) for name, figures in growth.items() if figures.n >= PUBLISHED_FROM}
    who = say("Mensen zelf", "People") if is_self else say("Begeleiders", "Coaches")
    if not known:
        return say(
            f"{who}: nog te weinig metingen om groei te tonen", f"{who}: too few measurements yet to show growth"
        )
    highest = known[max(known, key=lambda name: growth[name].mean)]
    best = [name for name, shown in known.items() if shown == highest]
    if not highest.startswith("+"):
        return say(f"{who} zien gemiddeld geen groei", f"{who} see no growth on average")
    where = best[0] if len(best) == 1 else say(f"{len(best)} indicatoren", f"{len(best)} indicators")
    verb = (
        say("zien groei", "see growth") if len(known) == len(best) else say("zien de meeste groei", "see most growth")
    )
    return say(f"{who} {verb} in {where}: gemiddeld {highest}", f"{who} {verb} in {where}: {highest} on average")


def mean_said(mean: float | None) -> str:
    """ "+0,4", "0,0", "−0,2"."""
    if mean is None:
        return NOTHING
    shown = number(abs(mean), 1)
    is_nothing = not shown.strip("0.,")
    return shown if is_nothing else f"{'+' if mean > 0 else '−'}{shown}"


def _growth(name: str, told: ToldGrowth) -> Growth:
    shown = tuple(percent(share, 0) for share in told.shares)
    mean, n = mean_said(told.figures.mean), f"n = {number(told.figures.n)}"
    if told.few == LEFT_OUT:
        instead = say("de aantallen zouden te veel verraden", "the numbers would tell too much")
    elif told.few:
        instead = say("minder dan tien mensen gemeten", "fewer than ten people measured")
    else:
        instead = say(
            f"gemiddeld {mean}; de verdeling zou te veel verraden ({n})",
            f"{mean} on average; the shares would tell too much ({n})",
        )
    return Growth(name, *told.shares, shown, note="" if told.few else f"{mean}  {n}", instead=instead)


def _row(name: str, told: ToldGrowth) -> GrowthRow:
    if told.few:
        return GrowthRow(name, NOTHING, (NOTHING,) * 3, told.few)
    shown = tuple(LEFT_OUT if share is None else percent(share, 0) for share in told.shares)
    return GrowthRow(name, mean_said(told.figures.mean), shown, number(told.figures.n))


def coverage_sentence(coverage: CoverageFigures, published: Guarded) -> str:
    """Of how many people something was measured; nothing when there were none, or when it would tell about few."""
    if not coverage.enrolled or any(published[f"coverage.{name}"].sign for name in ("enrolled", "measured", "rate")):
        return ""
    enrolled, measured = number(coverage.enrolled), number(coverage.measured_any)
    rate = percent(coverage.rate, 0)
    return say(
        f"Van de {enrolled} deelnemers zijn er {measured} gemeten ({rate}). Meedoen aan een meting is vrijwillig.",
        f"Of the {enrolled} participants, {measured} were measured ({rate}). Taking part in it is voluntary.",
    )


def ladder_of(now: LadderFigures, before: LadderFigures, period: Period, published: Guarded) -> Chart | None:
    """Where people stand on the ladder beside the year before; nothing as long as nobody was placed on it."""
    if not now.n:
        return None
    heads = tuple(str(each.end.year) for each in (period.year_before, period))
    sides = [_rungs(before, published, BEFORE), _rungs(now, published)]
    return ladder_chart(
        [named(rung.label) for rung in Rung],
        *sides,
        title=ladder_title(now, published),
        moments=heads,
        caption=say(
            "Mensen per trede van de participatieladder. Eén tot en met vier mensen tellen we niet precies.",
            "People on each step of the participation ladder. One to four people are not counted exactly.",
        ),
    )


def _rungs(figures: LadderFigures, published: Guarded, part: str = "") -> list[Value]:
    if not figures.n:
        return [Value(rung.label, None, NOTHING) for rung in Rung]
    rungs = [(rung.label, published[f"{part}ladder.{rung.value}"]) for rung in Rung]
    return [Value(label, shown.value, shown.text) for label, shown in rungs]


def ladder_title(now: LadderFigures, published: Guarded) -> str:
    """How many moved up, of those of whom a step was known before; only the place when too few were."""
    if not now.compared or any(published[f"ladder.{name}"].sign for name in ("compared", "up")):
        return say("Waar mensen staan op de participatieladder", "Where people stand on the participation ladder")
    share = percent(now.up / now.compared, 0)
    return say(
        f"Van elke 100 mensen die eerder op de ladder stonden, staan er nu {share.split(chr(160))[0]} hoger"
        if now.up != now.compared
        else "Iedereen die eerder op de ladder stond, staat nu hoger",
        f"{share} of the people who were on the ladder before now stand higher",
    )
