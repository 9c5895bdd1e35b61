"""What was brought forth apart from a register: over a period, or by a collaboration; and all of it in a list."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of, remember_filters
from workshops.forms.outputs import OutputFilterForm, PeriodOutputForm
from workshops.models import Output, Workshop
from workshops.permissions import can_withdraw_output
from workshops.services.outputs import record_output, withdraw_output


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def output_list(request: HttpRequest) -> HttpResponse:
    """What the workshops of the user brought forth, entry by entry."""
    if kept := remember_filters(request, "output_list"):
        return kept
    workshops = Workshop.objects.visible_to(request.user).order_by("name")
    outputs = Output.objects.visible_to(request.user)
    first = outputs.order_by("date").values_list("date__year", flat=True).first() or timezone.localdate().year
    years = range(timezone.localdate().year, first - 1, -1)
    form = OutputFilterForm(request.GET, workshops=workshops, years=years)
    form.is_valid()
    about = ("type", "workshop", "job", "partner", "collaboration", "recorded_by")
    page = page_of(request, form.apply(outputs.select_related(*about)))
    for output in page.object_list:
        output.may_withdraw = can_withdraw_output(request.user, output)
    has_workshops = workshops.exists()
    return render(
        request, "workshops/output_list.html", {"form": form, "page_obj": page, "has_workshops": has_workshops}
    )


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def period_output_add(request: HttpRequest) -> HttpResponse:
    """An entry on a day or over a period; `?werkplaats=` and `?samenwerking=` say of what."""
    workshops = Workshop.objects.visible_to(request.user).order_by("name")
    initial = {"workshop": request.GET.get("werkplaats"), "collaboration": request.GET.get("samenwerking")}
    initial["date"] = timezone.localdate()
    form = PeriodOutputForm(request.POST if request.method == "POST" else None, workshops=workshops, initial=initial)
    if request.method == "POST":
        if form.is_valid():
            with refusals_on(form):
                output = form.output()
                is_new = record_output(output, by=request.user)
                said = "Opgeslagen" if is_new else "Dit stond er al, het telt één keer"
                messages.success(request, f"{said}: {output.type}.")
                return redirect("output_list")
        form.renew_key()
    context = {"form": form, "has_workshops": workshops.exists()}
    return render(request, "workshops/period_output_add.html", context)


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def period_output_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    output = get_object_or_404(Output.objects.visible_to(request.user).select_related("type"), pk=pk)
    if not can_withdraw_output(request.user, output):
        raise PermissionDenied
    try:
        is_gone = withdraw_output(output, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Weggehaald: {output.type}." if is_gone else "Dat was al weg.")
    return redirect("output_list")
