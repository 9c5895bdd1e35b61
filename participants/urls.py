from django.urls import path

from participants import views
from workshops.views import prints

urlpatterns = [
    path("", views.participant_list, name="participant_list"),
    path("nieuw/", views.participant_add, name="participant_add"),
    path("<str:key>/", views.participant_detail, name="participant_detail"),
    path("<str:key>/wijzigen/", views.participant_edit, name="participant_edit"),
    path("<str:key>/trajecten/nieuw/", views.trajectory_add, name="trajectory_add"),
    path("<str:key>/trajecten/<number:pk>/", views.trajectory_edit, name="trajectory_edit"),
    path("<str:key>/indicaties/nieuw/", views.indication_add, name="indication_add"),
    path("<str:key>/indicaties/<number:pk>/", views.indication_edit, name="indication_edit"),
    path("<str:key>/behandelaars/nieuw/", views.practitioner_add, name="practitioner_add"),
    path("<str:key>/behandelaars/<number:pk>/", views.practitioner_edit, name="practitioner_edit"),
    path("<str:key>/aanwezigheid.pdf", prints.attendance_overview_pdf, name="attendance_overview_pdf"),
]
