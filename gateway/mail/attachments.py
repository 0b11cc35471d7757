"""Describe the files of a message and what lies within them: names, types, hashes, and features of the content."""

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.mail import limits
from gateway.mail.containers.budget import Budget, OutOfTime
from gateway.mail.containers.messages import files_in, links_of_bodies
from gateway.mail.containers.opened import Member
from gateway.mail.containers.outlook import as_mime
from gateway.mail.containers.qr_pictures import links_in_page
from gateway.mail.filetypes import OUTLOOK, FileContents, look_inside
from gateway.mail.message import Attachment, Link, place_of_file
from gateway.mail.mime import Tree, split_message
from gateway.mail.storable import storable

_CONTROLS: Final = dict.fromkeys(range(32), " ")
_ENDING: Final = 64


@dataclass(slots=True)
class Files:
    """The files of a message, with the links in them, and the bodies that a container held instead of the message."""

    attachments: list[Attachment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, the index of the listed container that it was found in, and how deep it lies."""

    member: Member
    container: int | None = None
    depth: int = 0


def read_files(tree: Tree, pages: Sequence[str] = ()) -> Files:
    """Describe and open every file of a message: its own files first, then what lies within, level by level.

    `pages` are its HTML bodies, which may hold pictures.

    What the budget left out is told to the tree. Of more than 300 files within others, those without a feature are
    looked into and counted, but not listed.
    """
    files, budget = Files(), Budget()
    unlisted = 0
    waiting = deque(_Found(member) for member in files_in(tree))
    while waiting:
        found = waiting.popleft()
        contents = _open(found, budget)
        attachment = _described(found, contents)
        listed = found.container is None or len(files.attachments) < limits.MEMBERS_LISTED or bool(attachment.features)
        index = len(files.attachments) if listed else found.container
        if listed:
            files.attachments.append(attachment)
        else:
            unlisted += 1
        _keep_bodies(files, found, contents, budget)
        waiting.extend(_within(found, contents, index, budget))
    files.links += _pictures((*pages, *files.html), budget)
    if unlisted:
        tree.note(f"{unlisted:,} more files in attached files were looked into and are not listed.")
    files.links = _distinct(files.links, budget)
    for sentence in budget.unread:
        tree.leave_out(sentence)
    for sentence in budget.notes:
        tree.note(sentence)
    return files


def attached_messages(raw: bytes) -> list[bytes]:
    """Return the messages attached to this one, of any type or name, those in winmail.dat or in an archive included.

    Messages inside an attached message are left out. What Outlook saved is given as MIME.
    """
    budget = Budget()
    messages: list[bytes] = []
    waiting = deque(_Found(member) for member in files_in(split_message(raw)))
    while waiting:
        found = waiting.popleft()
        contents = _open(found, budget)
        if contents.is_message:
            data = found.member.data
            messages.append(as_mime(data, Budget()) if contents.media_type == OUTLOOK else data)
        else:
            waiting.extend(_within(found, contents, None, budget))
    return messages


def _open(found: _Found, budget: Budget) -> FileContents:
    member = found.member
    return look_inside(member.data, member.name, member.declared_type, budget, member.part)


def _within(found: _Found, contents: FileContents, index: int | None, budget: Budget) -> Iterator[_Found]:
    """Yield the files in a file, as far as the budget goes."""
    members = contents.opened.members
    if members and found.depth >= limits.CONTAINER_DEPTH:
        budget.leave_out(f"Files nested deeper than {limits.CONTAINER_DEPTH} levels were not opened.")
        return
    for member in members:
        if budget.members <= 0:
            budget.leave_out(
                f"The message holds more than {limits.MEMBERS:,} files within files: the rest was not read."
            )
            return
        budget.members -= 1
        yield _Found(member, index, found.depth + 1)


def _keep_bodies(files: Files, found: _Found, contents: FileContents, budget: Budget) -> None:
    """Keep the bodies of a wrapped message as the message's own, or their links if they lie deeper."""
    opened = contents.opened
    place = place_of_file(_name(found.member.name)) or contents.media_type
    if found.container is None and not contents.is_message:
        files.text += opened.text
        files.html += opened.html
    else:
        try:
            budget.run(lambda: links_of_bodies(opened, place, budget))
        except OutOfTime:
            budget.leave_out(f"The links in {place[:80]} were not read to the end: that took too long.")
    files.links += (replace(link, place=place) for link in opened.links)


def _pictures(pages: Sequence[str], budget: Budget) -> list[Link]:
    if not any("base64" in page.lower() for page in pages):
        return []
    try:
        return budget.run(lambda: [link for page in pages for link in links_in_page(page, "", budget)])
    except OutOfTime:
        budget.leave_out("The pictures in the text were not looked at: that took too long.")
        return []


def _distinct(links: list[Link], budget: Budget) -> list[Link]:
    """Return each link once for each place where it is, at most 2,000."""
    kept = list(dict.fromkeys(links))
    if len(kept) > limits.CONTAINER_LINKS:
        budget.leave_out(f"The files of the message hold more than {limits.CONTAINER_LINKS:,} links.")
    return kept[: limits.CONTAINER_LINKS]


def _described(found: _Found, contents: FileContents) -> Attachment:
    member = found.member
    return Attachment(
        name=_name(member.name),
        declared_type=member.declared_type,
        detected_type=contents.media_type,
        size=len(member.data),
        md5=hashlib.md5(member.data, usedforsecurity=False).hexdigest(),
        sha1=hashlib.sha1(member.data, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(member.data).hexdigest(),
        content_id=storable(member.content_id)[: limits.NAME_CHARACTERS],
        encrypted=contents.encrypted,
        inline=member.inline,
        is_message=contents.is_message,
        children=contents.children,
        features=contents.features,
        container=found.container,
    )


def _name(name: str) -> str:
    """Return a file name that can be stored; of one that is too long, the beginning and the ending."""
    name = storable(name.translate(_CONTROLS).strip())
    if len(name) <= limits.NAME_CHARACTERS:
        return name
    return f"{name[: limits.NAME_CHARACTERS - _ENDING - 1]}\u2026{name[-_ENDING:]}"
