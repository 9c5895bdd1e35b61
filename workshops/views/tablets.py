"""What a tablet needs without somebody being signed in: to send its marks, and to find the way back."""

import json

from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from privacy.services import address_of
from workshops.forms.marks import SentMarkForm
from workshops.models import Session
from workshops.services.tablets import receive_mark
from workshops.views.pages import register_url

MOST_MARKS = 100


# Without a cookie: the pass in each mark says whose it is, so there is nothing that another site could use.
@csrf_exempt
@login_not_required
@require_POST
def marks_receive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"answers": [_answer(request, mark) for mark in _read_marks(request)]})


def _read_marks(request: HttpRequest) -> list[dict]:
    try:
        marks = json.loads(request.body)["marks"]
    # The last one is for arrays in arrays in arrays.
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadRequest("no marks") from error
    if not isinstance(marks, list) or len(marks) > MOST_MARKS or not all(isinstance(mark, dict) for mark in marks):
        raise BadRequest("no list of marks")
    return marks


def _answer(request: HttpRequest, mark: dict) -> dict:
    """What became of one mark. One that cannot be read is refused and forgotten here: the tablet still has it."""
    form = SentMarkForm({name: _as_text(value) for name, value in mark.items()})
    if not form.is_valid():
        sentence = " ".join(form.errors.get("ticket", ["Deze registratie is onleesbaar."]))
        return {"key": (_as_text(mark.get("key")) or "")[:36], "outcome": "REFUSED", "version": 0, "sentence": sentence}
    taken = receive_mark(form.sent, address=address_of(request))
    return {
        "key": str(taken.key),
        "outcome": taken.outcome,
        "version": taken.version,
        "sentence": taken.sentence,
    }


def _as_text(value: object) -> str | None:
    """A value of JSON as a field of a form has it; half a character, or a list, becomes what no field takes."""
    if value is None:
        return None
    return str(value).encode(errors="replace").decode() if isinstance(value, str | int | float) else "?"


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def register_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the register of a session of which a tablet knows only the number."""
    return redirect(register_url(get_object_or_404(Session.objects.visible_to(request.user), pk=pk)))
