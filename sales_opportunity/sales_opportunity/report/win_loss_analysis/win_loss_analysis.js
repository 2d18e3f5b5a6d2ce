{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Win-Loss Analysis"] = sales_opportunity.analysis.report({
	filters: [
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "closing_reason", label: __("Closing Reason") },
				{ value: "competitor", label: __("Competitor") },
				{ value: "class_id", label: __("Class ID") },
				{ value: "opportunity_owner", label: __("Responsible") },
				{ value: "stage_before", label: __("Stage before Closing") },
				{ value: "discount", label: __("Discount") },
				{ value: "size", label: __("Size") },
			],
			default: "closing_reason",
			reqd: 1,
		},
		...sales_opportunity.analysis.filters([
			"from_date",
			"to_date",
			"class_id",
			"opportunity_owner",
			"party_type",
			"party",
			"item_group",
		]),
	],
});
