{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Open Quotes"] = sales_opportunity.analysis.plain_report();
