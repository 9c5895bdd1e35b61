from django.urls import path

from privacy.views import breaches, erasures, log, processing, retention, reviews, rights

# What is about one person stands under that person, in `participants.urls`.
urlpatterns = [
    path("verzoeken/", rights.rights_request_list, name="rights_request_list"),
    path("bewaartermijnen/", retention.retention_list, name="retention_list"),
    path("bewaartermijnen/<number:pk>/uitstel/", retention.retention_postpone, name="retention_postpone"),
    path("gewist/", erasures.erasure_list, name="erasure_list"),
    path("gewist/<str:number>/", erasures.erasure_detail, name="erasure_detail"),
    path("gewist/<str:number>.pdf", erasures.erasure_proof_pdf, name="erasure_proof_pdf"),
    path("logboek/", log.access_log, name="access_log"),
    path("logboek/maanden/", reviews.month_review_list, name="month_review_list"),
    path("logboek/maanden/<day:day>/", reviews.month_review, name="month_review"),
    path("logboek/deelnemer/<str:key>/", log.person_log, name="person_log"),
    path("datalekken/", breaches.breach_list, name="breach_list"),
    path("datalekken/nieuw/", breaches.breach_add, name="breach_add"),
    path("datalekken/<number:pk>/", breaches.breach_detail, name="breach_detail"),
    path("datalekken/<number:pk>/aanvullen/", breaches.breach_edit, name="breach_edit"),
    path("datalekken/<number:pk>/afsluiten/", breaches.breach_close, name="breach_close"),
    path("datalekken/<number:pk>.pdf", breaches.breach_pdf, name="breach_pdf"),
    path("verwerkingen/", processing.processing_list, name="processing_list"),
    path("verwerkingen.pdf", processing.processing_pdf, name="processing_pdf"),
]
