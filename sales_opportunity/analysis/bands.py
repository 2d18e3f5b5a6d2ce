"""Bands of amounts and discounts, by which closed opportunities are compared. Free of the framework."""

SIZES = (1_000, 5_000, 10_000, 50_000, 100_000, 500_000)
"""Where one band of amounts ends and the next begins, in the company's currency."""

DISCOUNTS = (0, 5, 10, 20)
"""Upper limits of the bands of discounts in percent; each belongs to the band that it ends."""
