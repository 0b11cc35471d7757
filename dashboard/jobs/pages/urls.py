"""URLs of bulk jobs."""

from django.urls import path

from dashboard.jobs.pages import api_jobs, control, job, selections, start

app_name = "jobs"

urlpatterns = [
    path("", job.job_list_page, name="list"),
    path("confirm/", start.confirm, name="confirm"),
    path("create/", start.create, name="create"),
    path("running/", job.running, name="running"),
    path("api/", api_jobs.api_jobs, name="api_jobs"),
    path("api/start/", api_jobs.api_start, name="api_start"),
    path("api/<str:job_id>/", api_jobs.api_job, name="api_job"),
    path("api/<str:job_id>/progress/", api_jobs.api_progress, name="api_progress"),
    path("api/<str:job_id>/cancel/", api_jobs.api_cancel, name="api_cancel"),
    path("api/<str:job_id>/delete/", api_jobs.api_delete, name="api_delete"),
    path("selections/", selections.select, name="select"),
    path("selections/new/", selections.new, name="new_selection"),
    path("selections/<uuid:selection_id>/", selections.selection, name="selection"),
    path("selections/<uuid:selection_id>/progress/", selections.progress, name="selection_progress"),
    path("selections/<uuid:selection_id>/check/", selections.check, name="selection_check"),
    path("selections/<uuid:selection_id>/cancel/", selections.abandon, name="selection_cancel"),
    path("<uuid:job_id>/", job.detail, name="detail"),
    path("<uuid:job_id>/progress/", job.progress, name="progress"),
    path("<uuid:job_id>/outcomes.csv", job.outcomes, name="outcomes"),
    path("<uuid:job_id>/pause/", control.pause, name="pause"),
    path("<uuid:job_id>/resume/", control.resume, name="resume"),
    path("<uuid:job_id>/cancel/", control.cancel, name="cancel"),
    path("<uuid:job_id>/retry/", control.retry, name="retry"),
    path("<uuid:job_id>/look-up/", control.look_up, name="look_up"),
    path("<uuid:job_id>/undo/", control.undo, name="undo"),
    path("<uuid:job_id>/approve/", control.approve, name="approve"),
    path("<uuid:job_id>/refuse/", control.refuse, name="refuse"),
]
