{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Quote Register"] = sales_opportunity.analysis.report({
	filters: [
		...sales_opportunity.report_filters.filters(
			[
				"from_date",
				"to_date",
				"company",
				"class_id",
				"party_type",
				"party",
				"sales_person",
				"status",
				"recurring",
			],
			{
				status: {
					options: sales_opportunity.report_filters.choices(sales_opportunity.statuses.quote.all, "Quote"),
				},
			},
		),
		{
			fieldname: "opened",
			label: __("Opened by the Customer"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "Yes", label: __("Yes") },
				{ value: "No", label: __("No") },
			],
		},
	],
});
