"""Taking over the Opportunities and Quotations that ERPNext has from before: what they become, and how it is stored."""

from importlib import import_module
from typing import Any


def run(dry_run: bool | int | str = True, class_id: str | None = None) -> dict[str, Any]:
	"""Take over all that was not yet, and return what became of it; see `taking.take_over`. A dry run keeps nothing."""
	# The rules beside this are free of the framework, so that it is loaded only here.
	return import_module(f"{__name__}.taking").take_over(is_yes(dry_run), class_id)


def run_masters(dry_run: bool | int | str = True) -> dict[str, Any]:
	"""Let open deals go on with ERPNext's customers and items; see `masters.take_over_masters`. A dry run keeps nothing."""
	return import_module(f"{__name__}.masters").take_over_masters(is_yes(dry_run))


def is_yes(value: bool | int | str) -> bool:
	"""Return whether an argument of the command line says yes."""
	return str(value).lower() not in ("0", "false")
