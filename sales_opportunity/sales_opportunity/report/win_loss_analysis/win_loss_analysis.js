{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Win-Loss Analysis"] = sales_opportunity.analysis.report({
	filters: [
		sales_opportunity.report_filters.group_by_filter(
			[
				"closing_reason",
				"competitor",
				"company",
				"class_id",
				"opportunity_owner",
				"source",
				"campaign",
				"stage_before",
				"discount",
				"size",
			],
			"closing_reason",
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
			"recurring",
		]),
	],
});
