from django.urls import path

from impact.views import dashboard, documents, facts, figures

urlpatterns = [
    path("", figures.figures, name="figures"),
    path("overzicht/", dashboard.dashboard, name="dashboard"),
    path("feiten/<str:key>/", facts.figure_facts, name="figure_facts"),
    path("partners/<number:pk>/<int:year>.pdf", documents.partner_year_pdf, name="partner_year_pdf"),
    path("jaarverslag/", documents.annual_report, name="annual_report"),
    path("jaarverslag/<int:year>/", documents.annual_report_pdf, name="annual_report_pdf"),
]
