from django.urls import path

from impact.views import dashboard, documents, factors, facts, figures, indicators, years

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
    path("indicatoren/", indicators.indicator_list, name="indicator_list"),
    path("indicatoren/toevoegen/", indicators.indicator_add, name="indicator_add"),
    path("indicatoren/<number:pk>/", indicators.indicator_edit, name="indicator_edit"),
    path("doelen/", indicators.target_list, name="target_list"),
    path("doelen/<int:year>/", indicators.target_edit, name="target_edit"),
    path("factoren/", factors.factor_list, name="factor_list"),
    path("factoren/toevoegen/", factors.factor_add, name="factor_add"),
    path("factoren/<number:pk>/", factors.factor_edit, name="factor_edit"),
]
