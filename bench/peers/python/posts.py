"""Chat messages by Celery: a task for each, with requests.post as its documentation shows it."""

import requests

from tasks import app


@app.task
def post(url, message):
    requests.post(url, json=message, timeout=15).raise_for_status()
