{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Sales Targets"] = sales_opportunity.analysis.report({
	filters: [
		{
			fieldname: "year",
			label: __("Year"),
			fieldtype: "Int",
			default: moment().year(),
			reqd: 1,
		},
		...sales_opportunity.report_filters.filters(["period"], { period: { default: "Quarter" } }),
		{
			fieldname: "target_for",
			label: __("Target For", null, "Sales Target"),
			fieldtype: "Select",
			options: sales_opportunity.report_filters.choices(["Person", "Class", "Company"], "Sales Target"),
		},
		{
			fieldname: "measure",
			label: __("Figures"),
			fieldtype: "Select",
			options: [
				{ value: "Amount", label: __("Amounts") },
				{ value: "Number", label: __("Number of Deals") },
			],
			default: "Amount",
			reqd: 1,
		},
		...sales_opportunity.report_filters.filters(["company", "class_id", "opportunity_owner"]),
	],
});
