"""How one person grew in their own eyes and in those of the coach: for themselves, so never added to others (§7)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from impact.models import GROWTH_AFTER, Indicator, Rater, Score
from participants.models import Participant, PeopleIndicator

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class OwnLine:
    """One indicator: where somebody began and where they are now, from 1 to 5."""

    name: str
    first: Score
    last: Score

    @property
    def has_two(self) -> bool:
        return self.first.taken_on != self.last.taken_on

    @property
    def is_comparable(self) -> bool:
        """Whether so much time lies between them that the difference says something."""
        return self.last.taken_on - self.first.taken_on >= GROWTH_AFTER

    @property
    def word(self) -> str:
        """ "vooruit", "gelijk" or "terug", with the same bounds as the figures of the house; else how far it is."""
        if not self.has_two:
            return "begin"
        if not self.is_comparable:
            return "nog te kort"
        grown = _level(self.last) - _level(self.first)
        return "vooruit" if grown >= HALF else "terug" if grown <= -HALF else "gelijk"

    @property
    def first_level(self) -> float:
        return float(_level(self.first))

    @property
    def last_level(self) -> float:
        return float(_level(self.last))

    @property
    def coverage(self) -> str:
        """ "2 van 3": how many statements were answered the last time."""
        return f"{self.last.answered} van {self.last.asked}"


@dataclass(frozen=True)
class OwnGrowth:
    """What one rater says about one person; the lines stand in the order of the indicators."""

    rater: Rater
    lines: list[OwnLine]
    measured_on: list[date]

    @property
    def sentence(self) -> str:
        """What the picture shows, in words: true for none, one and more."""
        if not self.lines:
            return "Er is nog niets gemeten."
        comparable = [line for line in self.lines if line.is_comparable]
        if not comparable:
            return "Dit is het begin. Na drie maanden kun je zien wat er verandert."
        count = {word: sum(line.word == word for line in comparable) for word in ("vooruit", "gelijk", "terug")}
        said = [f"{number} × {word}" for word, number in count.items() if number]
        return f"Van begin tot nu: {', '.join(said)}."


def own_growth(participant: Participant) -> dict[str, OwnGrowth]:
    """First and last score of one person per rater and indicator; two queries."""
    names = dict(Indicator.objects.exclude(key="").order_by("position").values_list("key", "name"))
    names |= {each.value: each.label for each in PeopleIndicator if each.value not in names}
    scores = defaultdict(list)
    days = defaultdict(set)
    for score in participant.scores.order_by("taken_on", "pk"):
        scores[score.rater, score.indicator].append(score)
        days[score.rater].add(score.taken_on)
    return {
        rater.value: OwnGrowth(
            rater=rater,
            lines=[
                OwnLine(name.capitalize(), scores[rater, key][0], scores[rater, key][-1])
                for key, name in names.items()
                if scores[rater, key]
            ],
            measured_on=sorted(days[rater]),
        )
        for rater in Rater
    }


def _level(score: Score) -> Fraction:
    return Fraction(score.points, score.answered)
