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
from impact.report.words import named
from impact.suppression import Balance, protect
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
            rater,
            {name: growth[rater, key] for key, name in names.items()},
            {name: told_of(rater, key, growth[rater, key], published) for key, name in names.items()},
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


def rater_growth(rater: str, growth: Mapping[str, GrowthFigures]) -> RaterGrowth:
    """What the people themselves, or their coaches, say about each indicator."""
    is_self = rater == Rater.SELF
    rows = {name: shown_shares(figures) for name, figures in growth.items()}
    return RaterGrowth(
        title=say("Wat mensen zelf zeggen", "What people say themselves")
        if is_self
        else say("Wat begeleiders zien", "What coaches see"),
        chart=growth_chart(
            [_growth(name, figures, rows[name]) for name, figures in growth.items()],
            title=growth_title(growth, is_self),
            caption=say(
                "Deel van de mensen dat een half punt of meer vooruitging, gelijk bleef of achteruitging "
                "(schaal 1 tot en met 5).",
                "Share of people who went half a point or more forward, stayed the same or went back (scale 1 to 5).",
            ),
        ),
        rows=tuple(_row(name, figures, rows[name]) for name, figures in growth.items()),
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


def shown_shares(figures: GrowthFigures) -> tuple[float | None, float | None, float | None]:
    """The three shares (forward, the same, back); `None` where one would tell about fewer than five people."""
    if figures.n < PUBLISHED_FROM:
        return (None, None, None)
    counts = {"n": figures.n, "up": figures.up, "same": figures.same, "down": figures.down}
    shown = protect(counts, [Balance(["n"], ["up", "same", "down"])], keep=["n"])
    return tuple(shown[key] / figures.n if isinstance(shown[key], int) else None for key in ("up", "same", "down"))


def mean_said(mean: float | None) -> str:
    """ "+0,4", "0,0", "−0,2"."""
    if mean is None:
        return NOTHING
    shown = number(abs(mean), 1)
    is_nothing = not shown.strip("0.,")
    return shown if is_nothing else f"{'+' if mean > 0 else '−'}{shown}"


def _growth(name: str, figures: GrowthFigures, shares: tuple) -> Growth:
    shown = tuple(percent(share, 0) for share in shares)
    if figures.n < PUBLISHED_FROM:
        instead = say("minder dan tien mensen gemeten", "fewer than ten people measured")
    else:
        instead = say(
            f"gemiddeld {mean_said(figures.mean)}; de verdeling zou te veel verraden (n = {number(figures.n)})",
            f"{mean_said(figures.mean)} on average; the shares would tell too much (n = {number(figures.n)})",
        )
    note = f"{mean_said(figures.mean)}  n = {number(figures.n)}" if figures.n >= PUBLISHED_FROM else ""
    return Growth(name, *shares, shown, note=note, instead=instead)


def _row(name: str, figures: GrowthFigures, shares: tuple) -> GrowthRow:
    if figures.n < PUBLISHED_FROM:
        return GrowthRow(name, NOTHING, (NOTHING,) * 3, "< 10")
    shown = tuple("·" if share is None else percent(share, 0) for share in shares)
    return GrowthRow(name, mean_said(figures.mean), shown, number(figures.n))


def coverage_sentence(coverage: CoverageFigures) -> str:
    """Of how many people something was measured; nothing when there were none, or when it would tell about few."""
    counts = {"all": coverage.enrolled, "any": coverage.measured_any, "not": coverage.enrolled - coverage.measured_any}
    shown = protect(counts, [Balance(["all"], ["any", "not"])])
    if not coverage.enrolled or not all(isinstance(value, int) for value in shown.values()):
        return ""
    enrolled, measured = number(coverage.enrolled), number(coverage.measured_any)
    rate = percent(coverage.rate, 0)
    return say(
        f"Van de {enrolled} deelnemers zijn er {measured} gemeten ({rate}). Meedoen aan een meting is vrijwillig.",
        f"Of the {enrolled} participants, {measured} were measured ({rate}). Taking part in it is voluntary.",
    )


def ladder_of(now: LadderFigures, before: LadderFigures, period: Period) -> Chart | None:
    """Where people stand on the ladder beside the year before; nothing as long as nobody was placed on it."""
    if not now.n:
        return None
    heads = tuple(str(each.end.year) for each in (period.year_before, period))
    sides = [_rungs(figures) for figures in (before, now)]
    return ladder_chart(
        [named(rung.label) for rung in Rung],
        *sides,
        title=ladder_title(now),
        moments=heads,
        caption=say(
            "Mensen per trede van de participatieladder. Eén tot en met vier mensen tellen we niet precies.",
            "People on each step of the participation ladder. One to four people are not counted exactly.",
        ),
    )


def _rungs(figures: LadderFigures) -> list[Value]:
    counts = {str(rung): people for rung, people in figures.people.items()}
    shown = protect({**counts, "n": figures.n}, [Balance(["n"], list(counts))])
    if not figures.n:
        return [Value(rung.label, None, NOTHING) for rung in Rung]
    return [
        Value(rung.label, value if isinstance(value, int) else None, number(value) if isinstance(value, int) else value)
        for rung in Rung
        for value in [shown[str(rung.value)]]
    ]


def ladder_title(now: LadderFigures) -> str:
    """How many moved up, of those of whom a step was known before; only the place when too few were."""
    counts = {"all": now.compared, "up": now.up, "rest": now.compared - now.up}
    shown = protect(counts, [Balance(["all"], ["up", "rest"])])
    if not now.compared or not all(isinstance(value, int) for value in shown.values()):
        return say("Waar mensen staan op de participatieladder", "Where people stand on the participation ladder")
    share = percent(now.up / now.compared, 0)
    return say(
        f"Van elke 100 mensen die eerder op de ladder stonden, staan er nu {share.split(chr(160))[0]} hoger"
        if now.up != now.compared
        else "Iedereen die eerder op de ladder stond, staat nu hoger",
        f"{share} of the people who were on the ladder before now stand higher",
    )
