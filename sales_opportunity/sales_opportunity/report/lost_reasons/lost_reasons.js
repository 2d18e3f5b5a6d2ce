{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Lost Reasons"] = sales_opportunity.analysis.plain_report({
	filters: ["company", "class_id", "opportunity_owner", "source", "campaign", "from_date", "to_date"],
	date_field: "closed_on",
	rows_of: ({ closing_reason }) => ({
		status: sales_opportunity.statuses.opportunity.lost,
		closing_reason: closing_reason || ["is", "not set"],
	}),
	chart: {
		key: ({ closing_reason }) => closing_reason,
		label: (reason) => (reason ? __(reason, null, "Closing Reason") : __("Not Set")),
		figures: { lost: "#e24c4c" },
		rows_of: (reason) => ({
			status: sales_opportunity.statuses.opportunity.lost,
			closing_reason: reason || ["is", "not set"],
		}),
	},
	meanings: {
		opportunities: __("Number of opportunities that were lost for this reason."),
		lost: __("Sum of the amounts of lost opportunities, net, in the company's currency."),
	},
});
