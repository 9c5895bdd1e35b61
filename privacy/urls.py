from django.urls import path

from privacy.views import erasures, log, retention, reviews, rights

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
]
