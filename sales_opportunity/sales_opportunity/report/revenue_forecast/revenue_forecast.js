{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Revenue Forecast"] = sales_opportunity.analysis.report({
	filters: [
		...sales_opportunity.report_filters.filters(["period"]),
		sales_opportunity.report_filters.group_by_filter([
			"company",
			"class_id",
			"stage",
			"opportunity_owner",
			"forecast_category",
			"party",
			"source",
			"campaign",
			"item_group",
		]),
		...sales_opportunity.report_filters.filters([
			"from_date",
			"to_date",
			...sales_opportunity.report_filters.DEAL_FILTERS,
			"item_group",
			"recurring",
			"basis",
		]),
		...sales_opportunity.report_filters.close_dates(),
	],
});
