"""Hands chat messages to Celery, each stamped with the moment at which it was handed over."""

import time

from celery.result import ResultSet

from answering import answering
from posts import post
from tasks import noop


def answer(question):
    if "urls" not in question:
        return {"startedAt": noop.delay().get()}
    return posts(question["urls"], question.get("perSecond"))


def posts(urls, per_second):
    started_at = time.time()
    results = []
    for place, url in enumerate(urls):
        if per_second:
            time.sleep(max(0, started_at + place / per_second - time.time()))
        message = {"text": f"{time.time() * 1000}", "fallbackText": ""}
        results.append(post.delay(url, message))
    ResultSet(results).join_native()
    return {}


answering(answer)
