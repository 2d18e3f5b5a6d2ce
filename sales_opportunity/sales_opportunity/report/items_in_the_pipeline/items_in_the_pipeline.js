{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Items in the Pipeline"] = sales_opportunity.analysis.plain_report((row) => ({
	status: "Open",
	"Sales Opportunity Item.item": row.item,
	"Sales Opportunity Item.unit": row.unit,
}));
