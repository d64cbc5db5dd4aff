"""Hands tasks to Celery and waits for their results."""

import time

from celery.result import ResultSet

from answering import answering
from tasks import app, export, mail, noop


def answer(question):
    if "file" in question:
        export.delay(question["file"]).get()
        return {}
    if "purge" in question:
        app.control.purge()
        return {}
    if "mails" in question:
        return send_mails(question["mails"])
    return jobs(question["count"], question.get("perSecond"))


def send_mails(count):
    """A task for each mail, and all their results."""
    started_at = time.time()
    results = ResultSet([mail.delay(f"reader-{place}@example.test") for place in range(count)])
    results.join_native()
    return {"startedAt": started_at * 1000, "finishedAt": time.time() * 1000, "sent": count}


def jobs(count, per_second):
    """Submits no-ops as fast as it goes, or at a steady rate, and tells how long each waited for its start."""
    started_at = time.time()
    submitted = []
    for place in range(count):
        if per_second:
            time.sleep(max(0, started_at + place / per_second - time.time()))
        submitted.append((time.time(), noop.delay()))
    starts = ResultSet([result for _, result in submitted]).join_native()
    waits = [(start - at) * 1000 for start, (at, _) in zip(starts, submitted)]
    return {"startedAt": started_at * 1000, "finishedAt": time.time() * 1000, "waitsMs": waits}


answering(answer)
