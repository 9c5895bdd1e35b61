"""Looking at a goal together, and the list of what is to be looked at."""

from collections.abc import Iterable

from django.contrib.auth.decorators import permission_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import recent_sign_in_to_export
from participants.forms.guidance import ReviewFilterForm, ReviewForm
from participants.models import Goal, Participant, Review, Trajectory
from participants.services.guidance import review_goal
from participants.views.guidance import PAGE, form_of, get_goal
from participants.views.pages import done, names_of
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, page_of, remember_filters
from privacy.services import Action, log_access

COLUMNS = [
    Column("Naam", lambda goal: goal.participant.list_name),
    Column("Doel", lambda goal: goal.text),
    Column("Gebied", lambda goal: goal.get_field_display()),
    Column("Draagt bij aan", lambda goal: goal.get_indicator_display()),
    Column("Evaluatie", lambda goal: goal.review_on),
    Column("Te laat", lambda goal: "ja" if goal.is_overdue else "nee"),
]
COLUMNS_WITHOUT = [
    Column("Naam", lambda person: person.list_name),
    Column("Doelgroep", lambda person: person.main_trajectory.get_target_group_display()),
    Column("Sinds", lambda person: person.main_trajectory.start_date),
]


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def review_add(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    goal = get_goal(request, key, pk)
    form = ReviewForm(request.POST if request.method == "POST" else None, instance=Review(goal=goal))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            goal = review_goal(form.instance, by=request.user, **form.conclusion)
            sentence = "De evaluatie is bewaard." if goal.is_running else "Het doel is afgesloten."
            return done(request, goal.participant, names_of(form.changed_data), sentence, Action.ADD, to=PAGE)
    return form_of(request, "participants/review_add.html", form, goal.participant, goal=goal)


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
@recent_sign_in_to_export
def review_list(request: HttpRequest) -> HttpResponse:
    if response := remember_filters(request, "evaluaties"):
        return response
    form = ReviewFilterForm(request.GET)
    form.is_valid()
    today = timezone.localdate()
    goals = Goal.objects.running().of_enrolled(today).visible_to(request.user)
    without = without_goal(Participant.objects.visible_to(request.user))
    is_people = form.wants_without_goal
    rows = without if is_people else form.apply(goals, today).select_related("participant")
    if wanted := export_wanted(request):
        rows = list(rows)
        log_access(request, Action.EXPORT, _people(rows), "naam, doelgroep" if is_people else "naam, doel, evaluatie")
        title = "Nog zonder doel" if is_people else "Evaluaties"
        return export_response(wanted, title, COLUMNS_WITHOUT if is_people else COLUMNS, rows)
    page = page_of(request, rows)
    log_access(request, Action.SEARCH, _people(page.object_list), "naam, doel, evaluatie")
    context = {"form": form, "page_obj": page, "without_count": without.count(), "is_people": is_people}
    context["late_count"] = goals.filter(review_on__lt=today).count()
    return render(request, "participants/review_list.html", context)


def without_goal(people: QuerySet[Participant]) -> QuerySet[Participant]:
    """Who takes part now without a running goal; a skilled volunteer is not asked for one."""
    paths = Trajectory.objects.on(timezone.localdate()).filter(participant=OuterRef("pk"))
    guided = paths.exclude(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    goals = Goal.objects.running().filter(participant=OuterRef("pk"))
    people = people.filter(Exists(guided), ~Exists(goals)).order_by("sort_name", "pk")
    return people.prefetch_related("trajectories__pauses")


def _people(rows: Iterable[Goal | Participant]) -> list[Participant]:
    """Who is in the list, everybody once."""
    return list({person.pk: person for person in (getattr(row, "participant", row) for row in rows)}.values())
