{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Lost Reasons"] = sales_opportunity.analysis.plain_report((row) => ({
	status: "Lost",
	closing_reason: row.closing_reason || ["is", "not set"],
}));
