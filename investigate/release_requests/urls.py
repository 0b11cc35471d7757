"""URLs of recipients' requests: the queue, and the pages that recipients open by a signed link."""

from django.urls import path

from investigate.release_requests.views import public, queue

app_name = "release_requests"

urlpatterns = [
    path("requests/", queue.request_list, name="list"),
    path("requests/<int:request_id>/", queue.detail, name="detail"),
    path("requests/<int:request_id>/allow/", queue.allow, name="allow"),
    path("requests/<int:request_id>/block/", queue.block, name="block"),
    path("requests/<int:request_id>/refuse/", queue.refuse, name="refuse"),
    path("requests/<int:request_id>/claim/", queue.claim, name="claim"),
    path("requests/<int:request_id>/unclaim/", queue.unclaim, name="unclaim"),
    path("held/ask/<str:token>/", public.ask, name="ask"),
    path("held/confirm/<str:token>/", public.confirm, name="confirm"),
]
