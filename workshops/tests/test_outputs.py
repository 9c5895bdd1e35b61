"""What a day brings forth: two taps, counted once; every form is the one on the page."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from pluspunt.tests.factories import JobFactory, OutputFactory, SessionFactory, UserFactory, WorkshopFactory
from workshops.forms.outputs import AmountField
from workshops.models import ClosedMonth, Output, OutputType, StandIn
from workshops.services.cancelling import cancel_session
from workshops.services.outputs import KeyIsUsed, record_output, withdraw_output
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.tests.pages import forms_on, press
from workshops.tests.test_concurrency import at_once
from workshops.views.outputs import register_outputs

pytestmark = pytest.mark.django_db
Source = Output.Source
DAY = timedelta(days=1)


@pytest.fixture
def tablet(signed_in, coach):
    """The coach's, signed in."""
    return signed_in(coach)


def bikes() -> OutputType:
    return OutputType.objects.get(name="fietsen gerepareerd")


def kilos() -> OutputType:
    return OutputType.objects.get(name="materiaal hergebruikt")


def url(session, name="output_add", *args):
    return reverse(name, args=[session.workshop_id, session.date, session.day_part, *args])


def new(session, **about) -> Output:
    facts = {"type": bikes(), "quantity": Decimal(3), "key": uuid4(), **about}
    return Output(session=session, workshop=session.workshop, date=session.date, **facts)


def tap(client, page, words, button="Voeg toe", **typed):
    """The form of one type: its quick amounts, or a number with more."""
    wanted = str(OutputType.objects.get(name=words).pk)
    [form] = [
        form
        for form in forms_on(page)
        if form.fields.get("type") == wanted and any(name.strip().startswith(button) for _, name in form.buttons)
    ]
    attributes = next(attributes for attributes, name in form.buttons if name.strip().startswith(button))
    data = form.fields | typed
    if "name" in attributes:
        data[attributes["name"]] = attributes["value"]
    return client.post(form.attributes["action"], data)


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


# --- The rules ----------------------------------------------------------------------------------------------------


def test_an_output_keeps_what_how_much_where_when_and_by_whom(session, coach):
    assert record_output(new(session), by=coach) is True
    output = Output.objects.get()
    assert (output.type, output.quantity, output.source) == (bikes(), 3, Source.COUNTED)
    assert (output.workshop, output.session, output.date) == (session.workshop, session, session.date)
    assert output.recorded_by == output.history.get().history_user == coach


def test_the_same_form_twice_counts_once(session, coach):
    key = uuid4()
    assert record_output(new(session, key=key), by=coach) is True
    assert record_output(new(session, key=key), by=coach) is False
    assert Output.objects.get().quantity == 3


def test_the_same_form_after_it_was_withdrawn_brings_nothing_back(session, coach):
    output = new(session)
    record_output(output, by=coach)
    withdraw_output(output, by=coach)
    assert record_output(new(session, key=output.key), by=coach) is False
    assert not Output.objects.exists()


@pytest.mark.parametrize("other", [{"quantity": Decimal(5)}, {"type": "materiaal hergebruikt"}])
def test_the_same_form_with_something_else_is_asked_about(session, coach, other):
    key = uuid4()
    record_output(new(session, key=key), by=coach)
    if "type" in other:
        other = {"type": kilos()}
    with pytest.raises(KeyIsUsed):
        record_output(new(session, key=key, **other), by=coach)
    assert Output.objects.get().quantity == 3


def test_nothing_is_recorded_for_a_session_that_was_cancelled(session, coach, coordinator):
    cancel_session(session, reason="de kachel is stuk", by=coordinator)
    with pytest.raises(ValidationError, match="uitgevallen"):
        record_output(new(session), by=coach)


def test_nothing_is_recorded_for_a_session_to_come(session, coach):
    ensure_sessions(session.date + HORIZON)
    later = session.workshop.sessions.filter(date__gt=session.date).first()
    with pytest.raises(ValidationError, match="komt nog"):
        record_output(new(later), by=coach)
    tomorrow = Output(type=bikes(), quantity=1, key=uuid4(), workshop=session.workshop, date=session.date + DAY)
    with pytest.raises(ValidationError, match="komt nog"):
        record_output(tomorrow, by=coach)


