"""Asks for a report, follows it and downloads it, with the client that openapi-python-client makes of /openapi.json."""

import json
import os
import sys
import time
import uuid

from rounds_client import AuthenticatedClient
from rounds_client.api.jobs import list_jobs, read_job
from rounds_client.api.reports import download_report, request_report
from rounds_client.models import JobState, Problem, ReportRequest, ReportRequestParameters

unfinished = (JobState.QUEUED, JobState.RUNNING, JobState.RETRYING)
with AuthenticatedClient(base_url=os.environ["ROUNDS_URL"], token=os.environ["ROUNDS_TOKEN"]) as client:

    def request(report):
        body = ReportRequest(report=report, parameters=ReportRequestParameters())
        return request_report.sync(client=client, body=body, idempotency_key=str(uuid.uuid4()))

    refused = request("nothing")
    assert isinstance(refused, Problem), "a report that does not exist was accepted"

    accepted = request("appointments")
    listed = list_jobs.sync(client=client, limit=1).items[0].job_id
    deadline = time.monotonic() + 60
    while (job := read_job.sync(accepted.job_id, client=client)).state in unfinished and time.monotonic() < deadline:
        time.sleep(0.1)
    downloaded = download_report.sync_detailed(accepted.job_id, client=client)
    with open(sys.argv[1], "wb") as file:
        file.write(downloaded.content)
    print(json.dumps({"jobId": job.job_id, "listed": listed, "rows": job.result.rows, "refused": refused.code}))
