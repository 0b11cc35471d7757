"""URL patterns of the console and of the embedded API."""

from django.conf import settings
from django.urls import include, path, register_converter

from dashboard.health import healthz
from dashboard.opaque_ids import OpaqueIdConverter
from dashboard.shortcuts import shortcuts

register_converter(OpaqueIdConverter, "opaque_id")

handler500 = "dashboard.server_error.server_error"
urlpatterns = [
    path("", include("dashboard.overview.urls")),
    path("healthz", healthz, name="healthz"),
    path("shortcuts/", shortcuts, name="shortcuts"),
    path("accounts/", include("dashboard.people.account_urls")),
    path("account/", include("dashboard.people.urls")),
    path("team/tokens/", include("dashboard.api_tokens.urls")),
    path("team/connection/", include("dashboard.connection.urls")),
    path("team/holds/", include("dashboard.holds.urls")),
    path("team/", include("dashboard.team.urls")),
    path("audit/", include("dashboard.audit.urls")),
    path("weekly-report/", include("dashboard.weekly_report.urls")),
    path("outbox/", include("dashboard.outbox.urls")),
    path("queue/", include("dashboard.mail_queue.urls")),
    path("jobs/api-writes/", include("dashboard.api_writes.urls")),
    path("jobs/", include("dashboard.jobs.pages.urls")),
    path("investigate/campaigns/", include("investigate.campaigns.urls")),
    path("investigate/", include("investigate.urls")),
    path("releases/", include("investigate.releases.urls")),
    path("proposals/", include("settings_admin.proposals.urls")),
    path("", include("investigate.automations.urls")),
    path("", include("investigate.alerts.urls")),
    path("submissions/answers/", include("investigate.reporter_answers.urls")),
    path("events/", include("investigate.event_export.urls")),
    path("", include("investigate.digests.urls")),
    path("", include("investigate.release_requests.urls")),
    path("policies/", include("settings_admin.urls")),
    path("", include("investigate.review_urls")),
]
if settings.GATEWAY_EMBEDDED:
    urlpatterns.append(path("client/v4/", include("gateway.urls")))
