"""What is known of quotes that are issued in the background. The quotes themselves stay the drafts that they are until then.

It is kept beside the jobs in Redis, and is never more than a note: whether a quote is issued says the quote alone, and
whether somebody is at it, the living workers. So nothing can stay "being issued" for ever.
"""

from typing import TYPE_CHECKING, Any

import frappe
from redis.exceptions import RedisError

from sales_opportunity.framework import jobs

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

LONG_FROM = 100
"""From so many lines on, a quote is issued in the background: its paper takes a second or more."""

QUEUE = "default"
PROGRESS = "sales_opportunity_issuing"


def is_for_background(quote: "Quote") -> bool:
	"""Return whether the quote is long, and a worker is there to issue it."""
	return len(quote.items) >= LONG_FROM and has_worker()


def job_id(quote: str) -> str:
	"""Return the name of the one job that may issue the quote."""
	return f"issue_quote||{quote}"


def has_worker() -> bool:
	"""Return whether a living worker takes jobs of the queue."""
	return jobs.has_worker(QUEUE)


def is_under_way(quote: str) -> bool:
	"""Return whether a living worker issues the quote, or will."""
	return jobs.is_under_way(job_id(quote), QUEUE)


def all_progress() -> dict[str, dict[str, Any]]:
	"""Return what was recorded last of each quote; while Redis is down nothing is known."""
	try:
		return {frappe.as_unicode(name): found for name, found in frappe.cache.hgetall(PROGRESS).items()}
	except RedisError:
		return {}


def progress_of(quote: str) -> dict[str, Any]:
	"""Return what was recorded last of a quote, nothing if it was never issued in the background."""
	# What this process has read before may be old: the note is another process's.
	frappe.local.cache.get(frappe.cache.make_key(PROGRESS), {}).pop(quote, None)
	try:
		return frappe.cache.hget(PROGRESS, quote) or {}
	except RedisError:
		return {}


def record_progress(quote: str, **values: Any) -> None:
	"""Record what is new of a quote besides what was recorded before."""
	frappe.cache.hset(PROGRESS, quote, {**progress_of(quote), **values})


def delete_progress(quote: str) -> None:
	"""Delete what was recorded of a quote."""
	frappe.cache.hdel(PROGRESS, quote)


def found_on_paper(quote: "Quote") -> list[dict]:
	"""Return the findings for which the quote, as it is, was not issued in the background."""
	last = progress_of(str(quote.name))
	return last.get("findings", []) if last.get("modified") == str(quote.modified) else []
