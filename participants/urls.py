from django.urls import path

from participants.views import applications, around, documents, guidance, indications, people, trajectories, volunteers
from workshops.views import prints, skills

urlpatterns = [
    path("", people.participant_list, name="participant_list"),
    path("nieuw/", people.participant_add, name="participant_add"),
    path("aanmeldingen/", applications.application_list, name="application_list"),
    path("indicaties/", indications.indication_list, name="indication_list"),
    path("evaluaties/", guidance.review_list, name="review_list"),
    path("vakvrijwilligers/", volunteers.volunteer_list, name="volunteer_list"),
    # One person: the overview and the other tabs.
    path("<str:key>/", people.participant_detail, name="participant_detail"),
    path("<str:key>/traject/", trajectories.participant_path, name="participant_path"),
    path("<str:key>/indicaties/", indications.participant_indications, name="participant_indications"),
    path("<str:key>/begeleiding/", guidance.participant_guidance, name="participant_guidance"),
    path("<str:key>/vaardigheden/", skills.participant_skills, name="participant_skills"),
    path("<str:key>/mensen/", around.participant_around, name="participant_around"),
    path("<str:key>/documenten/", documents.participant_documents, name="participant_documents"),
    path("<str:key>/vrijwilliger/", volunteers.volunteer_detail, name="volunteer_detail"),
    path("<str:key>/wijzigen/", people.participant_edit, name="participant_edit"),
    path("<str:key>/trajecten/nieuw/", trajectories.trajectory_add, name="trajectory_add"),
    path("<str:key>/trajecten/<number:pk>/", trajectories.trajectory_edit, name="trajectory_edit"),
    path("<str:key>/indicaties/nieuw/", indications.indication_add, name="indication_add"),
    path("<str:key>/indicaties/<number:pk>/", indications.indication_edit, name="indication_edit"),
    path("<str:key>/behandelaars/nieuw/", around.practitioner_add, name="practitioner_add"),
    path("<str:key>/behandelaars/<number:pk>/", around.practitioner_edit, name="practitioner_edit"),
    path("<str:key>/aanwezigheid.pdf", prints.attendance_overview_pdf, name="attendance_overview_pdf"),
]
