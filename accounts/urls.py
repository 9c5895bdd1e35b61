from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/", views.account_list, name="account_list"),
    path("accounts/nieuw/", views.account_add, name="account_add"),
    path("accounts/<number:pk>/", views.account_edit, name="account_edit"),
    path("accounts/<number:pk>/link/", views.account_invite, name="account_invite"),
]
