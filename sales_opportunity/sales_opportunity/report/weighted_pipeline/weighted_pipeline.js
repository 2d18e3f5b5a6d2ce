{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Weighted Pipeline"] = sales_opportunity.analysis.plain_report((row) => ({
	status: "Open",
	stage: row.stage,
}));
