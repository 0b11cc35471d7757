"""The digest of what verdicts are made of: it changes when stored mail may have to be judged otherwise."""

import hashlib
from functools import cache
from pathlib import Path

from gateway import detect, mail
from gateway.models import Feed, LearningState, PolicyVersion

DATABASE = "gateway"


def knowledge(account_id: str) -> str:
    """Return the digest of detectors, feeds, the learnt model and the account's settings."""
    feeds = Feed.objects.using(DATABASE).filter(account_id=account_id, is_active=True).order_by("pk")
    learnt = LearningState.objects.using(DATABASE).filter(pk=account_id, is_on=True)
    settings = PolicyVersion.objects.using(DATABASE).filter(pk=account_id)
    parts = [
        detectors(),
        str(list(feeds.values_list("pk", flat=True))),
        str(learnt.values_list("version_id", flat=True).first()),
        str(settings.values_list("number", flat=True).first() or 0),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def detectors() -> str:
    """Return the digest of the program's files that read and judge mail, as this process has loaded them."""
    digest = hashlib.sha256()
    for package in (detect, mail):
        folder = Path(package.__path__[0])
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
