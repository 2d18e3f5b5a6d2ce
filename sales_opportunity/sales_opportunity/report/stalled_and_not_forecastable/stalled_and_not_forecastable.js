{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Stalled and Not Forecastable"] = sales_opportunity.analysis.report({
	filters: [
		{
			fieldname: "reason",
			label: __("Obstacles"),
			fieldtype: "Select",
			options: sales_opportunity.report_filters.choices([
				"No Close Date",
				"Close Date Past",
				"Quote Expired",
				"Amount Differs from Lines",
				"No Next Activity",
				"Activity Overdue",
				"Stalled",
			]),
		},
		...sales_opportunity.report_filters.filters([
			...sales_opportunity.report_filters.DEAL_FILTERS,
			"item_group",
		]),
	],
});