def test_in_a_closed_month_nothing_comes_and_nothing_goes(session, coach, coordinator):
    output = new(session)
    record_output(output, by=coach)
    ClosedMonth.objects.create(month=date(2026, 3, 1), closed_by=coordinator)
    for act in (lambda: record_output(new(session), by=coach), lambda: withdraw_output(output, by=coach)):
        with pytest.raises(ValidationError, match="Deze maand is gesloten"):
            act()
    assert Output.objects.get() == output


@pytest.mark.parametrize("quantity", ["1.5", "0.5"])
def test_half_a_bike_is_refused_and_half_a_kilo_is_not(session, coach, quantity):
    with pytest.raises(ValidationError, match="heel aantal"):
        record_output(new(session, quantity=Decimal(quantity)), by=coach)
    record_output(new(session, quantity=Decimal(quantity), type=kilos()), by=coach)
    assert Output.objects.get().quantity == Decimal(quantity)


@pytest.mark.parametrize("quantity", ["0", "-1", "100001"])
def test_an_amount_that_cannot_be_is_refused(session, coach, quantity):
    with pytest.raises(ValidationError):
        record_output(new(session, quantity=Decimal(quantity)), by=coach)
    assert not Output.objects.exists()


def test_a_job_of_another_workshop_a_type_out_of_use_and_a_derived_number_are_refused(session, coach):
    out_of_use = OutputType.objects.create(name="kaarsen", unit="stuks", is_active=False)
    for about in ({"job": JobFactory()}, {"type": out_of_use}, {"source": Source.DERIVED}):
        with pytest.raises(ValidationError):
            record_output(new(session, **about), by=coach)
    assert not Output.objects.exists()


def test_what_is_withdrawn_stays_in_the_history(session, coach, coordinator):
    output = new(session)
    record_output(output, by=coach)
    key = output.pk
    assert withdraw_output(Output.objects.get(), by=coordinator) is True
    assert not Output.objects.exists()
    kept = Output.history.filter(id=key).order_by("history_id").values_list("history_type", "history_user", "quantity")
    assert list(kept) == [("+", coach.pk, 3), ("-", coordinator.pk, 3)]
    assert withdraw_output(Output(pk=key), by=coach) is False


@given(st.integers(1, 999_999))
def test_an_amount_is_read_as_people_write_it(tenths):
    amount = Decimal(tenths) / 10
    written = f"{amount:,.1f}".translate(str.maketrans(",.", ".,"))
    assert AmountField().clean(written) == AmountField().clean(written.replace(".", "")) == amount


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("has_session", [True, False])
def test_the_same_form_eight_times_at_once_counts_once(session, coach, has_session):
    key = uuid4()

    def send(number: int) -> bool:
        output = new(session, key=key)
        output.session = session if has_session else None
        return record_output(output, by=coach)

    assert sorted(at_once(send)) == [False] * 7 + [True]
    assert Output.objects.count() == Output.history.count() == 1


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("klussen gedaan", "klussen die klaar zijn"),
        ("buren geholpen", "buren die in het register zijn geteld"),
        ("uren van vrijwilligers", "aanwezigheid van vakvrijwilligers"),
    ],
)
def test_what_follows_from_other_facts_is_not_typed_as_well(session, coach, tablet, name, facts):
    kind = OutputType.objects.get(name=name)
    with pytest.raises(ValidationError, match=f"telt vanzelf mee: het volgt uit {facts}"):
        record_output(new(session, type=kind), by=coach)
    page = tablet.get(url(session))
    offered = page.context["output_choices"] + page.context["other_choices"]
    assert name not in {choice.type.name for choice in offered}
    answer = tablet.post(url(session), {"type": kind.pk, "quantity": "1", "key": str(uuid4())})
    assert "telt vanzelf mee" in answer.text
    assert not Output.objects.exists()


# --- The page: two taps ---------------------------------------------------------------------------------------------


def test_two_taps_record_three_bikes(session, tablet):
    page = tablet.get(url(session))
    assert [choice.type.name for choice in page.context["output_choices"]] == [
        "fietsen gerepareerd",
        "fietsen weggegeven",
        "materiaal hergebruikt",
    ]
    answer = tap(tablet, page, "fietsen gerepareerd", "3")
    assert answer.url.startswith(url(session, "register_detail"))
    output = Output.objects.get()
    assert (output.type, output.quantity, output.source) == (bikes(), 3, Source.COUNTED)


