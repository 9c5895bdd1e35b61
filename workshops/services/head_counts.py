"""Neighbours and visitors of a session: counted, never named."""

from django.db import transaction

from workshops.models import Attendance, Session
from workshops.services.attendance import check_month, check_session


@transaction.atomic
def count_heads(session: Session, *, neighbours: int | None = None, visitors: int | None = None) -> Session:
    """Set how many neighbours were served and how many visitors came; what is left out stays.

    Raises `ValidationError` for a session that does not go on or is still to come, for a closed month, and for a number
    below 0 or above `MOST_HEADS`.
    """
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    check_month(session.date)
    check_session(session, Attendance.Status.PRESENT)
    given = {"neighbours": neighbours, "visitors": visitors}
    given = {name: count for name, count in given.items() if count is not None}
    for name, count in given.items():
        setattr(session, name, count)
    session.clean_fields(exclude={field.name for field in Session._meta.fields} - given.keys())
    session.save(update_fields=list(given))
    return session
