{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Weighted Pipeline"] = sales_opportunity.analysis.plain_report({
	filters: ["company", "class_id", "opportunity_owner", "source", "campaign", "from_date", "to_date"],
	date_field: "expected_close_date",
	rows_of: ({ stage }) => ({ status: sales_opportunity.statuses.opportunity.open, stage }),
	chart: {
		key: ({ stage }) => stage,
		label: (stage) => __(stage, null, "Qualification Stage"),
		figures: { nominal: "#98a1a9", weighted: "#2490ef" },
		rows_of: (stage) => ({ status: sales_opportunity.statuses.opportunity.open, stage }),
	},
	meanings: {
		opportunities: __("Number of open opportunities in the stage."),
		nominal: __("Sum of the amounts of open opportunities, net, in the company's currency."),
		weighted: __("Sum of amount × probability of open opportunities, each rounded to the cent."),
	},
});
