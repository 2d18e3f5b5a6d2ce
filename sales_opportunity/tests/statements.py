"""What the database is asked for while something is done."""

from collections.abc import Callable
from unittest.mock import patch

import frappe


def statements_of(work: Callable) -> list[str]:
	"""Return the statements that it takes."""
	run, asked = frappe.db.sql, []

	def noting(query, *args, **kwargs):
		asked.append(str(query))
		return run(query, *args, **kwargs)

	with patch.object(frappe.db, "sql", noting):
		work()
	return asked


def statements(work: Callable) -> int:
	"""Return how many statements it takes, with what is cached in the cache."""
	work()
	return len(statements_of(work))
