"""Celery itself over answers as Rounds gives them: `npm run celery`."""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from celery.exceptions import TaskRevokedError, TimeoutError
from celery.result import AsyncResult
from rounds_celery import ExpiredResult, RoundsBackend, UnknownTask


def task(status, result=None, traceback=None):
    ready = status in ("SUCCESS", "FAILURE", "REVOKED")
    return {
        "task_id": "t",
        "status": status,
        "ready": ready,
        "successful": status == "SUCCESS",
        "result": result,
        "traceback": traceback,
        "date_done": "2026-11-30T09:00:00.000Z" if ready else None,
    }


REVOKED = {"exc_type": "TaskRevokedError", "exc_message": ["revoked"], "exc_module": "celery.exceptions"}
FAILED = {"exc_type": "DISK_FULL", "exc_message": ["The disk is full."], "exc_module": "rounds"}
FILE = {"file_name": "appointments.csv", "rows": 2, "download": "/v1/reports/t/file"}


class AsyncResultOverRounds(unittest.TestCase):
    def setUp(self):
        self.answers = []
        self.asked = []
        test = self

        class Rounds(BaseHTTPRequestHandler):
            def do_GET(self):
                test.asked.append((self.path, self.headers["Authorization"]))
                status, body = test.answers.pop(0) if len(test.answers) > 1 else test.answers[0]
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Rounds)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def result(self, *answers):
        self.answers = [answer if isinstance(answer, tuple) else (200, answer) for answer in answers]
        backend = RoundsBackend(f"http://127.0.0.1:{self.server.server_port}/", "rounds_token")
        backend.base_sleep_between_retries_ms = 1
        return AsyncResult("t", backend=backend)

    def test_asks_for_its_task_with_the_token(self):
        self.assertEqual(self.result(task("PENDING")).state, "PENDING")
        self.assertEqual(self.asked, [("/v1/tasks/t", "Bearer rounds_token")])

    def test_tells_how_far_it_is(self):
        result = self.result(task("PROGRESS", {"current": 40, "total": 100}))
        self.assertEqual((result.state, result.info["current"], result.ready()), ("PROGRESS", 40, False))
        with self.assertRaises(TimeoutError):
            result.get(timeout=0.05, interval=0.01)

    def test_waits_for_the_result(self):
        result = self.result(task("STARTED"), task("PROGRESS", {"current": 1}), task("SUCCESS", FILE))
        self.assertEqual(result.get(timeout=5, interval=0.01), FILE)
        self.assertTrue(result.successful())

    def test_raises_what_failed(self):
        result = self.result(task("FAILURE", FAILED, "DISK_FULL: The disk is full."))
        with self.assertRaisesRegex(Exception, "The disk is full") as raised:
            result.get(timeout=5)
        self.assertEqual(type(raised.exception).__name__, "DISK_FULL")
        self.assertTrue(result.failed())
        self.assertIn("DISK_FULL", result.traceback)

    def test_raises_task_revoked_error_when_it_was_cancelled(self):
        result = self.result(task("REVOKED", REVOKED))
        with self.assertRaises(TaskRevokedError):
            result.get(timeout=5)
        self.assertEqual((result.state, result.ready(), result.successful()), ("REVOKED", True, False))

    def test_never_calls_pending_what_is_not_there(self):
        with self.assertRaises(UnknownTask):
            self.result((404, {})).state
        with self.assertRaises(ExpiredResult):
            self.result((410, {})).get(timeout=5)

    def test_asks_again_after_a_temporary_failure(self):
        self.assertEqual(self.result((503, {}), (429, {}), task("SUCCESS", FILE)).get(timeout=5), FILE)


if __name__ == "__main__":
    unittest.main()
