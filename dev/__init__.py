"""The local Frappe of this repository: for demo, tests and development on the loopback interface."""
