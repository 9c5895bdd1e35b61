"""What happened to one row of a register."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacy.services import Action, log_access
from workshops.models import Attendance, Session
from workshops.services.corrections import can_change_directly
from workshops.services.months import is_frozen

# A mark that took longer to reach us waited on a tablet.
ON_ITS_WAY = timedelta(minutes=1)
_OF_CHANGE = (
    "by", "old_reason", "new_reason", "old_job", "new_job", "correction__asked_by", "correction__decided_by",
)  # fmt: skip


def get_row(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> Attendance:
    """Somebody's row in a register that the signed-in user may see, with its session; no other exists (404)."""
    rows = Attendance.objects.filter(session__in=Session.objects.visible_to(request.user)).order_by()
    rows = rows.select_related("session__workshop", "participant", "reason", "job", "recorded_by", "absence__taken_by")
    return get_object_or_404(rows, workshop=workshop_id, date=day, day_part=part, participant__key=key)


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_history(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> HttpResponse:
    row = get_row(request, workshop_id, day, part, key)
    log_access(request, Action.VIEW, [row.participant], "aanwezigheid: wijzigingen en correcties")
    changes = list(row.changes.select_related(*_OF_CHANGE).order_by("-pk"))
    for change in changes:
        change.is_late = bool(change.received_at) and change.received_at - change.at > ON_ITS_WAY
    requests = row.correction_requests.select_related("reason", "job", "asked_by", "decided_by")
    may_change = can_change_directly(request.user, row.session, timezone.localdate())
    context = {
        "row": row,
        "session": row.session,
        "changes": changes,
        "corrections": list(requests),
        "is_frozen": is_frozen(row.session),
        "may_change": may_change,
        "may_ask": row.session.takes_marks and not may_change,
    }
    return render(request, "workshops/attendance_history.html", context)
