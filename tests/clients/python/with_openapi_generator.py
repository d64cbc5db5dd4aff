"""Asks for a report, follows it and downloads it, with the client that openapi-generator makes of /openapi.json."""

import json
import os
import sys
import time
import uuid

from rounds_client import ApiClient, ApiException, Configuration, JobsApi, JobState, ReportRequest, ReportsApi

unfinished = (JobState.QUEUED, JobState.RUNNING, JobState.RETRYING)
configuration = Configuration(host=os.environ["ROUNDS_URL"], access_token=os.environ["ROUNDS_TOKEN"])
with ApiClient(configuration) as client:
    jobs, reports = JobsApi(client), ReportsApi(client)
    try:
        reports.request_report(str(uuid.uuid4()), ReportRequest(report="nothing"))
        sys.exit("a report that does not exist was accepted")
    except ApiException as refused:
        code = refused.data.code

    accepted = reports.request_report(str(uuid.uuid4()), ReportRequest(report="appointments", parameters={}))
    listed = jobs.list_jobs(limit=1).items[0].job_id
    deadline = time.monotonic() + 60
    while (job := jobs.read_job(accepted.job_id)).state in unfinished and time.monotonic() < deadline:
        time.sleep(0.1)
    with open(sys.argv[1], "wb") as file:
        file.write(reports.download_report(accepted.job_id))
    print(json.dumps({"jobId": job.job_id, "listed": listed, "rows": job.result.rows, "refused": code}))
