"""Serve one site on loopback with the framework's own development server, which would listen everywhere.

Usage: python serve.py SITE PORT, in the folder of the sites and with the bench's Python.
"""

import sys

import frappe.app
import werkzeug.serving

run_simple = werkzeug.serving.run_simple


def listen_on_loopback(hostname, *arguments, **options):
	"""Stand in for `run_simple`: the host that the framework asks for is not taken, nor the debugger."""
	run_simple("127.0.0.1", *arguments, **{**options, "use_debugger": False, "use_evalex": False})


werkzeug.serving.run_simple = listen_on_loopback
frappe.app.serve(site=sys.argv[1], port=int(sys.argv[2]), no_reload=True, sites_path=".")
