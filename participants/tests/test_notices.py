"""When start and stop notices to the municipality are due, and which are missing."""

from datetime import date, timedelta

import pytest

from participants.models import ProductCode
from participants.services.notices import missing_notices, notices_of
from pluspunt.periods import add_working_days
from pluspunt.tests.factories import IndicationFactory, ParticipantFactory, TrajectoryFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SENT = {"start_notice_on": date(2024, 1, 2)}


@pytest.fixture
def person(monday):
    participant = ParticipantFactory()
    TrajectoryFactory(participant=participant)
    return participant


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 5, date(2026, 3, 13)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday, the weekend of Easter and Easter Monday
        (date(2026, 12, 24), 5, date(2027, 1, 4)),  # Christmas, a weekend and New Year's Day
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day, count, last):
    assert add_working_days(day, count) == last


def test_a_negative_term_is_a_mistake():
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 3, 2), -1)


def known(participant):
    return [(n.kind, n.happened_on, n.due_on, n.late_since) for n in notices_of(participant.indications.all())]


def test_the_start_counts_from_the_indication_or_the_path_whichever_is_later(monday):
    path = TrajectoryFactory(start_date=date(2026, 2, 26))
    IndicationFactory(participant=path.participant, start_date=date(2026, 2, 1))
    later = IndicationFactory(participant=TrajectoryFactory().participant, start_date=date(2026, 2, 20))
    assert known(path.participant) == [("start", date(2026, 2, 26), date(2026, 3, 5), None)]
    assert known(later.participant) == [("start", date(2026, 2, 20), date(2026, 2, 27), date(2026, 2, 28))]
    assert [notice.indication.participant for notice in missing_notices()] == [later.participant, path.participant]


def test_the_stop_counts_from_the_indication_or_the_path_whichever_is_first(monday):
    ended = IndicationFactory(participant=TrajectoryFactory().participant, end_date=date(2026, 2, 27), **SENT)
    left = IndicationFactory(participant=TrajectoryFactory(end_date=date(2026, 2, 25)).participant, **SENT)
    stops = [(n.indication, n.happened_on, n.due_on) for n in missing_notices()]
    assert stops == [(left, date(2026, 2, 25), date(2026, 3, 4)), (ended, date(2026, 2, 27), date(2026, 3, 6))]


@pytest.mark.parametrize(("gap", "code", "stops"), [(1, "", 0), (2, "", 1), (1, "07A12", 1)])
def test_no_stop_when_the_same_product_goes_on_the_next_day(person, gap, code, stops):
    last = date(2026, 2, 20)
    IndicationFactory(participant=person, end_date=last, **SENT)
    product = ProductCode.objects.create(category="07", code=code, description="x") if code else None
    IndicationFactory(participant=person, start_date=last + gap * DAY, product_code=product, start_notice_on=last)
    assert [notice.kind for notice in missing_notices()] == ["stop"] * stops


def test_a_path_that_goes_on_in_another_kind_has_not_stopped(monday, person):
    IndicationFactory(participant=person, **SENT)
    person.trajectories.update(end_date=date(2026, 2, 20))
    assert [notice.kind for notice in missing_notices()] == ["stop"]
    TrajectoryFactory(participant=person, target_group="SKILLED_VOLUNTEER", start_date=date(2026, 2, 21))
    assert [notice.kind for notice in missing_notices()] == ["stop"]
    TrajectoryFactory(participant=person, target_group="SOCIAL_DAY_CARE", start_date=date(2026, 2, 21))
    assert missing_notices() == []


def test_no_notice_for_others_than_the_wmo_or_before_care_begins(monday):
    IndicationFactory(participant=TrajectoryFactory().participant, scheme="WLZ")
    IndicationFactory(participant=TrajectoryFactory(start_date=monday + DAY).participant)
    IndicationFactory(participant=TrajectoryFactory().participant, start_date=monday + DAY)
    IndicationFactory()  # of somebody without a path
    assert missing_notices() == []
