from django.urls import path

from privacy.views import rights

# What is about one person stands under that person, in `participants.urls`.
urlpatterns = [
    path("verzoeken/", rights.rights_request_list, name="rights_request_list"),
]
