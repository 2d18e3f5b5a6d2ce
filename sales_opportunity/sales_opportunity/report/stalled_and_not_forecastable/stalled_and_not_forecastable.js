{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Stalled and Not Forecastable"] = sales_opportunity.analysis.report({
	filters: [
		{
			fieldname: "reason",
			label: __("Obstacles"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "No Close Date", label: __("No Close Date") },
				{ value: "Close Date Past", label: __("Close Date Past") },
				{ value: "Quote Expired", label: __("Quote Expired") },
				{ value: "Amount Differs from Lines", label: __("Amount Differs from Lines") },
				{ value: "No Next Activity", label: __("No Next Activity") },
				{ value: "Activity Overdue", label: __("Activity Overdue") },
				{ value: "Stalled", label: __("Stalled") },
			],
		},
		...sales_opportunity.analysis.filters([
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
