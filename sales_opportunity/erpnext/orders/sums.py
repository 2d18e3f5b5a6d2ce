"""Whether an order comes to the same sums as the deal it is made from. Free of the framework."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Sums:
	"""Net, the tax on each account, and gross, in the currency of the deal."""

	net: Decimal
	gross: Decimal
	taxes: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
	"""A sum that is not the same: `account` is None for net and gross."""

	kind: str
	account: str | None
	expected: Decimal
	found: Decimal


def differences(expected: Sums, found: Sums) -> list[Difference]:
	"""Return what differs; an account without tax is the same as none."""
	accounts = sorted({*expected.taxes, *found.taxes})
	pairs: Iterable[tuple[str, str | None, Decimal, Decimal]] = (
		("Net", None, expected.net, found.net),
		*(
			("Tax", account, expected.taxes.get(account, Decimal(0)), found.taxes.get(account, Decimal(0)))
			for account in accounts
		),
		("Gross", None, expected.gross, found.gross),
	)
	return [Difference(*pair) for pair in pairs if pair[2] != pair[3]]


def corrections(found: Iterable[Difference], unit: Decimal) -> dict[str, Decimal]:
	"""Return what is missing on each account where nothing but its rounding differs, by one `unit` of the currency at most.

	Empty if anything else differs.
	"""
	taxes, others = [], []
	for each in found:
		(taxes if each.account else others).append(each)
	is_rounding = all(each.kind == "Gross" for each in others) and all(
		abs(each.expected - each.found) <= unit for each in taxes
	)
	return {each.account or "": each.expected - each.found for each in taxes} if is_rounding else {}
