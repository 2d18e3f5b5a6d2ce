{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Moved Close Dates"] = sales_opportunity.analysis.report({
	filters: [
		{
			fieldname: "times",
			label: __("Moved at Least"),
			fieldtype: "Int",
			default: 3,
			reqd: 1,
		},
		...sales_opportunity.report_filters.filters([
			...sales_opportunity.report_filters.DEAL_FILTERS,
			"item_group",
		]),
	],
});
