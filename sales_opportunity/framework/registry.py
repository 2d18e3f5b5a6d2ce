"""What apps register by this app's hooks, and what counts only while another app is installed.

The hook `sales_hooks` names functions that return more hooks, as a dict, each time somebody asks: an empty one while
they do not apply. What an app writes into its `hooks.py` prevails over them, and they over what this app registers of
its own.
"""

from collections.abc import Callable
from functools import cache
from inspect import signature
from typing import Any

import frappe

APP = "sales_opportunity"


def registered(hook: str) -> dict[str, str]:
	"""Return the paths of a hook by their keys, those of the last installed app, without empty ones."""
	fixed = {key: paths[-1] for key, paths in frappe.get_hooks(hook, {}).items()}
	own = {key: path for key, path in fixed.items() if path.startswith(f"{APP}.")}
	paths = {**own, **_conditional(hook), **{key: path for key, path in fixed.items() if key not in own}}
	return {key: path for key, path in paths.items() if path}


def last_type(hook: str) -> str | None:
	"""Return the DocType for which a hook names a path, that of the last installed app, None without one."""
	return next(reversed(registered(hook)), None)


def last_path(hook: str) -> str | None:
	"""Return the path that a hook names for the DocType of `last_type`, None without one."""
	return next(reversed(registered(hook).values()), None)


def last_registered(hook: str) -> str | None:
	"""Return the path of a hook that names one function, that of the last installed app."""
	paths = frappe.get_hooks(hook) or [_conditional(hook).get("")]
	return paths[-1] or None


def call_registered(function: Callable, required: int, *arguments: Any) -> Any:
	"""Return what a registered function answers to the `required` arguments, and to as many of the others as it takes."""
	return function(*arguments[: max(required, _number_of_parameters(function))])


@cache
def _number_of_parameters(function: Callable) -> int:
	return len(signature(function).parameters)


def _conditional(hook: str) -> dict[str, str]:
	"""Return what the functions of `sales_hooks` say now; one function alone has an empty key."""
	found: dict[str, str] = {}
	for path in frappe.get_hooks("sales_hooks"):
		value = frappe.get_attr(path)().get(hook, {})
		found.update(value if isinstance(value, dict) else {"": value})
	return found
