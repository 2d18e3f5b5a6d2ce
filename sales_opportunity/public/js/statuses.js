/** The statuses of documents by their names, as the server lists them: `statuses.quote.accepted`. */

frappe.provide("sales_opportunity");

sales_opportunity.statuses = {
	...frappe.boot?.sales_opportunity_statuses,

	/** Return whether a deal may still be worked on. */
	is_open: ({ status }) => status === sales_opportunity.statuses.opportunity.open,
};
