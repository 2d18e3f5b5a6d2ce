"""How long a deal was in its stages. Free of the framework."""

from collections.abc import Iterable
from datetime import datetime


def seconds_in_stages(log: Iterable, now: datetime) -> dict[str, int]:
	"""Return the seconds that a deal has spent in each stage it was in, all visits together.

	`log` are the entries of a stage log in their order, each with `to_stage`, `changed_on` and `seconds_in_stage`,
	which is the time in the stage before; the last stage lasts until `now`.
	"""
	spent: dict[str, int] = {}
	last = None
	for entry in log:
		if last:
			spent[last.to_stage] = spent.get(last.to_stage, 0) + int(entry.seconds_in_stage or 0)
		last = entry
	if last:
		running = max(0, int((now - last.changed_on).total_seconds()))
		spent[last.to_stage] = spent.get(last.to_stage, 0) + running
	return spent
