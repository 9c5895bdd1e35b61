from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.forms.trajectories import TrajectoryForm
from participants.models import Trajectory
from participants.views.pages import get_participant, person_page, row_page
from pluspunt.forms import form_page


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    row = Trajectory(participant=participant, start_date=timezone.localdate())
    return row_page(request, TrajectoryForm, row, "participants/trajectory_add.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).trajectories, pk=pk)
    return row_page(request, TrajectoryForm, row, "participants/trajectory_edit.html")


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_path(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    trajectories = participant.trajectories.prefetch_related("pauses")
    template = "participants/participant_path.html"
    return person_page(request, template, participant, "aanmelding, traject", trajectories=trajectories)
