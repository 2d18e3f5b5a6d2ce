{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Customer Journey"] = {
	filters: sales_opportunity.analysis
		.filters(["party_type", "party"])
		.map((filter) => ({ ...filter, reqd: 1 })),
};
