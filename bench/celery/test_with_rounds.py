"""Celery itself over a running Rounds, which main.ts beside this starts: a report, a mail, campaigns."""

import json
import os
import time
import unittest
import uuid
from urllib.request import Request, urlopen

from celery.exceptions import TaskRevokedError, TimeoutError
from celery.result import AsyncResult
from rounds_celery import RoundsBackend, UnknownTask

URL, TOKEN = os.environ["ROUNDS_URL"], os.environ["ROUNDS_TOKEN"]
# The mail server that main.ts starts takes no mail for it, yet.
LATER = "later@example.test"
TEXTS = {"en": {"subject": "Opening hours", "body": "We open at eight."}}


def call(method, path, body=None, content_type="application/json"):
    data = None if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": str(uuid.uuid4())}
    request = Request(URL + path, data, headers | ({} if data is None else {"Content-Type": content_type}), method=method)
    with urlopen(request, timeout=30) as answer:
        return answer.read()


def asked(path, body=None, **more):
    return json.loads(call("POST", path, body, **more))


def result(task_id):
    return AsyncResult(task_id, backend=RoundsBackend(URL, TOKEN))


def report():
    return result(asked("/v1/reports", {"report": "appointments", "parameters": {}})["jobId"])


def campaign(*addresses):
    draft = {"name": str(uuid.uuid4()), "template": "announcement", "purpose": "administrative"}
    made = asked("/v1/campaigns", draft | {"audience": {"kind": "upload"}, "texts": TEXTS})["campaignId"]
    people = "".join(f"{mail},Somebody,en\n" for mail in addresses)
    asked(f"/v1/campaigns/{made}/recipients", "mail,name,language\n" + people, content_type="text/csv")
    asked(f"/v1/campaigns/{made}/send")
    return made


def person():
    people = json.loads(call("GET", "/v1/patients?limit=200"))["items"]
    return next(one for one in people if one.get("mail", "").endswith("example.test"))


class CeleryOverRounds(unittest.TestCase):
    def until(self, task, holds):
        deadline = time.monotonic() + 60
        while not holds(task):
            self.assertLess(time.monotonic(), deadline, f"it is {task.state}: {task.info}")
            time.sleep(0.02)

    def revoked(self, task):
        with self.assertRaises(TaskRevokedError):
            task.get(timeout=60)
        self.assertEqual((task.state, task.ready(), task.successful(), task.failed()), ("REVOKED", True, False, False))

    def test_a_report_is_followed_and_its_file_fetched(self):
        task = report()
        self.until(task, lambda task: task.state == "PROGRESS")
        self.assertIsInstance(task.info["current"], int)
        with self.assertRaises(TimeoutError):
            task.get(timeout=0.1, interval=0.05)
        found = task.get(timeout=60)
        self.assertEqual((task.state, task.successful(), task.failed()), ("SUCCESS", True, False))
        self.assertEqual(len(call("GET", found["download"])), found["bytes"])
        self.assertGreater(found["rows"], 0)

    def test_a_cancelled_report_is_a_revoked_task(self):
        task = report()
        self.until(task, lambda task: task.state == "PROGRESS")
        asked(f"/v1/jobs/{task.id}/cancel")
        self.revoked(task)

    def test_a_mail_is_a_task(self):
        mail = {"recipientId": person()["patientId"], "template": "announcement", "texts": TEXTS}
        sent = result(asked("/v1/mails", mail)["mailId"])
        self.assertEqual(sent.get(timeout=60)["state"], "sent")
        self.assertTrue(sent.successful())

        asked("/v1/suppressions", {"mail": person()["mail"], "action": "add"})
        refused = result(asked("/v1/mails", mail)["mailId"])
        with self.assertRaises(Exception) as raised:
            refused.get(timeout=60)
        self.assertNotIsInstance(raised.exception, TimeoutError)
        self.assertEqual((refused.state, refused.failed()), ("FAILURE", True))
        self.assertIsNotNone(refused.traceback)

    def test_a_campaign_is_a_task_with_its_counts(self):
        task = result(campaign("one@example.test", "two@example.test"))
        self.assertEqual({key: task.get(timeout=60)[key] for key in ("total", "sent")}, {"total": 2, "sent": 2})

    def test_a_campaign_that_is_being_sent_tells_how_far_it_is_and_can_be_cancelled(self):
        made = campaign("three@example.test", LATER)
        task = result(made)
        self.until(task, lambda task: task.state == "PROGRESS" and task.info["sent"] == 1)
        self.assertEqual((task.info["current"], task.info["total"], task.ready()), (1, 2, False))
        asked(f"/v1/campaigns/{made}/cancel", {})
        self.revoked(task)

    def test_what_rounds_does_not_know_is_not_pending(self):
        with self.assertRaises(UnknownTask):
            result(str(uuid.uuid4())).state


if __name__ == "__main__":
    unittest.main()
