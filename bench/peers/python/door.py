"""The door in Flask: work is handed to Celery, or done in the request itself."""

import csv
import io

from flask import Flask, Response, request

from appointments import TITLES, first_page, rows
from tasks import export, noop

app = Flask(__name__)


@app.get("/v1/appointments")
def list_appointments():
    return first_page()


@app.post("/v1/reports")
def accept():
    """Answers once the broker has the task."""
    report = request.get_json()["report"]
    task = noop.delay()
    return {"jobId": task.id, "state": "queued", "report": report}, 202


@app.post("/v1/exports")
def begin_export():
    return {"jobId": export.delay(request.get_json()["file"]).id}, 202


@app.get("/v1/exports/<job_id>")
def look(job_id):
    return {"state": export.AsyncResult(job_id).state}


@app.get("/v1/exports.csv")
def export_in_request():
    """Flask's own pattern for large answers: a generator."""

    def pieces():
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(TITLES)
        for row in rows():
            writer.writerow(row)
            if buffer.tell() > 65_536:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    return Response(pieces(), mimetype="text/csv")
