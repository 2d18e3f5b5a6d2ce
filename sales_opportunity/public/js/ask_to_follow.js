/** The question whether open opportunities take over what a stage or a class now says. */

frappe.provide("sales_opportunity");

/** Ask whether open opportunities, of all stages or some, of all classes or one, take over what stage or class say now, and let them. */
sales_opportunity.ask_to_follow = async function (stages, class_id) {
	const PROBABILITY_SYNC = "sales_opportunity.deal.probability_sync";
	const count = await frappe.xcall(`${PROBABILITY_SYNC}.count_deviating`, { stages, class_id });
	if (!count) {
		return;
	}
	frappe.confirm(
		__("{0} open opportunities have another probability than their stage says now. Shall they follow?", [
			count,
		]),
		async () => {
			const changed = await frappe.xcall(`${PROBABILITY_SYNC}.update_probabilities`, { stages, class_id });
			frappe.show_alert({ message: __("{0} opportunities followed.", [changed]), indicator: "green" });
		},
	);
};
