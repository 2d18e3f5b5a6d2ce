"""The golden history of the winter of 2001.

All are of one class, in EUR unless said otherwise; lines cost 1,000.00 each.

  begun    stage           amount      close date   what came
  P Dec 20   Proposal        4,000.00   Feb 15       won Feb 20
  Q Dec 22   Needs Analysis  8,000.00   Feb 28       lost Mar 5
  R Dec 28   First Meeting  10,000 CHF  Mar 10       still open; rate 0.95
  S Jan 25   Proposal        6,000.00   Mar 20       won Mar 25
  T Nov 10   Proposal        2,000.00   Dec 15       won Dec 15
  U Nov 12   Inquiry         1,000.00   none         lost Jan 10

Inquiry has 5 %, First Meeting 10 %, Needs Analysis 25 %, Proposal 50 %. The first snapshot is that of Nov 10.
"""

from sales_opportunity.reporting.snapshots import rebuild_snapshots
from sales_opportunity.tests.factories import make_class, make_partner, make_user
from sales_opportunity.tests.histories import begun, changed

CLASS, ANNA, BEN = "GOLDEN-WINTER", "winter-anna@example.com", "winter-ben@example.com"
WINTER = {"period": "Month", "periods": 3, "until": "2001-04-10", "class_id": CLASS}
"""The filters of the reports on it."""


def tell_winter() -> dict:
	"""Let everything happen that the table says; return the opportunities by letter."""
	for user in (ANNA, BEN):
		make_user(user, "Sales User")
	make_class(CLASS)
	swiss = make_partner("Winter Schweiz AG", default_currency="CHF").name

	def at(day: str, stage: str, close: str | None, **values):
		return begun(
			day,
			**{"class_id": CLASS, "opportunity_owner": ANNA, **values},
			stage=stage,
			expected_close_date=close,
		)

	told = {
		"P": at("2000-12-20", "Proposal", "2001-02-15", items=[{"quantity": 4}], opportunity_owner=BEN),
		"Q": at("2000-12-22", "Needs Analysis", "2001-02-28", amount=8_000),
		"R": at(
			"2000-12-28", "First Meeting", "2001-03-10", amount=10_000, party=swiss, conversion_rate=0.95
		),
		"S": at("2001-01-25", "Proposal", "2001-03-20", items=[{"quantity": 6}]),
		"T": at("2000-11-10", "Proposal", "2000-12-15", items=[{"quantity": 2}]),
		"U": at("2000-11-12", "Inquiry", None, amount=1_000),
	}
	changed("2000-12-15", told["T"], stage="Won")
	changed("2001-01-10", told["U"], stage="Lost", closing_reason="No Budget")
	changed("2001-02-20", told["P"], stage="Won")
	changed("2001-03-05", told["Q"], stage="Lost", closing_reason="No Decision")
	changed("2001-03-25", told["S"], stage="Won")
	rebuild_snapshots("2000-11-01", "2001-04-01")
	return told
