"""How long the percentiles of a sum take, and against plain Python on the same deals, measured in turn in one run.

Usage, in the repository, needs no site: PYTHONPATH=.:tests .bench/env/bin/python tests/benchmarks/percentiles.py [ROUNDS]
"""

import random
import statistics
import sys
import time
from collections.abc import Callable

from slow_distribution import slow_percentile

from sales_opportunity.analysis.distribution import Deal, percentiles

SHARES = (0.1, 0.5, 0.9)


def main(rounds: int) -> None:
	"""Print one row per set of deals."""
	print(f"{'deals':<40}{'ms':>10}{'plain ms':>12}{'ratio':>9}   (median of {rounds})")
	for title, deals, is_comparable in sets():
		percentiles(deals)
		times = [seconds(lambda deals=deals: percentiles(deals)) for _round in range(rounds)]
		row = f"{title:<40}{statistics.median(times) * 1000:>10.1f}"
		if is_comparable:
			plain = seconds(lambda deals=deals: [slow_percentile(deals, share) for share in SHARES]) / len(
				SHARES
			)
			row += f"{plain * 1000:>12.1f}{plain / statistics.median(times):>9.0f}"
		print(row)


def sets() -> list[tuple[str, list[Deal], bool]]:
	"""Return title, deals, and whether plain Python can do them in a minute."""
	numbers = random.Random(1)
	chances = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)

	def deals(count: int, amount: Callable[[], int]) -> list[Deal]:
		return [Deal(amount(), numbers.choice(chances)) for _number in range(count)]

	def hundreds() -> int:
		return numbers.randint(1, 500) * 100_00

	def cents() -> int:
		return numbers.randint(1, 50_000_00)

	return [
		("16 to the cent", deals(16, cents), True),
		("100 in round hundreds", deals(100, hundreds), True),
		("300 in round hundreds", deals(300, hundreds), True),
		("300 to the cent", deals(300, cents), False),
		("1,000 in round hundreds", deals(1_000, hundreds), False),
		("1,000 to the cent", deals(1_000, cents), False),
		("20,000 in round hundreds", deals(20_000, hundreds), False),
		("20,000 to the cent", deals(20_000, cents), False),
	]


def seconds(work: Callable) -> float:
	"""Return how long one call takes, in the processor's time: others may be at work beside it."""
	started = time.process_time()
	work()
	return time.process_time() - started


if __name__ == "__main__":
	main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
