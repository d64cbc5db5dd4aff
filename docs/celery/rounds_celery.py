"""Celery's AsyncResult over Rounds: for programs that used to ask Celery's result backend.

    from celery.result import AsyncResult
    from rounds_celery import RoundsBackend

    rounds = RoundsBackend(url="https://rounds.example.test", token="rounds_...")
    result = AsyncResult(job_id, backend=rounds)
    result.state        # PENDING, STARTED, PROGRESS, RETRY, SUCCESS, FAILURE, REVOKED
    result.info         # of PROGRESS: {"current": 40, "total": 100, ...}
    result.get(timeout=60)

The identifier is that of a report (`jobId`), a mail or a campaign. Needs Celery 5 and Python's standard library.
"""

import json
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from celery import Celery
from celery.backends.base import BaseBackend


class UnknownTask(Exception):
    """Rounds does not know this identifier, or not for this token. Celery would say PENDING for ever."""


class ExpiredResult(Exception):
    """The result is no longer kept."""


class RoundsBackend(BaseBackend):
    """Reads `GET /v1/tasks/{id}`. Rounds is asked for work by its own API, so this writes nothing."""

    def __init__(self, url, token, app=None, timeout=10):
        super().__init__(app=app or Celery("rounds", set_as_current=False))
        self.rounds_url = url.rstrip("/")
        self.rounds_token = token
        self.rounds_timeout = timeout
        # Of a temporary failure: asked again with growing pauses, as Celery does for its own backends.
        self.always_retry = True

    def _get_task_meta_for(self, task_id):
        request = Request(
            f"{self.rounds_url}/v1/tasks/{quote(str(task_id), safe='')}",
            headers={"Authorization": f"Bearer {self.rounds_token}", "Accept": "application/json"},
        )
        try:
            with urlopen(request, timeout=self.rounds_timeout) as answer:
                meta = json.load(answer)
        except HTTPError as error:
            if error.code == 404:
                raise UnknownTask(task_id) from None
            if error.code == 410:
                raise ExpiredResult(task_id) from None
            raise
        return self.meta_from_decoded({**meta, "children": []})

    def exception_safe_to_retry(self, exc):
        if isinstance(exc, HTTPError):
            return exc.code == 429 or exc.code >= 500
        return isinstance(exc, (URLError, TimeoutError))
