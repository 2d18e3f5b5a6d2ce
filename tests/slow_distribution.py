"""The distribution of a sum of independent deals in plain Python: slow, exact, and easy to follow."""

from sales_opportunity.analysis.distribution import TOLERANCE, Deal


def slow_percentile(deals: list[Deal], share: float) -> int:
	"""Return the smallest sum that is not exceeded with at least this probability, among all possible sums."""
	sums = {0: 1.0}
	for deal in deals:
		sums = with_deal(sums, deal)
	cumulated = 0.0
	for value in sorted(sums):
		cumulated += sums[value]
		if cumulated >= share - TOLERANCE:
			return value
	return max(sums)


def with_deal(sums: dict[int, float], deal: Deal) -> dict[int, float]:
	"""Return each possible sum with its probability after one more deal."""
	result = {value: weight * (1 - deal.probability) for value, weight in sums.items()}
	for value, weight in sums.items():
		result[value + deal.amount] = result.get(value + deal.amount, 0.0) + weight * deal.probability
	return {value: weight for value, weight in result.items() if weight}
