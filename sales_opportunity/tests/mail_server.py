"""A real mail server on loopback for tests. Needs no framework."""

import asyncio
import socket
from email import message_from_bytes, policy
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message


class Inbox(Message):
	"""Keeps what arrives in `received`, as bytes with its envelope in `raw`; refuses recipients at `refused.example`."""

	def __init__(self):
		super().__init__()
		self.received, self.raw = [], []

	def prepare_message(self, session, envelope):
		self.raw.append((envelope.original_content, envelope.mail_from, envelope.rcpt_tos))
		return super().prepare_message(session, envelope)

	def handle_message(self, message):
		self.received.append(message_from_bytes(message.as_bytes(), policy=policy.default))

	async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
		if address.endswith("@refused.example"):
			return "550 No such mailbox"
		envelope.rcpt_tos.append(address)
		return "250 OK"


class Silent(Inbox):
	"""Takes an e-mail to one address and never says so: the sender waits for the answer. `reached` is set then."""

	def __init__(self, address: str):
		super().__init__()
		self.address, self.reached = address, Event()

	async def handle_DATA(self, server, session, envelope):
		if self.address not in envelope.rcpt_tos:
			return await super().handle_DATA(server, session, envelope)
		self.reached.set()
		await asyncio.Event().wait()


def start(handler: Inbox | None = None) -> Controller:
	"""Return a running server on a free port; its `handler` is an `Inbox` unless told."""
	with socket.create_server(("127.0.0.1", 0)) as probe:
		port = probe.getsockname()[1]
	server = Controller(handler or Inbox(), hostname="127.0.0.1", port=port)
	server.start()
	return server
