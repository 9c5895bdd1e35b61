"""What a coordinator should know of who walked in."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pluspunt.lists import page_of
from privacy.services import Action, log_access
from workshops.models import WalkIn
from workshops.services.walk_ins import settle_walk_in, walk_ins_of_who_is_here, walk_ins_to_settle
from workshops.views.pages import today_tabs

SETTLED_SHOWN_FOR = timedelta(days=14)
MOST_SETTLED = 50


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
def walk_in_list(request: HttpRequest) -> HttpResponse:
    related = ("attendance__participant", "attendance__workshop", "settled_by")
    page = page_of(request, walk_ins_to_settle().select_related(*related))
    since = timezone.now() - SETTLED_SHOWN_FOR
    settled = walk_ins_of_who_is_here().filter(settled_at__gte=since).select_related(*related)
    settled = list(settled.order_by("-settled_at", "-pk")[:MOST_SETTLED])
    people = {each.attendance.participant for each in (*page.object_list, *settled)}
    log_access(request, Action.VIEW, people, "inlopers: plaatsen, indicatie, niet samen")
    context = {"page_obj": page, "settled": settled, "settled_days": SETTLED_SHOWN_FOR.days}
    context |= today_tabs(request)
    return render(request, "workshops/walk_in_list.html", context)


@require_POST
@permission_required("workshops.close_months", raise_exception=True)
def walk_in_settle(request: HttpRequest, pk: int) -> HttpResponse:
    walk_in = get_object_or_404(WalkIn.objects.select_related("attendance__participant"), pk=pk)
    person = walk_in.attendance.participant
    try:
        settle_walk_in(walk_in, by=request.user)
        messages.success(request, f"{person.full_name} is afgehandeld.")
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    log_access(request, Action.CHANGE, [person], "inloper: afgehandeld")
    return redirect("walk_in_list")