def test_kilos_are_weighed_and_have_a_comma(session, tablet):
    tap(tablet, tablet.get(url(session)), "materiaal hergebruikt", quantity="12,5")
    output = Output.objects.get()
    assert (output.quantity, output.source) == (Decimal("12.5"), Source.WEIGHED)
    assert "12,5 kg" in tablet.get(url(session)).text


def test_something_else_estimated_and_for_a_job(session, tablet):
    job = JobFactory(workshop=session.workshop)
    page = tablet.get(url(session))
    tap(tablet, page, "groen of gebouw opgeknapt", quantity="40", source="ESTIMATED", job=str(job.pk))
    output = Output.objects.get()
    assert (output.quantity, output.source, output.job) == (40, Source.ESTIMATED, job)


def test_a_double_tap_counts_once_and_says_so(session, tablet):
    page = tablet.get(url(session))
    tap(tablet, page, "fietsen gerepareerd", "2")
    tap(tablet, page, "fietsen gerepareerd", "2")
    assert Output.objects.count() == 1
    assert "Dit stond er al: fietsen gerepareerd. Het telt één keer." in said(tablet.get(url(session)))


def test_another_amount_from_an_old_page_is_asked_about_and_can_be_sent_again(session, tablet):
    page = tablet.get(url(session))
    tap(tablet, page, "fietsen gerepareerd", "2")
    page = tap(tablet, page, "fietsen gerepareerd", quantity="4")
    assert "Met dit formulier heb je al iets opgeslagen" in page.text
    tap(tablet, page, "fietsen gerepareerd")
    assert sorted(Output.objects.values_list("quantity", flat=True)) == [2, 4]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul een aantal in."),
        ("veel", "Vul een getal in, bijvoorbeeld 12,5."),
        ("0", "Vul een aantal in dat groter is dan nul."),
        ("1,25", "Vul hoogstens één cijfer in achter de komma."),
        ("1,5", "Vul een heel aantal in, zonder komma."),
        ("99999999999", "Dit getal is te groot."),
    ],
)
def test_an_amount_that_cannot_be_read_comes_back_as_it_was_typed(session, tablet, typed, sentence):
    page = tap(tablet, tablet.get(url(session)), "fietsen gerepareerd", quantity=typed)
    assert sentence in page.context["output_problems"]
    [choice] = [choice for choice in page.context["output_choices"] if choice.form]
    assert (choice.type, choice.typed) == (bikes(), typed)
    assert not Output.objects.exists()


@pytest.mark.parametrize("wrong", [{"type": "999"}, {"key": "x"}, {"job": "999"}, {"source": "DERIVED"}])
def test_what_no_button_sends_is_refused(session, tablet, wrong):
    data = {"type": bikes().pk, "quantity": "1", "key": str(uuid4()), **wrong}
    assert tablet.post(url(session), data).status_code == 200
    assert not Output.objects.exists()


def test_what_was_a_mistake_is_taken_away(session, tablet, coach):
    record_output(new(session), by=coach)
    page = tablet.get(url(session))
    assert press(tablet, page, "Haal weg").url.startswith(url(session, "register_detail"))
    assert not Output.objects.exists()
    press(tablet, page, "Haal weg")
    assert "Dat was al weg." in said(tablet.get(url(session)))


def test_only_of_this_session_something_is_taken_away(session, tablet):
    elsewhere = OutputFactory()
    afternoon = SessionFactory(workshop=session.workshop, day_part="AFTERNOON")
    later = OutputFactory(workshop=session.workshop, session=afternoon)
    for output in (elsewhere, later):
        tablet.post(url(session, "output_withdraw", output.pk))
    assert Output.objects.count() == 2
    page = tablet.get(url(session))
    assert [output.pk for output in page.context["outputs"]] == [later.pk]
    assert "middag" in page.text


