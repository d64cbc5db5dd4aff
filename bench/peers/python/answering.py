import json
import sys


def answering(answer):
    """Reads questions, one JSON line each, and answers each with a line before it reads the next."""
    print('"ready"', flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)) or {}), flush=True)
