"""URLs of evidence packs."""

from django.urls import path

from investigate.evidence.views import evidence

urlpatterns = [
    path("message/<message_id:key>/", evidence, {"kind": "message"}, name="evidence_of_message"),
    path("job/<uuid:key>/", evidence, {"kind": "job"}, name="evidence_of_job"),
    path("submission/<opaque_id:key>/", evidence, {"kind": "submission"}, name="evidence_of_submission"),
]
