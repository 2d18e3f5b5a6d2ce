{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Customer Journey"] = sales_opportunity.analysis.report({
	filters: sales_opportunity.report_filters.filters(["party_type", "party"]),
});
