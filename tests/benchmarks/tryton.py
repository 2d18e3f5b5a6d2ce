"""What an opportunity and its conversion cost in Tryton, to be read beside what `saves.py` measures on the same machine.

Needs Python packages trytond, trytond-sale and trytond-sale-opportunity of one series, psycopg, and a database of
PostgreSQL of which `trytond-admin` has made a new one with the modules sale and sale_opportunity:

    trytond-admin -c trytond.conf -d tryton -u sale sale_opportunity --activate-dependencies

Usage: python tryton.py trytond.conf tryton [ROUNDS]. Prints ms of the processor, Python and the database's process together.
Nothing is kept.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from trytond import config

LINES = (1, 20, 50)
PRICE = Decimal(1_000)


def main(conf: str, database: str, rounds: int) -> None:
	"""Print a row for each kind of work and number of lines, and roll everything back."""
	config.update_etc(conf)
	from trytond.pool import Pool
	from trytond.transaction import Transaction

	Pool.start()
	pool = Pool(database)
	pool.init()
	with Transaction().start(database, 0) as transaction:
		company = make_company(pool.get)
		with transaction.set_context(company=company.id, companies=[company.id], language="en"):
			seconds = timer(transaction.connection.cursor())
			for lines in LINES:
				measure(pool.get, make_masters(pool.get, company), lines, rounds, seconds)
		transaction.rollback()


def measure(
	get: Callable[[str], Any], masters: SimpleNamespace, lines: int, rounds: int, seconds: Callable
) -> None:
	"""Print what inserting, saving with another end and converting take, medians of the rounds after a first one."""
	Opportunity = get("sale.opportunity")
	made, days = [], count(start=1)

	def insert() -> None:
		made.extend(Opportunity.create([values(masters, lines)]))

	def save() -> None:
		opportunity = Opportunity(made[0].id)
		opportunity.end_date = date(2030, 1, 1) + timedelta(next(days))
		opportunity.save()

	def convert() -> None:
		Opportunity.convert([Opportunity(made.pop().id)])

	inserted = [seconds(insert) for _round in range(rounds + 2)]
	saved = [seconds(save) for _round in range(rounds + 1)]
	Opportunity.opportunity(Opportunity.browse([opportunity.id for opportunity in made]))
	converted = [seconds(convert) for _round in range(rounds + 1)]
	for title, times in (("insert", inserted), ("save", saved), ("convert", converted)):
		print(f"{title}, {lines} lines".ljust(58), f"{statistics.median(times[1:]) * 1000:9.1f}", flush=True)


def values(masters: SimpleNamespace, lines: int) -> dict:
	"""Return an opportunity with so many lines of one product."""
	line = {"product": masters.product.id, "quantity": 1, "unit": masters.unit.id}
	return {
		"party": masters.party.id,
		"address": masters.party.addresses[0].id,
		"company": masters.company.id,
		"currency": masters.company.currency.id,
		"employee": masters.employee.id,
		"payment_term": masters.term.id,
		"description": "Bikes",
		"amount": PRICE * lines,
		"start_date": date.today(),
		"lines": [("create", [dict(line) for _line in range(lines)])],
	}


def make_company(get: Callable[[str], Any]) -> Any:
	"""Return a company with a currency of its own."""
	(euro,) = get("currency.currency").create(
		[{"name": "Euro", "code": "EUR", "numeric_code": "978", "symbol": "€", "digits": 2}]
	)
	get("currency.currency.rate").create(
		[{"currency": euro.id, "date": date(2000, 1, 1), "rate": Decimal(1)}]
	)
	(party,) = get("party.party").create([{"name": "Lindental GmbH"}])
	(company,) = get("company.company").create([{"party": party.id, "currency": euro.id}])
	return company


def make_masters(get: Callable[[str], Any], company: Any) -> SimpleNamespace:
	"""Return party, product, payment term and employee that an opportunity needs."""
	(unit,) = get("product.uom").search([("name", "=", "Unit")])
	(party, person) = get("party.party").create(
		[
			{
				"name": "Benchmark GmbH",
				"addresses": [("create", [{"street": "Weg 1", "city": "Ulm", "postal_code": "89073"}])],
			},
			{"name": "Kim"},
		]
	)
	(employee,) = get("company.employee").create([{"party": person.id, "company": company.id}])
	(category,) = get("product.category").create([{"name": "Bikes", "accounting": True}])
	(template,) = get("product.template").create(
		[
			{
				"name": "Bike",
				"default_uom": unit.id,
				"sale_uom": unit.id,
				"type": "goods",
				"salable": True,
				"list_price": PRICE,
				"account_category": category.id,
				"products": [("create", [{}])],
			}
		]
	)
	(term,) = get("account.invoice.payment_term").create(
		[{"name": "30 days", "lines": [("create", [{"type": "remainder"}])]}]
	)
	return SimpleNamespace(
		company=company,
		employee=employee,
		party=party,
		product=template.products[0],
		term=term,
		unit=unit,
	)


def timer(cursor: Any) -> Callable[[Callable[[], None]], float]:
	"""Return what tells how long the processor is at work for a call, here and in the database's process."""
	cursor.execute("select pg_backend_pid()")
	statistic = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

	def passed() -> float:
		return time.process_time() + int(statistic.read_text().split()[0]) / 1e9

	def seconds(work: Callable[[], None]) -> float:
		started = passed()
		work()
		return passed() - started

	return seconds


if __name__ == "__main__":
	main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 9)
