{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Pipeline Changes"] = sales_opportunity.analysis.report({
	tree: true,
	name_field: "entry",
	parent_field: "bar",
	initial_depth: 0,
	filters: [
		...sales_opportunity.report_filters.filters(
			["from_date", "to_date", "company", "class_id", "opportunity_owner"],
			{
				from_date: { default: frappe.datetime.add_months(frappe.datetime.month_start(), -2), reqd: 1 },
				to_date: { default: frappe.datetime.get_today(), reqd: 1 },
			},
		),
		{
			fieldname: "close_from",
			label: __("Closes From"),
			fieldtype: "Date",
		},
		{
			fieldname: "close_to",
			label: __("Closes Until"),
			fieldtype: "Date",
		},
		{
			fieldname: "measure",
			label: __("Chart Shows"),
			fieldtype: "Select",
			options: [
				{ value: "Weighted", label: __("Weighted") },
				{ value: "Nominal", label: __("Nominal") },
			],
			default: "Weighted",
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		return data && !data.indent ? `<b>${text}</b>` : text;
	},
});
