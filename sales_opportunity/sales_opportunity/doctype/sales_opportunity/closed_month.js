/** The month of closing in lists, by its name. */

{% include "sales_opportunity/public/js/months.js" %}

frappe.meta.docfield_map["Sales Opportunity"].closed_month.formatter = (month) =>
	month ? sales_opportunity.months.name(month) : "";
