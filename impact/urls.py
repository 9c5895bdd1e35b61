from django.urls import path

from impact.views import dashboard, documents, facts, figures, years

urlpatterns = [
    path("", figures.figures, name="figures"),
    path("overzicht/", dashboard.dashboard, name="dashboard"),
    path("feiten/<str:key>/", facts.figure_facts, name="figure_facts"),
    path("partners/<number:pk>/<int:year>.pdf", years.partner_year_pdf, name="partner_year_pdf"),
    path("jaarverslag/", years.annual_report, name="annual_report"),
    path("documenten/", documents.document_list, name="document_list"),
    path("documenten/nieuws/", documents.document_news, name="document_news"),
    path("documenten/vraag/", documents.document_request, name="document_request"),
    path("documenten/<number:pk>/", documents.document_download, name="document_download"),
    path("documenten/<number:pk>/opnieuw/", documents.document_retry, name="document_retry"),
    path("documenten/<number:pk>/stop/", documents.document_cancel, name="document_cancel"),
]
