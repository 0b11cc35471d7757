"""Celery task that answers people who reported mail. It is safe to run twice."""

from __future__ import annotations

from celery import shared_task

from investigate.reporter_answers.answering import answer_reporters


@shared_task(name="investigate.reporter_answers.tasks.answer_reporters", acks_late=True, reject_on_worker_lost=True)
def answer_due_reporters() -> None:
    """Put the answers that are due into the outbox."""
    answer_reporters()
