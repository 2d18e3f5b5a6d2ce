{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Revenue Forecast"] = sales_opportunity.analysis.report({
	filters: [
		sales_opportunity.analysis.period_filter(),
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "class_id", label: __("Class ID") },
				{ value: "stage", label: __("Qualification Stage") },
				{ value: "opportunity_owner", label: __("Responsible") },
				{ value: "forecast_category", label: __("Forecast Category") },
				{ value: "party", label: __("Business Partner") },
				{ value: "item_group", label: __("Item Group") },
			],
		},
		...sales_opportunity.analysis.filters([
			"from_date",
			"to_date",
			"class_id",
			"stage",
			"opportunity_owner",
			"forecast_category",
			"party_type",
			"party",
			"item_group",
		]),
	],
});
