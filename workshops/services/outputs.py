"""What a day brings forth (§7): counted, weighed or estimated, once, and never about people."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from workshops.models import Output, Session
from workshops.services.attendance import MonthIsClosed, check_month

# What somebody can say about a number; derived ones are made by us.
BY_HAND = [Output.Source.COUNTED, Output.Source.WEIGHED, Output.Source.ESTIMATED]
# What a form says: sent a second time with something else, it is another entry.
_SAID = ("type_id", "quantity", "workshop_id", "date", "start_date", "collaboration_id")


class KeyIsUsed(ValidationError):
    """The form was sent before, with another answer: is this one as well, or instead?"""

    def __init__(self):
        super().__init__(
            "Met dit formulier heb je al iets opgeslagen. Klopt dit ook? Verstuur het dan nog een keer. "
            "Was het een vergissing? Haal dan weg wat er staat."
        )


@transaction.atomic
def record_output(output: Output, *, by: User) -> bool:
    """Add `output`; whether it is new. The same form (`key`) counts once, also when what it said was withdrawn since.

    An entry over a period (`start_date`) lies within one calendar year and counts on its last day. Raises
    `ValidationError` for a day to come, a session that does not go on, a closed month, a part of something that has
    only whole numbers, a job of another workshop, a collaboration or partner that has nothing to do with it, and a type
    that is not used any more or follows from other facts; `KeyIsUsed` when the form was sent before with something
    else.
    """
    _lock_session(output)
    if _is_known(output):
        return False
    _check(output)
    output.recorded_by = output._history_user = by
    output.full_clean(exclude=["key"])
    try:
        with transaction.atomic():
            output.save(force_insert=True)
    except IntegrityError:
        # Somebody's second tap was quicker than the answer to the first.
        if not _is_known(output):
            raise
        return False
    return True


@transaction.atomic
def withdraw_output(output: Output, *, by: User) -> bool:
    """Take away what was recorded by mistake; the history keeps it. Whether it was still there.

    Raises `ValidationError` when its month is closed.
    """
    _lock_session(output)
    output = Output.objects.select_for_update(of=("self",)).filter(pk=output.pk).order_by().first()
    if output is None:
        return False
    _check_month(output.date)
    output._history_user = by
    output.delete()
    return True


def _lock_session(output: Output) -> None:
    """Held, so that the month cannot be closed nor the session cancelled between the question and the writing."""
    if output.session_id:
        output.session = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=output.session_id)


def _is_known(output: Output) -> bool:
    sent = Output.history.filter(key=output.key).order_by("history_id").first()
    if sent is None:
        return False
    if any(getattr(sent, name) != getattr(output, name) for name in _SAID):
        raise KeyIsUsed
    return True


def _check(output: Output) -> None:
    if output.date > timezone.localdate() or (output.session and output.session.is_future):
        raise ValidationError("Dit dagdeel komt nog: er is nog geen opbrengst.")
    if output.session and not output.session.takes_marks:
        raise ValidationError(f"Deze sessie is {output.session.get_state_display()}: er is geen opbrengst.")
    _check_month(output.date)
    if not output.type.is_active:
        raise ValidationError("Deze soort opbrengst is niet meer in gebruik. Kies een andere.")
    if output.type.derived_from:
        facts = output.type.get_derived_from_display()
        raise ValidationError(
            f"{output.type.name.capitalize()} telt vanzelf mee: het volgt uit {facts}. Vul het niet ook zelf in."
        )
    if output.type.is_whole and output.quantity != output.quantity.to_integral_value():
        raise ValidationError({"quantity": "Vul een heel aantal in, zonder komma."})
    if output.job and output.job.workshop_id != output.workshop_id:
        raise ValidationError("Deze klus is van een andere werkplaats.")
    if output.source not in BY_HAND:
        raise ValidationError({"source": "Kies geteld, gewogen of geschat."})
    _check_period(output)
    _check_together(output)


def _check_period(output: Output) -> None:
    if output.start_date is None:
        return
    if output.start_date > output.date:
        raise ValidationError({"start_date": "De einddatum ligt voor de begindatum."})
    if output.start_date.year != output.date.year:
        raise ValidationError(
            {"start_date": "Een periode ligt in één kalenderjaar. Vul de dagen van elk jaar apart in."}
        )


def _check_together(output: Output) -> None:
    """That the workshop, the partner and the days belong to the collaboration, when there is one."""
    together = output.collaboration
    if together is None:
        return
    if not together.workshops.contains(output.workshop):
        raise ValidationError({"collaboration": f"{output.workshop} doet niet mee aan {together}."})
    if output.partner and not together.organisations.contains(output.partner):
        raise ValidationError({"partner": f"{output.partner} doet niet mee aan {together}."})
    first = output.start_date or output.date
    if output.date < together.start_date or (together.end_date and first > together.end_date):
        raise ValidationError({"collaboration": f"{together} liep niet op deze dagen."})


def _check_month(day) -> None:
    try:
        check_month(day)
    except MonthIsClosed as error:
        raise ValidationError("Deze maand is gesloten: de opbrengst staat vast.") from error
