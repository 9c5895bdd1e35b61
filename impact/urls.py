from django.urls import path

from impact import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("partners/<number:pk>/<int:year>.pdf", views.partner_year_pdf, name="partner_year_pdf"),
    path("jaarverslag/", views.annual_report, name="annual_report"),
    path("jaarverslag/<int:year>/", views.annual_report_pdf, name="annual_report_pdf"),
]
