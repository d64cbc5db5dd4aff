"""Celery as its documentation starts it: Redis as broker and as result backend, everything else as it comes."""

import os
import time

from celery import Celery

import mails
from appointments import write_csv

app = Celery("tasks", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])


@app.task
def noop():
    return time.time()


@app.task
def export(path):
    write_csv(path)


@app.task
def mail(to):
    mails.send(to)
