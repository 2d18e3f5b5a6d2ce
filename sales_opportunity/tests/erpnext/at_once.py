"""Actions at the same moment, each in a transaction of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

import frappe


def at_once(*actions: Callable) -> list:
	"""Run the actions at the same moment, each on a connection of its own, and return what they return or raise."""
	results = elsewhere(*actions)
	frappe.db.rollback()
	return results


def elsewhere(*actions: Callable) -> list:
	"""Do what `at_once` does, and leave the transaction here as it is."""
	site, barrier, results = frappe.local.site, Barrier(len(actions)), [None] * len(actions)

	def run(index: int, action: Callable) -> None:
		frappe.init(site, sites_path=".")
		frappe.connect()
		frappe.set_user("Administrator")
		try:
			barrier.wait()
			results[index] = action()
			# Each click is a request of its own.
			frappe.db.commit()
		except (frappe.ValidationError, frappe.QueryDeadlockError) as error:
			frappe.db.rollback()
			results[index] = error
		finally:
			frappe.destroy()

	threads = [Thread(target=run, args=each) for each in enumerate(actions)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	return results
