{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Margin"] = sales_opportunity.analysis.report({
	filters: [
		sales_opportunity.report_filters.group_by_filter(
			["class_id", "opportunity_owner", "company", "party", "source", "campaign"],
			"class_id",
		),
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
		]),
	],
});
