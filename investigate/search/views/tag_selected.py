"""View that tags selected messages of a list, or takes a tag off them, after asking which."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.jobs.pages.forms import IdsField
from dashboard.jobs.pages.permission import safe_page
from dashboard.requests import ConsoleRequest
from investigate.annotations.forms import TagForm
from investigate.annotations.selectors import known_tags
from investigate.annotations.services import messages_tag

AT_MOST = 1000
"""Messages that are tagged while the person waits. An automation tags more."""


class SelectedForm(forms.Form):
    """The selected messages."""

    ids = IdsField()

    def clean_ids(self) -> list[str]:
        """Refuse more than can be tagged at once."""
        ids: list[str] = self.cleaned_data["ids"]
        if len(ids) > AT_MOST:
            raise forms.ValidationError(f"At most {AT_MOST:,} messages are tagged at once; an automation tags more.")
        return ids


@require_POST
def tag_selected(request: ConsoleRequest) -> HttpResponse:
    """Ask for the tag. With `do` in the form (add or remove), tag them or take the tag off, and redirect to `next`.

    If the process dies on the way, those before are changed, and doing it again does the rest.
    """
    back = safe_page(request, request.POST.get("next") or request.headers.get("Referer") or "")
    selected = SelectedForm(request.POST)
    if not selected.is_valid():
        said = str(selected.errors["ids"][0]) if request.POST.get("ids") else "Nothing was selected."
        messages.warning(request, said)
        return HttpResponseRedirect(back)
    ids, do = selected.cleaned_data["ids"], request.POST.get("do", "")
    form = TagForm(request.POST) if do else TagForm()
    if not form.is_valid():
        context = {"ids": ids, "back": back, "form": form, "known": known_tags()}
        return render(request, "investigate/search/tag.html", context, status=422 if do else 200)
    name, remove = form.cleaned_data["tag"], do == "remove"
    changed = messages_tag(actor=actor_of(request), message_ids=ids, tag=name, remove=remove)
    messages.success(request, f"{changed:,} of {len(ids):,} {'lost' if remove else 'got'} the tag {name}.")
    return HttpResponseRedirect(back)
