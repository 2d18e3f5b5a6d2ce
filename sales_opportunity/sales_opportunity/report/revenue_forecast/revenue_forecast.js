{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Revenue Forecast"] = sales_opportunity.analysis.report({
	filters: [
		...sales_opportunity.analysis.filters(["period"]),
		sales_opportunity.analysis.group_by_filter([
			"class_id",
			"stage",
			"opportunity_owner",
			"forecast_category",
			"party",
			"item_group",
		]),
		...sales_opportunity.analysis.filters([
			"from_date",
			"to_date",
			...sales_opportunity.analysis.DEAL_FILTERS,
			"item_group",
		]),
	],
});
