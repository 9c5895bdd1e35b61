from django.urls import path

from partners import views

urlpatterns = [
    path("", views.organisation_list, name="organisation_list"),
]
