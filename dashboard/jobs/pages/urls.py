"""Addresses of jobs."""

from django.urls import path

from dashboard.jobs.views import bulk, pages, selections, starting, steering

app_name = "jobs"

urlpatterns = [
    path("", pages.job_list_page, name="list"),
    path("confirm/", starting.confirm, name="confirm"),
    path("create/", starting.create, name="create"),
    path("running/", pages.running, name="running"),
    path("api/", bulk.api_jobs, name="api_jobs"),
    path("api/start/", bulk.api_start, name="api_start"),
    path("api/<str:job_id>/", bulk.api_job, name="api_job"),
    path("api/<str:job_id>/progress/", bulk.api_progress, name="api_progress"),
    path("api/<str:job_id>/cancel/", bulk.api_cancel, name="api_cancel"),
    path("api/<str:job_id>/delete/", bulk.api_delete, name="api_delete"),
    path("selections/", selections.select, name="select"),
    path("selections/new/", selections.new, name="new_selection"),
    path("selections/<uuid:selection_id>/", selections.selection, name="selection"),
    path("selections/<uuid:selection_id>/progress/", selections.progress, name="selection_progress"),
    path("selections/<uuid:selection_id>/check/", selections.check, name="selection_check"),
    path("selections/<uuid:selection_id>/cancel/", selections.abandon, name="selection_cancel"),
    path("<uuid:job_id>/", pages.detail, name="detail"),
    path("<uuid:job_id>/progress/", pages.progress, name="progress"),
    path("<uuid:job_id>/outcomes.csv", pages.outcomes, name="outcomes"),
    path("<uuid:job_id>/pause/", steering.pause, name="pause"),
    path("<uuid:job_id>/resume/", steering.resume, name="resume"),
    path("<uuid:job_id>/cancel/", steering.cancel, name="cancel"),
    path("<uuid:job_id>/retry/", steering.retry, name="retry"),
    path("<uuid:job_id>/undo/", steering.undo, name="undo"),
    path("<uuid:job_id>/approve/", steering.approve, name="approve"),
    path("<uuid:job_id>/refuse/", steering.refuse, name="refuse"),
]
