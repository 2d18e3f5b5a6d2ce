"""What must be true of an opportunity and all that belongs to it at any time, whatever has happened to it."""

from collections import defaultdict
from itertools import pairwise

LIVE = ("Draft", "Issued", "Sent", "Accepted")
WAITING = ("Issued", "Sent")
TRACKED = ("stage", "status", "probability", "amount", "base_amount", "base_weighted_amount")
LINE = ("item", "quantity", "rate", "discount_percentage", "unit")


def faults(opportunity: dict, quotes: list[dict], facts: list[dict], requests: list[dict]) -> list[str]:
	"""Return what is wrong, as sentences; none if all is well."""
	checks = (statuses(opportunity, quotes), primaries(opportunity, quotes), won(opportunity, quotes))
	more = (lines(opportunity, quotes), chains(quotes), history(opportunity, facts), log(opportunity))
	more += (billed(opportunity, quotes, requests),)
	return [sentence for check in (*checks, *more) for sentence, is_right in check.items() if not is_right]


def statuses(opportunity: dict, quotes: list[dict]) -> dict[str, bool]:
	accepted = [quote["name"] for quote in quotes if quote["status"] == "Accepted"]
	waiting = [quote["name"] for quote in quotes if quote["status"] in WAITING]
	return {
		f"accepted twice: {accepted}": len(accepted) <= 1,
		f"{opportunity['status']}, and still waiting: {waiting}": opportunity["status"] == "Open"
		or not waiting,
		f"lost, and accepted: {accepted}": opportunity["status"] != "Lost" or not accepted,
	}


def primaries(opportunity: dict, quotes: list[dict]) -> dict[str, bool]:
	marked = [quote["name"] for quote in quotes if quote["is_primary"]]
	keyed = [quote["name"] for quote in quotes if quote["primary_of"]]
	live = [quote["name"] for quote in quotes if quote["status"] in LIVE]
	pointed = [opportunity["primary_quote"]] if opportunity["primary_quote"] else []
	is_open = opportunity["status"] == "Open"
	return {
		f"marked are {marked}, keyed {keyed}": marked == keyed,
		f"open with {live}, primary are {marked}": not is_open or len(marked) == bool(live),
		f"primary are {marked}, live only {live}": set(marked) <= set(live),
		f"points to {pointed}, primary are {marked}": marked == pointed or not (is_open or marked),
	}


def won(opportunity: dict, quotes: list[dict]) -> dict[str, bool]:
	name = opportunity["won_quote"]
	if not name:
		return {}
	quote = next((quote for quote in quotes if quote["name"] == name), None)
	return {
		"has a won quote and is not won": opportunity["status"] == "Won",
		f"won with {name}, which is not accepted": bool(quote) and quote["status"] == "Accepted",
		"won for another amount than the quote's": bool(quote)
		and quote["net_total"] == opportunity["amount"],
	}


def lines(opportunity: dict, quotes: list[dict]) -> dict[str, bool]:
	"""Compare with the primary quote if that is a draft; the scene's prices have no tax in them."""
	draft = next((quote for quote in quotes if quote["is_primary"] and quote["docstatus"] == 0), None)
	if not draft or opportunity["status"] != "Open":
		return {}
	rows = [[row[field] for field in LINE] for row in draft["items"] if row["row_type"] == "Priced"]
	return {
		f"other lines than its draft {draft['name']}": rows
		== [[row[field] for field in LINE] for row in opportunity["items"]]
	}


def chains(quotes: list[dict]) -> dict[str, bool]:
	found = defaultdict(list)
	for quote in quotes:
		found[quote["quote_number"]].append(quote)
	right = {}
	for number, chain in found.items():
		revisions = sorted(quote["revision"] for quote in chain)
		states = [(quote["revision"], quote["status"]) for quote in chain]
		right[f"{number} has the revisions {revisions}"] = revisions == list(range(1, len(chain) + 1))
		right[f"{number} has more than one live paper: {states}"] = (
			sum(quote["docstatus"] == 1 and quote["status"] in LIVE for quote in chain) <= 1
		)
		right[f"{number} has more than one draft: {states}"] = (
			sum(quote["docstatus"] == 0 for quote in chain) <= 1
		)
		right[f"{number} was replaced by nothing: {states}"] = all(
			quote["superseded_by"] for quote in chain if quote["status"] == "Superseded"
		)
	return right


def history(opportunity: dict, facts: list[dict]) -> dict[str, bool]:
	right = {"has not one first fact": [fact["is_first"] for fact in facts] == [1] + [0] * (len(facts) - 1)}
	for before, after in pairwise(facts):
		right[f"{after['name']} does not follow {before['name']}"] = all(
			before[field] == after[f"previous_{field}"] for field in TRACKED
		)
	if facts:
		differing = [field for field in TRACKED if facts[-1][field] != opportunity[field]]
		right[f"{differing} differ from the last fact"] = not differing
	return right


def billed(opportunity: dict, quotes: list[dict], requests: list[dict]) -> dict[str, bool]:
	"""Compare with what was sold, and with the conditions of the quote that was won."""
	sold = {row["name"]: row["quantity"] for row in opportunity["items"]}
	taken = defaultdict(int)
	for row in (row for request in requests for row in request["items"]):
		taken[row["opportunity_item"]] += row["quantity"]
	agreed = [quote["payment_terms"] for quote in quotes if quote["name"] == opportunity["won_quote"]]
	terms = [request["payment_terms"] for request in requests]
	return {
		f"{opportunity['status']}, and billed": opportunity["status"] == "Won" or not requests,
		f"sold {sold}, billed {dict(taken)}": all(quantity <= sold[row] for row, quantity in taken.items()),
		f"agreed {agreed}, billed on {terms}": not agreed or all([term] == agreed for term in terms),
	}


def log(opportunity: dict) -> dict[str, bool]:
	entries = [(row["from_stage"], row["to_stage"]) for row in opportunity["stage_log"]]
	follows = all(before[1] == after[0] for before, after in pairwise(entries))
	return {f"has the stage log {entries}": follows and entries[-1][1] == opportunity["stage"]}
