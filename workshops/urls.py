from django.urls import path

from workshops.views import (
    calls,
    corrections,
    days,
    jobs,
    merging,
    months,
    placements,
    places,
    prints,
    registers,
    search,
    trajectories,
    visitors,
    walk_ins,
    workshops,
    year_import,
)

REGISTER = "register/<number:workshop_id>/<day:day>/<part:part>/"
SLOT = "werkplaatsen/<number:workshop_id>/<day:day>/<part:part>/"
PLACEMENT = "deelnemers/<str:key>/plaatsingen/<number:pk>/"
TRAJECTORY = "deelnemers/<str:key>/trajecten/<number:pk>/"

urlpatterns = [
    path("zoeken/", search.search, name="search"),
    path("gegevens-inlezen/", year_import.year_import, name="year_import"),
    path("gegevens-inlezen/<number:pk>/", year_import.year_import_detail, name="year_import_detail"),
    path("gegevens-inlezen/<number:pk>/bevestigen/", year_import.year_import_confirm, name="year_import_confirm"),
    path("rooster-voortzetten/", year_import.schedule_continue, name="schedule_continue"),
    path("vandaag/", days.session_day, name="session_day"),
    path("vandaag/<day:day>/", days.session_day, name="session_day"),
    path("huis/", days.house_day, name="house_day"),
    path("nog-af-te-maken/", days.register_board, name="register_board"),
    path("bellen/", calls.call_list, name="call_list"),
    path("inlopers/", walk_ins.walk_in_list, name="walk_in_list"),
    path("correcties/", corrections.correction_list, name="correction_list"),
    path("maanden/", months.month_list, name="month_list"),
    path("klussen/", jobs.job_list, name="job_list"),
    path(REGISTER, registers.register_detail, name="register_detail"),
    path(f"{REGISTER}iedereen/", registers.attendance_mark_all, name="attendance_mark_all"),
    path(f"{REGISTER}erbij/", visitors.visitor_add, name="visitor_add"),
    path(f"{REGISTER}lijst.pdf", prints.session_list_pdf, name="session_list_pdf"),
    path(f"{REGISTER}<str:key>/", registers.attendance_mark, name="attendance_mark"),
    path("werkplaatsen/", workshops.workshop_week, name="workshop_week"),
    path("werkplaatsen/week/<day:day>/", workshops.workshop_week, name="workshop_week"),
    path("werkplaatsen/nieuw/", places.workshop_add, name="workshop_add"),
    path("werkplaatsen/<number:workshop_id>/", places.workshop_detail, name="workshop_detail"),
    path("werkplaatsen/<number:workshop_id>/wijzigen/", places.workshop_edit, name="workshop_edit"),
    path(SLOT, workshops.workshop_slot, name="workshop_slot"),
    path(f"{SLOT}plaatsen/", placements.placement_choose, name="placement_choose"),
    path("deelnemers/<str:key>/plaatsen/", placements.placement_add, name="placement_add"),
    path(f"{PLACEMENT}stoppen/", placements.placement_end, name="placement_end"),
    path(f"{PLACEMENT}wijzigen/", placements.placement_change, name="placement_change"),
    path(f"{PLACEMENT}intrekken/", placements.placement_withdraw, name="placement_withdraw"),
    path(f"{TRAJECTORY}stoppen/", trajectories.trajectory_end, name="trajectory_end"),
    path(f"{TRAJECTORY}doorstromen/", trajectories.trajectory_move_on, name="trajectory_move_on"),
    path(f"{TRAJECTORY}onderbreken/", trajectories.pause_add, name="pause_add"),
    path("deelnemers/<str:key>/samenvoegen/", merging.merge_choose, name="merge_choose"),
    path("deelnemers/<str:key>/samenvoegen/<str:other>/", merging.participant_merge, name="participant_merge"),
    path("deelnemers/<str:key>/onderbrekingen/<number:pk>/", trajectories.pause_end, name="pause_end"),
]
