"""What the year of sales that was computed by hand is extended by (see golden.py): all that offers can have.

| deal | reckoning |
|---|---|
| K01 | 10 bikes − 10 % − 50.00: 8,950.00, 4 boxes 1,000.00; of both 5 % and 100.00: 597.50, so 8,412.55 and 939.95; old bike −1,500.00 |
| K02 | 2 bikes at 1,234.56 − 34.12 are 2,435.00, − 35.00 on the whole 2,400.00, credit −400.00; in EUR 2,520.00 and −420.00 |
| K03 | a bike at 5,000.00 in instalments of 30 and 70 %, care at 100.00 in 12 months |
| K04 | a licence at 300.00 in 3 years 900.00, care at 33.33 in 4 quarters 133.32; less 10 % 810.00 and 119.99 |
| K05 | a frame, which counts nowhere |
| K06 | called off: 4 boxes at 250.00 − 10 % − 25.00 are 875.00, credit −75.00 |
| K07 | called off: 10 boxes at 250.00 − 100.00 |
| K08 | 3 bikes 3,000.00 − 200.00 on the whole, an old bike −500.00 |

Bikes of K01 and K02 cost 600.00, a year of the licence 100.00, the boxes of K06 150.00; what the others cost is not known.
"""

from sales_opportunity.tests import golden
from sales_opportunity.tests.factories import get_or_make, make_class, make_item, make_partner

CLASS = "GOLD-C"
FRAME = "K05"

DEALS = """
key | class  | owner | currency | close date | begun      | stages by days after it was begun   | net
K01 | GOLD-C | anna  | EUR      | 2025-01-15 | 2025-01-06 | Proposal 0 > Negotiation 4 > Won 14 | 7852.50
K02 | GOLD-C | ben   | CHF      | 2025-06-10 | 2025-04-01 | Proposal 0                          | 2000.00
K03 | GOLD-C | anna  | EUR      | 2025-07-15 | 2025-05-01 | Proposal 0 > Negotiation 20         | 6200.00
K04 | GOLD-C | ben   | EUR      | 2025-01-10 | 2025-01-02 | Negotiation 0 > Won 8               | 929.99
K05 | GOLD-C | anna  | EUR      | 2025-02-01 | 2025-01-20 | Negotiation 0 > Won 12              | 100000.00
K06 | GOLD-C | ben   | EUR      | 2025-04-02 | 2025-03-28 | Proposal 0 > Won 5                  | 800.00
K07 | GOLD-C | anna  | EUR      | 2025-09-30 | 2025-06-02 | Proposal 0                          | 2400.00
K08 | GOLD-C | ben   | EUR      | 2025-05-31 | 2025-05-01 | Proposal 0 > Lost 19                | 2300.00
"""

TERMS = {
	"K01": {
		"items": [
			{
				"item": "BIKE",
				"quantity": 10,
				"discount_percentage": 10,
				"discount_amount": 50,
				"unit_cost": 600,
			},
			{"item": "BOX", "quantity": 4, "rate": 250},
			{"item": "OLD", "rate": 1500, "deduction": "Trade-In"},
		],
		"discount_percentage": 5,
		"fixed_discount": 100,
	},
	"K02": {
		"items": [
			{"item": "BIKE", "quantity": 2, "rate": 1234.56, "discount_amount": 34.12, "unit_cost": 600},
			{"item": "BOX", "rate": 400, "deduction": "Credit"},
		],
		"fixed_discount": 35,
	},
	"K03": {
		"items": [
			{"item": "BIKE", "rate": 5000},
			{"item": "CARE", "service_start": "2025-08-01"},
		],
		"instalments": [
			{"due_date": "2025-08-01", "percentage": 30},
			{"due_date": "2025-10-10", "percentage": 70},
		],
	},
	"K04": {
		"items": [
			{
				"item": "LICENCE",
				"recurrence": "Yearly",
				"periods": 3,
				"service_start": "2025-03-31",
				"unit_cost": 100,
			},
			{
				"item": "CARE",
				"rate": 33.33,
				"recurrence": "Quarterly",
				"periods": 4,
				"service_start": "2025-01-31",
			},
		],
		"discount_percentage": 10,
	},
	"K05": {"items": [{"item": "BIKE", "rate": 100_000, "unit_cost": 60_000}], "is_frame": 1},
	"K06": {
		"items": [
			{
				"item": "BOX",
				"quantity": 4,
				"rate": 250,
				"discount_percentage": 10,
				"discount_amount": 25,
				"unit_cost": 150,
			},
			{"item": "BOX", "rate": 75, "deduction": "Credit"},
		],
	},
	"K07": {"items": [{"item": "BOX", "quantity": 10, "rate": 250, "discount_amount": 100}]},
	"K08": {
		"items": [
			{"item": "BIKE", "quantity": 3},
			{"item": "OLD", "rate": 500, "deduction": "Trade-In"},
		],
		"fixed_discount": 200,
	},
}


def make_offers() -> dict[str, str]:
	"""Enter these deals where the year is; return their names by key."""
	make_class(CLASS, title="Gold C", stages=[{"stage": stage} for stage in golden.STAGES])
	get_or_make("Sales Tax Rate", "0 %", title="0 %", rate=0)
	get_or_make("Sales Item Group", "Gold Care", group_name="Gold Care")
	make_item("OLD", item_group="Gold Bikes", tax_rate="0 %")
	make_item("CARE", item_group="Gold Care", price=100, recurrence="Monthly", periods=12)
	make_item("LICENCE", item_group="Gold Care", price=300)
	partner = make_partner("Gold Angebote GmbH").name
	names: dict[str, str] = {}
	for row in golden.rows(DEALS):
		terms = TERMS[row.key]
		parent = {"parent_opportunity": names[FRAME]} if row.key in ("K06", "K07") else {}
		names[row.key] = golden.make_deal(row, partner, **terms, **parent)
	return names
