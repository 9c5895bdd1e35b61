from django.urls import path

from partners.views import collaborations, events, milestones, organisations

urlpatterns = [
    path("", organisations.organisation_list, name="organisation_list"),
    path("nieuw/", organisations.organisation_add, name="organisation_add"),
    path("<number:pk>/", organisations.organisation_detail, name="organisation_detail"),
    path("<number:pk>/wijzigen/", organisations.organisation_edit, name="organisation_edit"),
    path("<number:organisation_id>/contactpersonen/nieuw/", organisations.contact_add, name="contact_add"),
    path("contactpersonen/<number:pk>/wijzigen/", organisations.contact_edit, name="contact_edit"),
    path("contactpersonen/<number:pk>/weghalen/", organisations.contact_remove, name="contact_remove"),
    path("samenwerkingen/", collaborations.collaboration_list, name="collaboration_list"),
    path("samenwerkingen/nieuw/", collaborations.collaboration_add, name="collaboration_add"),
    path("samenwerkingen/<number:pk>/", collaborations.collaboration_detail, name="collaboration_detail"),
    path("samenwerkingen/<number:pk>/wijzigen/", collaborations.collaboration_edit, name="collaboration_edit"),
    path("samenwerkingen/<number:collaboration_id>/mijlpalen/nieuw/", milestones.milestone_add, name="milestone_add"),
    path("mijlpalen/<number:pk>/wijzigen/", milestones.milestone_edit, name="milestone_edit"),
    path("mijlpalen/<number:pk>/foto.jpg", milestones.milestone_picture, name="milestone_picture"),
    path("samenwerkingen/<number:collaboration_id>/evenementen/nieuw/", events.event_add, name="event_add"),
    path("evenementen/<number:pk>/wijzigen/", events.event_edit, name="event_edit"),
    path("evenementen/<number:pk>/deelnemers/", events.event_visits, name="event_visits"),
]
