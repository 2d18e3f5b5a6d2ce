"""Taking over the Opportunities and Quotations that ERPNext has from before: what they become, and how it is stored."""

from importlib import import_module
from typing import Any


def run(dry_run: bool | int | str = True, class_id: str | None = None) -> dict[str, Any]:
	"""Take over all that was not yet, and return what became of it; see `taking.take_over`. A dry run keeps nothing."""
	# The rules beside this are free of the framework, so that it is loaded only here.
	taking = import_module(f"{__name__}.taking")
	return taking.take_over(str(dry_run).lower() not in ("0", "false"), class_id)
