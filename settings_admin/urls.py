"""URL patterns of the policy pages."""

from django.urls import path, register_converter

from settings_admin.converters import KindConverter
from settings_admin.views import (
    entries,
    files,
    from_message,
    history,
    index,
    possible_matches,
    replays,
    runs,
    tester,
    upkeep,
)

register_converter(KindConverter, "policy_kind")

app_name = "settings_admin"

urlpatterns = [
    path("", index.index, name="index"),
    path("history/", history.change_list_page, name="history"),
    path("history/<int:change_id>/", history.change, name="change"),
    path("history/<int:change_id>/put-back/", history.put_back, name="put_back"),
    path("upkeep/", upkeep.entry_list, name="upkeep"),
    path("upkeep/<int:term_id>/renew/", upkeep.renew, name="renew"),
    path("tester/", tester.tester, name="tester"),
    path("block/", from_message.block, name="block"),
    path("allow/", from_message.allow, name="allow"),
    path("replays/<uuid:replay_id>/", replays.replay, name="replay"),
    path("replays/<uuid:replay_id>/progress/", replays.progress, name="replay_progress"),
    path("replays/<uuid:replay_id>/save/", replays.save, name="replay_save"),
    path("replays/<uuid:replay_id>/cancel/", replays.cancel, name="replay_cancel"),
    path("runs/", runs.run_list_page, name="runs"),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("runs/<uuid:run_id>/progress/", runs.progress, name="run_progress"),
    path("runs/<uuid:run_id>/apply/", runs.apply, name="run_apply"),
    path("runs/<uuid:run_id>/drop/", runs.drop, name="run_drop"),
    path("runs/<uuid:run_id>/undo/", runs.undo, name="run_undo"),
    path("runs/<uuid:run_id>/lines.csv", files.lines_csv, name="run_lines_csv"),
    path("<policy_kind:kind>/", entries.entry_list, name="list"),
    path("<policy_kind:kind>/new/", entries.entry_new, name="new"),
    path("<policy_kind:kind>/import/", files.import_file, name="import"),
    path("<policy_kind:kind>/export.csv", files.export, name="export"),
    path("<policy_kind:kind>/delete/", runs.delete_many, name="delete_many"),
    path("<policy_kind:kind>/look/", replays.look, name="look"),
    path("<policy_kind:kind>/entries/<opaque_id:entry_id>/look/", replays.look, name="look_at_entry"),
    path("<policy_kind:kind>/matches/", possible_matches.matches, name="matches"),
    path("<policy_kind:kind>/entries/<opaque_id:entry_id>/matches/", possible_matches.matches, name="matches_of_entry"),
    path("<policy_kind:kind>/check/", entries.entry_check, name="check"),
    path("<policy_kind:kind>/entries/<opaque_id:entry_id>/", entries.entry, name="entry"),
    path("<policy_kind:kind>/entries/<opaque_id:entry_id>/term/", upkeep.term, name="term"),
    path("<policy_kind:kind>/entries/<opaque_id:entry_id>/retire/look/", upkeep.retire_look, name="retire_look"),
    path("<policy_kind:kind>/entries/<opaque_id:entry_id>/retire/", upkeep.retire, name="retire"),
    path("<policy_kind:kind>/entries/<opaque_id:entry_id>/delete/", entries.entry_remove, name="delete"),
]
