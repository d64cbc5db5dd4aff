"""One mail by smtplib, over a connection that each worker process keeps, as smtplib's documentation allows."""

import json
import os
import smtplib
from email.message import EmailMessage
from functools import cache


@cache
def texts():
    with open(os.environ["MAIL_FILE"], encoding="utf-8") as file:
        return json.load(file)


@cache
def connection():
    """Opened at the first mail: a connection must not be carried through a fork."""
    return smtplib.SMTP("127.0.0.1", int(os.environ["SMTP_PORT"]))


def send(to):
    mail = texts()
    message = EmailMessage()
    message["From"] = mail["from"]
    message["To"] = to
    message["Subject"] = mail["subject"]
    message.set_content(mail["text"])
    message.add_alternative(mail["html"], subtype="html")
    try:
        connection().send_message(message)
    except smtplib.SMTPServerDisconnected:
        connection.cache_clear()
        connection().send_message(message)
