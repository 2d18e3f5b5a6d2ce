"""Serve one site on loopback with the framework's own development server, which would listen everywhere.

Usage: python serve.py SITE PORT, in the folder of the sites and with the bench's Python.
"""

import sys

import frappe.app
import werkzeug.serving

run_simple = werkzeug.serving.run_simple


def without_live_updates(application):
	"""Let desks that ask for live updates be told at once that there are none, instead of by a rendered page."""

	def answer(environ, start_response):
		if not environ["PATH_INFO"].startswith("/socket.io/"):
			return application(environ, start_response)
		start_response("404 Not Found", [("Content-Length", "0")])
		return [b""]

	return answer


def listen_on_loopback(hostname, port, application, **options):
	"""Stand in for `run_simple`: the host that the framework asks for is not taken, nor the debugger."""
	options.update(use_debugger=False, use_evalex=False)
	run_simple("127.0.0.1", port, without_live_updates(application), **options)


werkzeug.serving.run_simple = listen_on_loopback
frappe.app.serve(site=sys.argv[1], port=int(sys.argv[2]), no_reload=True, sites_path=".")
