{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Customer Journey"] = {
	filters: sales_opportunity.analysis.filters(["party_type", "party"]),
	formatter: sales_opportunity.analysis.formatter,
};
