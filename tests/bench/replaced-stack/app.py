# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer of the webhook benchmark: what Moked replaces, written as its parts' manuals write it.

Flask verifies with Twilio's own library and stores through SQLAlchemy in PostgreSQL; gunicorn runs
it. Configured by PEER_DATABASE, PEER_PUBLIC_URL and PEER_AUTH_TOKEN.
"""
import os

from flask import Flask, Response, abort, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError
from twilio.request_validator import RequestValidator

app = Flask(__name__)
app.config['SQLALCHEMY_DATABASE_URI'] = os.environ['PEER_DATABASE']
db = SQLAlchemy(app)
validator = RequestValidator(os.environ['PEER_AUTH_TOKEN'])
public_url = os.environ['PEER_PUBLIC_URL'] + '/webhook/whatsapp'


class Message(db.Model):
    id = db.Column(db.BigInteger, primary_key=True)
    business_id = db.Column(db.Integer, nullable=False)
    sid = db.Column(db.Text, nullable=False, unique=True)
    sender = db.Column(db.Text)
    recipient = db.Column(db.Text)
    body = db.Column(db.Text)
    raw = db.Column(db.Text)
    received_at = db.Column(db.DateTime(timezone=True), server_default=db.func.now())


@app.post('/webhook/whatsapp')
def whatsapp():
    if not validator.validate(public_url, request.form, request.headers.get('X-Twilio-Signature', '')):
        abort(403)
    db.session.add(Message(business_id=1, sid=request.form['MessageSid'], sender=request.form['From'],
                           recipient=request.form['To'], body=request.form['Body'],
                           raw=str(request.form.to_dict())))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
    return Response('<?xml version="1.0" encoding="UTF-8"?><Response></Response>', mimetype='text/xml')


with app.app_context():
    db.create_all()
