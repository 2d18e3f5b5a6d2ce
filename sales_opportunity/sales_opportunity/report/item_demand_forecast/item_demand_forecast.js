{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Item Demand Forecast"] = {
	filters: [
		sales_opportunity.analysis.period_filter(),
		...sales_opportunity.analysis.filters([
			"from_date",
			"to_date",
			"item_group",
			"class_id",
			"stage",
			"opportunity_owner",
			"forecast_category",
			"party_type",
			"party",
		]),
		{ fieldname: "item", label: __("Item"), fieldtype: "Link", options: "Sales Item" },
		{ fieldname: "with_won", label: __("Won Ones Too"), fieldtype: "Check" },
		{ fieldname: "with_services", label: __("Services Too"), fieldtype: "Check" },
	],
	formatter: sales_opportunity.analysis.formatter,
};
