{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Forecast Accuracy"] = sales_opportunity.analysis.report({
	filters: [
		{
			fieldname: "view",
			label: __("Figures"),
			fieldtype: "Select",
			options: [
				{ value: "Periods", label: __("Forecast by Period") },
				{ value: "Measures", label: __("Measures and Baselines") },
				{ value: "Reliability", label: __("Reliability of Probabilities") },
			],
			default: "Periods",
		},
		...sales_opportunity.report_filters.filters(["period"]),
		{
			fieldname: "periods",
			label: __("Number of Periods"),
			fieldtype: "Int",
			default: 12,
		},
		{
			fieldname: "until",
			label: __("Periods Before"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		...sales_opportunity.report_filters.filters(["company", "class_id", "opportunity_owner"]),
	],
});
