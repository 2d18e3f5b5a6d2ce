{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Item Demand Forecast"] = sales_opportunity.analysis.report({
	filters: [
		...sales_opportunity.report_filters.filters([
			"period",
			"from_date",
			"to_date",
			"item_group",
			...sales_opportunity.report_filters.DEAL_FILTERS,
			"item",
		]),
		{ fieldname: "with_won", label: __("Won Ones Too"), fieldtype: "Check" },
		{ fieldname: "with_services", label: __("Services Too"), fieldtype: "Check" },
	],
	onload(report) {
		const PLANNER = "sales_opportunity.reporting.planner";
		report.page.add_inner_button(__("CSV for the Planner"), () => {
			open_url_post(`/api/method/${PLANNER}.download`, {
				filters: JSON.stringify(report.get_filter_values()),
			});
		});
	},
});
