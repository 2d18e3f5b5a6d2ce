"""Requests that arrive at the server at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import requests

Request = tuple[str, str, dict]
"""HTTP method, path below /api, values."""


class Web:
	"""Sends requests with an API key, or as a guest where the path is the customer's page."""

	def __init__(self, url: str, token: str):
		self.url, self.token = url, token
		self.sessions: list[requests.Session] = []

	def session(self, number: int) -> requests.Session:
		"""Return one of the connections, which stay open."""
		while len(self.sessions) <= number:
			self.sessions.append(requests.Session())
		return self.sessions[number]

	def send(self, request: Request, number: int = 0, token: str = "") -> requests.Response:
		"""Send one request on one of the connections; `token` is somebody else's."""
		method, path, values = request
		is_guest = ".quote_page." in path
		headers = (
			{"X-Forwarded-For": f"198.51.100.{number}-{values['token'][:8]}"}
			if is_guest
			else {"Authorization": f"token {token or self.token}"}
		)
		return self.session(number).request(method, f"{self.url}/api/{path}", json=values, headers=headers)

	def at_once(self, requested: list[Request | Callable], tokens: list[str] | None = None) -> list:
		"""Send all requests at the same moment and return the responses; functions are called in their places.

		`tokens` says whose requests they are, one each.
		"""
		barrier = Barrier(len(requested))

		def act(number: int):
			request = requested[number]
			barrier.wait()
			token = tokens[number] if tokens else ""
			return request() if callable(request) else self.send(request, number, token)

		with ThreadPoolExecutor(len(requested)) as pool:
			return list(pool.map(act, range(len(requested))))

	def call(self, method: str, **values) -> str:
		"""Return what a function of the server says."""
		(message,) = self.click_at_once(method, [values])
		return message

	def click_at_once(self, method: str, arguments: list[dict]) -> list:
		"""Return what a function of the server says to clicks at the same moment, none of which it refuses."""
		answers = self.at_once([("POST", f"method/{method}", values) for values in arguments])
		assert all(answer.ok for answer in answers), [answer.text for answer in answers if not answer.ok]
		return [answer.json().get("message") for answer in answers]
