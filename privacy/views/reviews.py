"""Going through the log of a month."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pluspunt.forms import form_page, refusals_on
from privacy.forms.log import ReviewForm
from privacy.models import AccessEvent, ReviewOfMonth
from privacy.services import Action, log_access
from privacy.services.reviewing import flags_of, month_before, month_of, month_to_review, review_month

MONTHS_SHOWN = 24


@require_safe
@permission_required("privacy.read_log", raise_exception=True)
def month_review_list(request: HttpRequest) -> HttpResponse:
    """The months that are over, and who went through each."""
    today = timezone.localdate()
    first = AccessEvent.objects.order_by("at").values_list("at", flat=True).first()
    since = timezone.localdate(first) if first else today
    reviews = ReviewOfMonth.objects.select_related("reviewed_by").order_by("reviewed_at")
    by_month = {review.month: review for review in reviews}
    day = month_before(today).start
    months = [(day, by_month.get(day))]
    while len(months) < MONTHS_SHOWN and month_before(day).end >= since:
        day = month_before(day).start
        months.append((day, by_month.get(day)))
    log_access(request, Action.LOG, [], "logboek: nagekeken maanden")
    return render(request, "privacy/month_review_list.html", {"months": months, "to_review": month_to_review(today)})


@form_page
@permission_required("privacy.read_log", raise_exception=True)
def month_review(request: HttpRequest, day: date) -> HttpResponse:
    """What stands out in a month, and what somebody thinks of it."""
    month = month_of(day)
    if month.end >= timezone.localdate():
        raise Http404("That month is not over yet.")
    flags = flags_of(month)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            review_month(month.start, form.cleaned_data["remark"], findings=len(flags), by=request.user)
            messages.success(request, "Bewaard: je hebt deze maand nagekeken.")
            return redirect("month_review_list")
    reviews = ReviewOfMonth.objects.filter(month=month.start).select_related("reviewed_by")
    log_access(request, Action.LOG, [], f"logboek: signalen van {month.start:%m-%Y}")
    return render(
        request, "privacy/month_review.html", {"month": month, "flags": flags, "form": form, "reviews": reviews}
    )
