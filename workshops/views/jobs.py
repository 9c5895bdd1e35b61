"""Jobs of the workshops: what there is to do, for whom, and what came of it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from participants.models import Participant
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of, remember_filters
from privacy.services import Action, log_access
from workshops.forms.jobs import JobFilterForm, JobFinishForm, JobForm
from workshops.models import Attendance, DayPart, Job, Session, Workshop
from workshops.services.jobs import job_figures, save_job, set_job_state
from workshops.services.outputs import record_output

State = Job.State
# So many finished jobs stand below the list; the filter shows them all.
JUST_DONE = 5


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def job_list(request: HttpRequest) -> HttpResponse:
    if kept := remember_filters(request, "job_list"):
        return kept
    workshops = Workshop.objects.visible_to(request.user)
    form = JobFilterForm(request.GET, workshops=workshops.order_by("name"))
    form.is_valid()
    jobs = Job.objects.visible_to(request.user).select_related("workshop", "partner")
    page = page_of(request, form.apply(jobs).with_people_on(timezone.localdate()))
    done = [] if form.cleaned_data.get("state") else _just_done(form.of_workshop(jobs))
    _add_figures(page.object_list if form.asks_past else done)
    context = {
        "form": form,
        "page_obj": page,
        "done": done,
        "is_filtered": form.is_filtered,
        "has_workshops": workshops.exists(),
    }
    return render(request, "workshops/job_list.html", context)


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    job = _get_job(request, pk)
    people = list(_people_of(request, job))
    log_access(request, Action.VIEW, people, "naam, dagdelen bij een klus")
    figures = job_figures([job])[job.pk]
    context = {
        "job": job,
        "figures": figures,
        "people": people,
        "others": figures.people - len(people),
        "outputs": job.outputs.select_related("type", "recorded_by"),
        "form": JobFinishForm(initial={"result": job.result}) if job.is_going_on else None,
    }
    return render(request, "workshops/job_detail.html", context)


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def job_add(request: HttpRequest) -> HttpResponse:
    """A new job; `?workshop=` says of which workshop."""
    workshops = Workshop.objects.visible_to(request.user).order_by("name")
    first = list(workshops[:2])
    chosen = first[0].pk if len(first) == 1 else request.GET.get("workshop")
    form = JobForm(
        request.POST if request.method == "POST" else None, workshops=workshops, initial={"workshop": chosen}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_job(form.instance, by=request.user)
            messages.success(request, f"De klus staat erbij: {form.instance}.")
            return redirect("job_detail", form.instance.pk)
    return render(request, "workshops/job_add.html", {"form": form, "has_workshops": bool(first)})


@edit_page
@permission_required("workshops.record_attendance", raise_exception=True)
def job_edit(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_to_edit(request, Job.objects.visible_to(request.user).select_related("workshop"), pk=pk)
    title = job.title
    form = JobForm(request.POST if request.method == "POST" else None, instance=job)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_job(form.instance, by=request.user)
            messages.success(request, "Dat is bewaard.")
            tell_taken(request, form)
            return redirect("job_detail", pk)
    return render(request, "workshops/job_edit.html", {"form": form, "job": job, "title": title})


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def job_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin it, drop it, or take it up again."""
    job, state = _get_job(request, pk), request.POST.get("state")
    if state not in (State.WAITING, State.BUSY, State.DROPPED):
        messages.error(request, "Kies wat er met de klus gebeurt.")
        return redirect("job_detail", pk)
    try:
        job = set_job_state(job, state, by=request.user)
        messages.success(request, f"Deze klus is nu: {job.get_state_display()}.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("job_detail", pk)


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def job_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """A job is done; what came of it counts as an output of today."""
    job = _get_job(request, pk)
    initial = {"result": job.result}
    form = JobFinishForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            _finish(request, job, form)
            messages.success(request, f"Klaar: {job}.")
            return redirect("job_detail", pk)
        form.renew_key()
    return render(request, "workshops/job_finish.html", {"job": job, "form": form})


def _finish(request: HttpRequest, job: Job, form: JobFinishForm) -> None:
    set_job_state(job, State.DONE, by=request.user, result=form.cleaned_data["result"])
    today = timezone.localdate()
    if output := form.output(workshop=job.workshop, date=today, session=_session_now(job), job=job):
        record_output(output, by=request.user)


def _session_now(job: Job) -> Session | None:
    """The session of its workshop that is going on now, where its outputs are shown."""
    now = timezone.localtime()
    sessions = Session.objects.filter(workshop=job.workshop_id, date=now.date(), day_part=DayPart.at(now))
    return sessions.filter(state=Session.State.PLANNED).first()


def _get_job(request: HttpRequest, pk: int) -> Job:
    """A job that the signed-in user may see; no other exists for them (404)."""
    jobs = Job.objects.visible_to(request.user).select_related("workshop", "partner")
    return get_object_or_404(jobs.with_people_on(timezone.localdate()), pk=pk)


def _people_of(request: HttpRequest, job: Job) -> QuerySet[Participant]:
    """Who worked on it, as far as the signed-in user may see them, with how often and when last."""
    worked = Q(attendances__job=job, attendances__status=Attendance.Status.PRESENT)
    people = Participant.objects.visible_to(request.user).filter(worked)
    people = people.annotate(day_parts=Count("attendances"), last_on=Max("attendances__date"))
    return people.order_by("sort_name", "pk")


def _just_done(jobs: QuerySet[Job]) -> list[Job]:
    done = jobs.filter(state=State.DONE)
    return list(done.order_by(F("finished_on").desc(), "-pk")[:JUST_DONE])


def _add_figures(jobs) -> None:
    figures = job_figures(jobs)
    for job in jobs:
        job.figures = figures[job.pk]
