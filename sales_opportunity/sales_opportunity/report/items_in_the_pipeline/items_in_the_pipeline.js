{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Items in the Pipeline"] = sales_opportunity.analysis.plain_report({
	filters: ["company", "class_id", "opportunity_owner", "from_date", "to_date"],
	date_field: "expected_close_date",
	rows_of: ({ item, unit }) => ({
		status: sales_opportunity.statuses.opportunity.open,
		"Sales Opportunity Item.item": item,
		"Sales Opportunity Item.unit": unit,
	}),
	chart: {
		key: ({ item }) => item,
		label: (item) => item,
		figures: { nominal: "#98a1a9", weighted: "#2490ef" },
		rows_of: (item) => ({
			status: sales_opportunity.statuses.opportunity.open,
			"Sales Opportunity Item.item": item,
		}),
	},
	meanings: {
		opportunities: __("Number of open opportunities with this item in this unit."),
		quantity: __("Sum of the quantities in lines of open opportunities."),
		weighted_quantity: __("Sum of quantity × probability of the lines."),
		nominal: __("Sum of what the lines bring net, in the company's currency."),
		weighted: __("Sum of net amount × probability of the lines, each rounded to the cent."),
	},
});
