"""The overview of a closed month: what was delivered on each indication, what of it may be claimed, what not and why.

Only what is in day parts: indications in hours, pieces or euros and those for transport stay out of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from participants.models import Indication, Participant
from participants.services.claims import claimable, first_of_month, is_cut_by_whole
from pluspunt.periods import last_day_of_month
from workshops.models import ClosedMonth, MonthStatement, StatementLine
from workshops.services.entitlement import delivered_rows
from workshops.services.statement_figures import LineChange, changes_between, fingerprint_of

CutReason = StatementLine.CutReason
NOT_CLOSED = "Deze maand is nog niet gesloten. Een overzicht maak je van een gesloten maand."
# Asked for instead of a version: the overview as it is now.
NOW = "nu"
# Last among the municipalities: what no indication pays.
NO_MUNICIPALITY = "~"


@dataclass
class Shares:
    """Day parts of one person per month: with which indication they count, and with which they could have.

    `counted` holds each attended day part of a covered day once. `elsewhere` are, per indication, those on its days
    that count with one that ends earlier. `uncovered` are those of days without any indication.
    """

    counted: dict[int, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    elsewhere: dict[int, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    uncovered: Counter[date] = field(default_factory=Counter)


def share_out(indications: Iterable[Indication], came: Mapping[date, int]) -> Shares:
    """Let each attended day part (`came`: day → how many) count with one of the `indications` of one person.

    Of several for day care on one day that is the one that ends first and has room left in that month (§5); when none
    has, the one that ends first. Of two with one last day, the one that began first comes first.
    """
    shares = Shares()
    in_order = sorted(indications, key=lambda each: (each.end_date or date.max, each.start_date, each.pk))
    for day in sorted(came):
        month = first_of_month(day)
        covering = [each for each in in_order if each.runs_on(day)]
        if not covering:
            shares.uncovered[month] += came[day]
        elif len(covering) == 1:
            shares.counted[covering[0].pk][month] += came[day]
        else:
            for _ in range(came[day]):
                with_room = (each for each in covering if _has_room(each, shares.counted[each.pk], month))
                chosen = next(with_room, covering[0])
                shares.counted[chosen.pk][month] += 1
                for later in covering[covering.index(chosen) + 1 :]:
                    shares.elsewhere[later.pk][month] += 1
    return shares


def _has_room(indication: Indication, counted: Counter[date], month: date) -> bool:
    return _claim(indication, counted, month).cap > counted[month]


def _claim(indication: Indication, counted: Counter[date], month: date):
    claims = claimable(indication, {**counted, month: counted[month]})
    return next(each for each in claims if each.month == month)


def draft_statement(month: date) -> list[StatementLine]:
    """The lines of the overview of the month in which the day `month` lies, as it is now; nothing is saved.

    A line for each indication for day care in day parts that covers a day of it, also when nobody came; one more
    (`OVERLAP`) for what counts with another indication; one for somebody who came on days without an indication
    (`NONE`). Delivered is A + E (§6): present, planned or not, in sessions that went on, not as a volunteer. Caps know
    all that was recorded since the registers began. Three queries. Raises `ValidationError` for a month that is open.
    """
    month = first_of_month(month)
    if not ClosedMonth.objects.filter(month=month).exists():
        raise ValidationError(NOT_CLOSED)
    indications = _indications_of_people_in(month)
    came = _came(month, indications)
    unknown = set(came) - set(indications)
    people = Participant.objects.in_bulk(unknown) if unknown else {}
    lines = []
    for key in {*indications, *came}:
        granted = indications.get(key, [])
        person = granted[0].participant if granted else people[key]
        lines += _lines_of(person, granted, share_out(granted, came[key]), month)
    return sorted(lines, key=_order)


def _indications_of_people_in(month: date) -> dict[int, list[Indication]]:
    """Person → their indications in day parts up to the month, for who has one in it: earlier ones share their days."""
    last = last_day_of_month(month)
    kind = {"product_category": Indication.Category.DAY_CARE, "unit": Indication.Unit.DAY_PART}
    in_day_parts = Indication.objects.filter(**kind, start_date__lte=last)
    people = in_day_parts.overlapping(month, last).order_by().values("participant")
    found = defaultdict(list)
    for indication in in_day_parts.filter(participant__in=people).select_related("participant", "product_code"):
        found[indication.participant_id].append(indication)
    return found


def _came(month: date, indications: Mapping[int, list[Indication]]) -> dict[int, dict[date, int]]:
    """Person → day → day parts: all their days for who has an indication, and those of the month for everybody."""
    began = min((each.start_date for group in indications.values() for each in group), default=month)
    rows = delivered_rows(until=last_day_of_month(month))
    rows = rows.filter(Q(date__gte=month) | Q(date__gte=began, participant__in=list(indications)))
    came = defaultdict(dict)
    for person, day, count in rows.order_by().values_list("participant", "date").annotate(Count("pk")):
        came[person][day] = count
    return came


def _lines_of(person: Participant, granted: list[Indication], shares: Shares, month: date) -> list[StatementLine]:
    lines = []
    for indication in granted:
        if (indication.end_date or date.max) < month:
            continue
        claim = _claim(indication, shares.counted[indication.pk], month)
        reason = CutReason.WHOLE if is_cut_by_whole(indication, claim) else CutReason.CAP
        numbers = {"delivered": claim.delivered, "cap": claim.cap, "claimable": claim.claimable}
        lines.append(_line(person, indication, reason if claim.cut else "", **numbers))
        if elsewhere := shares.elsewhere[indication.pk][month]:
            lines.append(_line(person, indication, CutReason.OVERLAP, delivered=elsewhere))
    if uncovered := shares.uncovered[month]:
        lines.append(_line(person, None, CutReason.NONE, delivered=uncovered))
    return lines


def _line(
    person: Participant, indication: Indication | None, reason: str, *, delivered: int, cap: int = 0, claimable: int = 0
) -> StatementLine:
    line = StatementLine(participant=person, indication=indication, name=person.list_name, number=person.number)
    line.delivered, line.cap, line.claimable, line.cut_reason = delivered, cap, claimable, str(reason)
    if indication:
        line.scheme = indication.get_scheme_display()
        line.municipality_code = indication.municipality_code
        line.product_category = indication.product_category
        line.product_code = indication.product_code.code if indication.product_code else ""
        line.allocation_number = indication.allocation_number
        line.amount = indication.amount
        line.start_date, line.end_date = indication.start_date, indication.end_date
    return line


def _order(line: StatementLine) -> tuple:
    where = (line.municipality_code or NO_MUNICIPALITY, line.product_category, line.product_code, line.scheme)
    is_overlap = line.cut_reason == CutReason.OVERLAP
    person = line.participant
    return (*where, person.sort_name, person.pk, line.start_date or date.min, line.indication_id or 0, is_overlap)


@transaction.atomic
def make_statement(month: date, by: User) -> MonthStatement:
    """Set down the next version of the overview of a closed month, in the words of this moment.

    Raises `ValidationError` for a month that is open, and when nothing changed since the last version.
    """
    closed = ClosedMonth.objects.select_for_update().filter(month=first_of_month(month)).first()
    if closed is None:
        raise ValidationError(NOT_CLOSED)
    lines = draft_statement(closed.month)
    last = closed.statements.order_by("-version").first()
    if last and not changes_between(last.lines_in_order(), lines):
        raise ValidationError(f"Er is niets veranderd sinds versie {last.version}. Een nieuwe versie is niet nodig.")
    statement = MonthStatement(
        month=closed,
        version=last.version + 1 if last else 1,
        made_by=by,
        fingerprint=fingerprint_of(closed.month, lines),
    )
    statement.full_clean()
    statement.save(force_insert=True)
    for line in lines:
        line.statement = statement
    # Copies of facts that were checked where they were written; the database guards the numbers.
    StatementLine.objects.bulk_create(lines)
    return statement


@dataclass(frozen=True)
class StatementOverview:
    """What there is of a closed month: its versions, newest first, and the `lines` of the one that is looked at.

    `shown` is that version, `None` for the overview as it is now. `since` is what changed after the newest version,
    `changed` how the shown one differs from the one before it.
    """

    versions: list[MonthStatement]
    shown: MonthStatement | None
    lines: list[StatementLine]
    since: list[LineChange]
    changed: list[LineChange]


def overview_of_statement(closed: ClosedMonth, wanted: str) -> StatementOverview:
    """The version `wanted` (a number, `NOW`, or "" for the newest, and without any as it is now).

    Raises `MonthStatement.DoesNotExist` for a version that there is not.
    """
    versions = list(closed.statements.select_related("made_by").order_by("-version"))
    shown = None
    if wanted != NOW and (wanted or versions):
        shown = next((each for each in versions if wanted in ("", str(each.version))), None)
        if shown is None:
            raise MonthStatement.DoesNotExist
    draft = draft_statement(closed.month)
    lines = _lines_of_version(shown) if shown else draft
    newest = lines if versions and shown == versions[0] else _lines_of_version(versions[0]) if versions else draft
    before = next((each for each in versions if shown and each.version == shown.version - 1), None)
    changed = changes_between(_lines_of_version(before), lines) if before else []
    return StatementOverview(versions, shown, lines, changes_between(newest, draft), changed)


def _lines_of_version(statement: MonthStatement) -> list[StatementLine]:
    return list(statement.lines_in_order().select_related("participant"))
