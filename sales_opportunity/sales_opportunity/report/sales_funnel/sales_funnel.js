{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Sales Funnel"] = sales_opportunity.analysis.report({
	filters: [
		sales_opportunity.report_filters.group_by_filter(["class_id", "source", "campaign"]),
		{
			fieldname: "cohort",
			label: __("Cohorts by"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...sales_opportunity.report_filters.periods()],
		},
		...sales_opportunity.report_filters.filters([
			"from_date",
			"to_date",
			"company",
			"class_id",
			"opportunity_owner",
			"party_type",
			"party",
			"source",
			"campaign",
			"item_group",
			"status",
		]),
	],
});