def test_a_coach_whose_week_is_over_can_add_and_take_away_nothing(session, tablet, coach):
    output = new(session)
    record_output(output, by=coach)
    with time_machine.travel(session.date + 8 * DAY, tick=False):
        tablet.force_login(coach, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert tablet.get(url(session)).status_code == 403
        assert tablet.post(url(session, "output_withdraw", output.pk)).status_code == 403
    assert Output.objects.exists()


def test_who_helps_out_records_there_and_nowhere_else(session, signed_in):
    helper = UserFactory()
    StandIn.objects.create(session=session, user=helper)
    tablet = signed_in(helper)
    tap(tablet, tablet.get(url(session)), "fietsen gerepareerd", "1")
    assert Output.objects.get().recorded_by == helper
    other = SessionFactory(workshop=WorkshopFactory())
    assert tablet.get(url(other)).status_code == 404


def test_a_session_that_is_cancelled_says_that_nothing_can_be_added(session, tablet, coordinator):
    cancel_session(session, reason="de kachel is stuk", by=coordinator)
    page = tablet.get(url(session))
    assert "uitgevallen" in page.text
    assert page.context["output_choices"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_one_output_as_for_three(
    number, session, tablet, coach, django_assert_num_queries
):
    for _ in range(number):
        job = JobFactory(workshop=session.workshop)
        record_output(new(session, job=job), by=coach)
    tablet.get(url(session))
    with django_assert_num_queries(8):
        page = tablet.get(url(session))
    assert len(page.context["outputs"]) == number


# --- Below the register ---------------------------------------------------------------------------------------------


def below(session, user) -> str:
    class Request:
        pass

    request = Request()
    request.user = user
    return render_to_string(
        "workshops/_register_outputs.html", {"session": session, **register_outputs(request, session)}
    )


def test_below_the_register_stand_the_usual_types_and_what_there_is(session, coach):
    record_output(new(session), by=coach)
    text = below(session, coach)
    assert "Fietsen gerepareerd: " in text
    assert text.count("<details") == 3
    assert "Maaltijden" not in text
    assert url(session) in text


def test_below_a_register_to_come_stands_nothing(session, coach):
    ensure_sessions(session.date + HORIZON)
    later = session.workshop.sessions.filter(date__gt=session.date).first()
    assert below(later, coach).strip() == ""


def test_a_tap_with_htmx_gives_the_list_anew_and_says_what_was_done(session, tablet):
    data = {"type": bikes().pk, "quantity": "3", "key": str(uuid4())}
    answer = tablet.post(url(session), data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Opgeslagen: fietsen gerepareerd." in answer.text
    assert "<html" not in answer.text
    wrong = tablet.post(url(session), {**data, "quantity": "x"}, headers={"HX-Request": "true"})
    assert "Vul een getal in, bijvoorbeeld 12,5." in wrong.text


# --- The list of types ------------------------------------------------------------------------------------------------


def test_an_administrator_adds_a_type_and_ticks_where_it_is_seen_first(signed_in, administrator):
    desk = signed_in(administrator)
    assert "fietsen gerepareerd" in desk.get(reverse("admin:workshops_outputtype_changelist")).text
    data = {"name": "stoelen gemaakt", "unit": "stuks", "is_whole": "on", "position": "20", "is_active": "on"}
    address = reverse("admin:workshops_outputtype_add")
    wrong = desk.post(address, data | {"disciplines": ["HOUT"]})
    assert wrong.context["adminform"].form.errors["disciplines"] == ["Kies iets uit de lijst."]
    desk.post(address, data | {"disciplines": ["WOOD", "STEEL"]})
    kind = OutputType.objects.get(name="stoelen gemaakt")
    assert kind.disciplines == "WOOD,STEEL"
    assert [kind.belongs_to(each) for each in ("WOOD", "STEEL", "BIKE")] == [True, True, False]
    assert "hout, staal" in desk.get(reverse("admin:workshops_outputtype_changelist")).text
    address = reverse("admin:workshops_outputtype_change", args=[kind.pk])
    [form] = [form for form in forms_on(desk.get(address)) if "disciplines" in form.fields]
    desk.post(address, form.fields | {"name": "bankjes gemaakt"})
    kind.refresh_from_db()
    assert (kind.name, kind.disciplines) == ("bankjes gemaakt", "WOOD,STEEL")


def test_a_type_that_was_used_stays(signed_in, administrator):
    OutputFactory()
    answer = signed_in(administrator).get(reverse("admin:workshops_outputtype_delete", args=[bikes().pk]))
    assert answer.status_code == 403
