"""View that requests the reclassification of a message."""

import re

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from api_client.models.values import SubmissionDisposition
from dashboard.audit.actor import actor_of
from dashboard.jobs.pages.permission import viewer
from dashboard.jobs.states import JobState
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, demand
from dashboard.verdicts import verdict_of
from investigate.message.content_access import raw_download
from investigate.message.pane_location import return_to_message
from investigate.message.reclassification import message_reclassify, message_release

LARGEST_EML = 25 * 2**20
_HARMLESS = (SubmissionDisposition.NONE, SubmissionDisposition.BULK)
_NOT_HELD = "It is not held any more, so there was nothing to release."
_FIELD = re.compile(rb"(?:From |[!-9;-~]{1,200}:)")


class ReclassifyForm(forms.Form):
    """Form of the requested disposition.

    `eml` is an uploaded source; with `source`, the API's raw source is sent. With `release`, a held message that is
    called harmless is released as well.
    """

    disposition = forms.ChoiceField(choices=[(value.value, value.value) for value in SubmissionDisposition])
    eml = forms.FileField(required=False, allow_empty_file=False)
    source = forms.BooleanField(required=False)
    release = forms.BooleanField(required=False)

    def clean_eml(self) -> bytes:
        """Return the file's bytes. Reject a file that is too large or does not start with a header."""
        file = self.cleaned_data["eml"]
        if file is None:
            return b""
        if file.size > LARGEST_EML:
            raise forms.ValidationError(f"The file is larger than {LARGEST_EML // 2**20} MB.")
        content: bytes = file.read()
        if not _FIELD.match(content):
            raise forms.ValidationError("That file does not begin as a message does, with a header.")
        return content


@require_POST
def reclassify(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Request another disposition for the message, and redirect back to it.

    A verdict releases nothing by itself. A release is a job of its own, with its right and its approval.
    """
    form = ReclassifyForm(request.POST, request.FILES)
    if not form.is_valid():
        said = [str(error) for error in form.errors.get("eml", [])] or ["Choose one of the verdicts."]
        messages.error(request, " ".join(said))
        return HttpResponseRedirect(return_to_message(request, message_id))
    asked = SubmissionDisposition(form.cleaned_data["disposition"])
    releases = form.cleaned_data["release"] and asked in _HARMLESS
    if releases:
        demand(request, Capability.RELEASE, object_kind="message", object_id=message_id)
    eml = form.cleaned_data["eml"]
    if not eml and form.cleaned_data["source"]:
        demand(request, Capability.RAW, object_kind="message", object_id=message_id)
        eml = raw_download(actor=actor_of(request), message_id=message_id).content
    message_reclassify(actor=actor_of(request), message_id=message_id, asked=asked, eml=eml)
    messages.success(request, f"Submitted for review as {verdict_of(asked.value).label}. The answer takes a while.")
    if releases:
        job = message_release(user=viewer(request), actor=actor_of(request), message_id=message_id, asked=asked)
        waits = job is not None and job.state == JobState.AWAITING
        released = "Its release waits for a second person." if waits else "It is being released."
        messages.info(request, released if job else _NOT_HELD)
    return HttpResponseRedirect(return_to_message(request, message_id))
