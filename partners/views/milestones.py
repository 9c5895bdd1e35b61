"""The parts of a collaboration that are finished one by one, each with a picture of how far it is."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from partners.models import Collaboration
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from workshops.forms.collaborations import MilestoneForm
from workshops.models import Milestone
from workshops.services.collaborations import save_milestone


@form_page
@permission_required("partners.change_organisation", raise_exception=True)
def milestone_add(request: HttpRequest, collaboration_id: int) -> HttpResponse:
    collaboration = get_object_or_404(Collaboration, pk=collaboration_id)
    return _milestone_page(request, Milestone(collaboration=collaboration), "partners/milestone_add.html")


@edit_page
@permission_required("partners.change_organisation", raise_exception=True)
def milestone_edit(request: HttpRequest, pk: int) -> HttpResponse:
    milestone = get_to_edit(request, Milestone.objects.select_related("collaboration"), pk=pk)
    return _milestone_page(request, milestone, "partners/milestone_edit.html")


def _milestone_page(request: HttpRequest, milestone: Milestone, template: str) -> HttpResponse:
    # What is stored, whatever was typed or uploaded meanwhile.
    shown = {"pk": milestone.pk, "has_picture": bool(milestone.picture), "picture_text": milestone.picture_text}
    is_sent = request.method == "POST"
    form = MilestoneForm(request.POST if is_sent else None, request.FILES if is_sent else None, instance=milestone)
    if is_sent and form.is_valid():
        with refusals_on(form):
            save_milestone(form.instance)
            messages.success(request, f"{form.instance} is bewaard.")
            tell_taken(request, form)
            return redirect("collaboration_detail", milestone.collaboration_id)
    return render(request, template, {"form": form, "collaboration": milestone.collaboration, **shown})


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
def milestone_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a milestone; a browser that has it already is told so."""
    milestone = get_object_or_404(Milestone.objects.only("picture"), pk=pk)
    if not milestone.picture:
        raise Http404("no picture")
    content = bytes(milestone.picture)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag, response=HttpResponse(content, content_type="image/jpeg"))
    response["ETag"] = etag
    return response
