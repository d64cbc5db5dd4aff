"""The hospital's appointments, as every Python peer reads and writes them."""

import csv
import os
from functools import cache
from zoneinfo import ZoneInfo

from bson.codec_options import CodecOptions
from pymongo import MongoClient

ORDER = [("startsAt", 1), ("_id", 1)]
TITLES = [
    "Appointment", "Starts at", "Status", "Patient number", "Patient", "Doctor number", "Doctor",
    "Department", "Reason for visit", "Minutes", "Fee", "Booked at",
]  # fmt: skip
# Whole fields, as Rounds asks for them: MongoDB cuts out parts of them much slower.
FIELDS = [
    "_id", "startsAt", "status", "patient", "doctor", "department", "reason", "minutes", "fee", "bookedAt",
]  # fmt: skip


@cache
def appointments():
    """Connects at the first use: a client must not be carried through a fork."""
    client = MongoClient(os.environ["MONGO_URL"])
    in_india = CodecOptions(tz_aware=True, tzinfo=ZoneInfo("Asia/Kolkata"))
    return client.get_default_database().get_collection("appointments", codec_options=in_india)


def rows():
    for one in appointments().find({}, dict.fromkeys(FIELDS, 1)).sort(ORDER):
        patient, doctor = one["patient"], one["doctor"]
        yield [
            one["_id"],
            one["startsAt"].isoformat(),
            one["status"],
            patient["number"],
            patient["name"],
            doctor["number"],
            doctor["name"],
            one["department"]["name"],
            one["reason"],
            one["minutes"],
            one["fee"],
            one["bookedAt"].isoformat(),
        ]


def write_csv(path):
    """The way of the csv module's documentation: rows straight from the cursor."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(TITLES)
        writer.writerows(rows())


def first_page(limit=50):
    """What the list of appointments shows of them."""
    hidden = {"outbox": 0, "outboxDue": 0, "diagnosis": 0, "prescription": 0}
    found = list(appointments().find({}, hidden).sort(ORDER).limit(limit + 1))
    return {"items": [shown(one) for one in found[:limit]], "next": found[limit]["_id"]}


def shown(one):
    checked = {"checkedAt": one["checkedAt"].isoformat()} if "checkedAt" in one else {}
    return {
        "appointmentId": one["_id"],
        "status": one["status"],
        "startsAt": one["startsAt"].isoformat(),
        "minutes": one["minutes"],
        "patient": one["patient"],
        "doctor": one["doctor"],
        "department": one["department"],
        "reason": one["reason"],
        "fee": str(one["fee"]),
        "bookedAt": one["bookedAt"].isoformat(),
        **checked,
        "version": one["version"],
    }
