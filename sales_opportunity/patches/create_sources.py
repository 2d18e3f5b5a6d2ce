"""Sources of deals are new: sites that had the app before get those that other apps have, else those of a new site.

Runs twice without harm.
"""

from sales_opportunity.defaults import create_defaults
from sales_opportunity.masters.origins import mirror_all


def execute() -> None:
	"""Let deals come from the sources and campaigns that other apps have, else from the sources that a new site has."""
	mirror_all()
	create_defaults(doctypes=("Opportunity Source",))
