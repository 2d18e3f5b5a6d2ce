/** What the date of a next activity means today, for lists, board and form. */

frappe.provide("sales_opportunity");

/** Return what the date of the next activity means today, as the server says it: none, planned, due or overdue. */
sales_opportunity.activity_state = function (day) {
	const today = frappe.datetime.get_today();
	if (!day) {
		return "none";
	}
	return day < today ? "overdue" : day === today ? "due" : "planned";
};
