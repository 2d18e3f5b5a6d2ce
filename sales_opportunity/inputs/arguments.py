"""Arguments of whitelisted functions: checked in one place, before the function sees them."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

import frappe
from frappe import _
from frappe.utils.typing_validations import FrappeTypeError, transform_parameter_types

from sales_opportunity.inputs.values import WrongInputError, possible_number, possible_text, refuse_value

Json = TypeVar("Json", list, dict)


def whitelist(**options: Any) -> Callable:
	"""Whitelist a function as the framework does, with the same options, and check its arguments here.

	Missing ones, those of a wrong type and impossible numbers are refused by a sentence in the user's language.
	"""

	def decorate(function: Callable) -> Callable:
		@wraps(function)
		def checked(*args: Any, **kwargs: Any) -> Any:
			given = signature(function).bind_partial(*args, **kwargs).arguments
			return function(**checked_arguments(function, given))

		# The hints stay those of `function`; without any here the framework leaves the check to this.
		checked.__annotations__ = {}
		return frappe.whitelist(**options)(checked)

	return decorate


def checked_arguments(function: Callable, given: dict) -> dict:
	"""Return the given arguments in the types of the function's hints. Raises `WrongInputError`, for numbers as above."""
	for name, parameter in signature(function).parameters.items():
		if name not in given and parameter.default is parameter.empty:
			frappe.throw(_("{0} is missing.").format(frappe.bold(_(frappe.unscrub(name)))), WrongInputError)
	return {name: checked_argument(function, name, value) for name, value in given.items()}


def checked_argument(function: Callable, name: str, value: Any) -> Any:
	"""Return an argument as the type that its function asks for. Raises `WrongInputError`, `ImpossibleNumberError`."""
	label = _(frappe.unscrub(name))
	if isinstance(value, str):
		possible_text(value, label)
	try:
		found = transform_parameter_types(function, (), {name: value})[1][name]
	except (FrappeTypeError, OverflowError, RecursionError):
		refuse_value(value, label)
	return possible_number(found, label) if isinstance(found, float) else found


def read_dict(value: Any, label: str) -> dict:
	"""Return a dict that may have come as JSON. Raises `WrongInputError` for anything else."""
	return _read_json(value, dict, label)


def read_list(value: Any, label: str) -> list:
	"""Return a list that may have come as JSON. Raises `WrongInputError` for anything else."""
	return _read_json(value, list, label)


def _read_json(value: Any, kind: type[Json], label: str) -> Json:
	try:
		found = frappe.parse_json(value)
	except ValueError:
		found = None
	return found if isinstance(found, kind) else refuse_value(value, label)
