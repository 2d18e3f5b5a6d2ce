"""What the customer of an issued quote chooses of it: reckoned without storing anything, and issued as a revision.

Prices, discounts, freight, texts and conditions are those of the quote: only which lines count, and how many, is chosen.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.deal.line_amounts import DeductionError
from sales_opportunity.deal.margins import carry_over
from sales_opportunity.features import CHOICE, is_used
from sales_opportunity.sales_opportunity.doctype.quote.amounts import (
	QuoteLineError,
	compute_lines_of_quote,
	compute_totals_of_quote,
	validate_lines,
	validate_sums,
)
from sales_opportunity.sales_opportunity.doctype.quote.instalments import set_plan
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import issued_pages
from sales_opportunity.sales_opportunity.doctype.quote.revisions import (
	CopySource,
	copy_fields,
	revision_name,
)
from sales_opportunity.sales_opportunity.doctype.quote_document.kept_rows import carry_kept
from sales_opportunity.sales_opportunity.doctype.quote_item.choice_rules import (
	ONE_OF,
	WRONG_QUANTITY,
	ImpossibleChoiceError,
	OfferedLine,
	as_offered,
	choosable,
	chosen_quantities,
	groups,
	read_choice,
	remaining_rows,
)
from sales_opportunity.sales_opportunity.doctype.quote_item.offered_lines import offered_lines
from sales_opportunity.sales_opportunity.doctype.quote_item.open_quantities import FIXED
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from decimal import Decimal

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


class ChoiceRefusedError(frappe.ValidationError):
	"""The quote does not offer what was chosen."""


def controls(quote: "Quote") -> dict[int, dict]:
	"""Return by number of the line, from 1 on, how it is chosen.

	`kind` is "one" (of the lines of a `group`), "some" (at most one of its `group`, if it has one) or empty for what is
	not left out; `quantity` has `unit`, `value`, `lowest`, `highest`, `step` and, for people, `limits` where it is open.
	"""
	if not is_used(CHOICE):
		return {}
	lines = offered_lines(quote)
	members, counting = groups(lines), as_offered(lines)
	found = {}
	for place in sorted(choosable(lines)):
		line, base = lines[place], members[place]
		is_one = base is not None and lines[base].row_type == "Priced"
		found[place + 1] = {
			"kind": "one" if is_one else "" if line.row_type == "Priced" else "some",
			"group": None if base is None else base + 1,
			"is_taken": place in counting,
			"quantity": quantity_field(line, quote.items[place].unit, quote.language)
			if line.is_quantity_open
			else None,
		}
	return found


def quantity_field(line: OfferedLine, unit: str | None, language: str) -> dict:
	"""Return what a field for a quantity has to know, with plain numbers; `limits` (from, to, step) as the language writes them."""
	numbers = {"value": line.quantity, "lowest": line.lowest, "highest": line.highest, "step": line.step}
	return {
		"unit": _(unit, context="Sales Unit") if unit else "",
		**{name: f"{number.normalize():f}" for name, number in numbers.items()},
		"limits": [format_number(number, language) for number in (line.lowest, line.highest, line.step)],
	}


def quantities_taken(quote: "Quote", choice: Mapping) -> "dict[int, Decimal]":
	"""Return the places of the rows that count after a choice as it was sent. Raises `ChoiceRefusedError`."""
	lines = offered_lines(quote)
	try:
		if choice and not is_used(CHOICE):
			raise ImpossibleChoiceError("")
		return chosen_quantities(lines, read_choice(choice, len(lines)))
	except ImpossibleChoiceError as error:
		refuse_choice(quote, error)


def refuse_choice(quote: "Quote", error: ImpossibleChoiceError) -> NoReturn:
	"""Raise `ChoiceRefusedError` in words for the customer, naming the row that cannot be chosen like this."""
	row = None if error.line is None else quote.items[error.line]
	name = frappe.bold(frappe.utils.escape_html(row.item_name or "")) if row else ""
	text = {
		ONE_OF: _("Only one of the alternatives can be chosen: {0}."),
		WRONG_QUANTITY: _("The quantity is not possible: {0}."),
	}.get(error.reason)
	if text and name:
		frappe.throw(text.format(name), ChoiceRefusedError)
	frappe.throw(_("This quote does not offer that choice. Load the page anew."), ChoiceRefusedError)


def is_as_offered(quote: "Quote", counting: "Mapping[int, Decimal]") -> bool:
	"""Return whether exactly that counts which the quote says without a choice."""
	return dict(counting) == as_offered(offered_lines(quote))


def with_choice(quote: "Quote", counting: "Mapping[int, Decimal]") -> "Quote":
	"""Return the quote as unsaved draft in which exactly these rows count, with all its sums; it has all rows of the quote.

	Raises `ChoiceRefusedError` if discounts or deductions come to more than what is left.
	"""
	draft = copy_fields(quote, str(max(getdate(quote.valid_until), getdate())))
	for place, row in enumerate(draft.items):
		if place in counting:
			row.row_type, row.quantity = "Priced", float(counting[place])
		elif row.row_type == "Priced":
			row.row_type = "Alternative"
	compute_draft(draft)
	return draft


def compute_draft(draft: "Quote") -> None:
	"""Set amounts and sums of an unsaved quote, whose costs stay through all that follows.

	Raises `ChoiceRefusedError`, in words for the customer; what is no fault of the choice is logged.
	"""
	said = len(frappe.local.message_log)
	try:
		validate_lines(draft)
		compute_lines_of_quote(draft)
		compute_totals_of_quote(draft)
		set_plan(draft)
		validate_sums(draft)
	except (QuoteLineError, DeductionError):
		del frappe.local.message_log[said:]
		frappe.throw(
			_(
				"With this choice, discounts and deductions would come to more than what is left. Choose more, or ask us."
			),
			ChoiceRefusedError,
		)
	except frappe.ValidationError:
		del frappe.local.message_log[said:]
		# What is refused is rolled back, the log is not.
		frappe.log_error("Choice of a customer could not be reckoned", defer_insert=True)
		frappe.throw(
			_("This choice cannot be reckoned at the moment. Please contact us."), ChoiceRefusedError
		)
	for row in draft.items:
		carry_over(row)


def chosen_revision(quote: "Quote", counting: "Mapping[int, Decimal]") -> "Quote":
	"""Return the unsaved revision that offers what was chosen and nothing else, from whoever had made the quote.

	It says what was issued: nothing of it follows masters, and it is not looked over again. Raises `ChoiceRefusedError`.
	"""
	revision = with_choice(quote, counting)
	rows = list(revision.items)
	revision.set("items", [])
	for place in remaining_rows(offered_lines(quote), counting):
		revision.append("items", rows[place])
	for idx, row in enumerate(revision.items, start=1):
		row.update({"idx": idx, **FIXED})
	revision.copy_source, revision.is_chosen = CopySource(quote.name, quote.quote_number), True
	revision.owner, revision.customer_choice = quote.owner, stored_choice(counting)
	carry_kept(quote, revision)
	compute_draft(revision)
	return revision


def lay_out_revision(revision: "Quote") -> None:
	"""Lay out the paper of an unsaved revision, so that issuing it under the lock of its deal needs not take the time."""
	numbers = frappe.get_all("Quote", {"quote_number": revision.copy_source.revised_number}, pluck="revision")
	revision.revision = max(numbers) + 1
	revision.name = revision_name(revision.copy_source.revised_number, revision.revision)
	revision.quote_number = revision.copy_source.revised_number
	with printed_for_the_customer():
		issued_pages(revision)


def issue_revision(revision: "Quote") -> None:
	"""Store and issue a chosen revision, which takes the place of its quote."""
	# What was issued is not refused for what masters, forms or rights ask for by now.
	revision.flags.update({"ignore_permissions": True, "ignore_mandatory": True, "ignore_links": True})
	own = {"owner": revision.owner, "customer_choice": revision.customer_choice}
	with printed_for_the_customer():
		revision.insert()
		revision.db_set(own, update_modified=False)
		revision.submit()


@contextmanager
def printed_for_the_customer() -> Iterator[None]:
	"""Let the paper be printed although a guest is at work: whose right is the token of the page, which was checked."""
	before = frappe.flags.ignore_print_permissions
	frappe.flags.ignore_print_permissions = True
	try:
		yield
	finally:
		frappe.flags.ignore_print_permissions = before


def stored_choice(counting: "Mapping[int, Decimal]") -> str:
	"""Return a choice as its revision keeps it: the quantities by place of the row in the quote that it was chosen of."""
	return frappe.as_json({str(place): f"{quantity.normalize():f}" for place, quantity in counting.items()})


def is_the_same(stored: str | None, counting: "Mapping[int, Decimal]") -> bool:
	"""Return whether a stored choice is this one; nothing is, where none is stored."""
	return bool(stored) and frappe.parse_json(stored) == frappe.parse_json(stored_choice(counting))
