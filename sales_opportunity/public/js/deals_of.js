/** The row of a list's filter for the deals in which somebody takes part, as `reporting/sharing.py` says it. */

frappe.provide("sales_opportunity");

sales_opportunity.deals_of = function (user) {
	if (!frappe.boot.sales_opportunity_features.use_participants) {
		return ["opportunity_owner", "=", user];
	}
	const code = (sign) => `=${sign.charCodeAt(0).toString(16).toUpperCase()}`;
	return ["people", "like", `%|${user.replace(/[=%_|\\]/g, code)}|%`];
};
