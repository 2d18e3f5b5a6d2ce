/** What link fields offer, wherever they stand: on forms, in dialogs, as filters of reports. */

frappe.provide("sales_opportunity.queries");

(() => {
	const CLASS_ID = "sales_opportunity.sales_opportunity.doctype.class_id.class_id";
	const ITEM_SEARCH = "sales_opportunity.sales_opportunity.doctype.sales_item.item_search";
	const CONTACT = "frappe.contacts.doctype.contact.contact";
	const ADDRESS = "frappe.contacts.doctype.address.address";

	/** The partner's own; while there is no partner, all that the person may read. */
	const of_party = ({ party_type, party }, query) =>
		party_type && party ? { query, filters: { link_doctype: party_type, link_name: party } } : {};

	/** Let a field of a form offer what a query finds, and say in words what that is, not by the names of its filters in the code. */
	function offer(frm, fieldname, query, words) {
		frm.set_query(fieldname, () => {
			const found = query();
			frm.fields_dict[fieldname].df.filter_description = found.query && words;
			return found;
		});
	}

	Object.assign(sales_opportunity.queries, {
		offer,
		party_types: () => ({ filters: { name: ["in", frappe.boot.sales_opportunity_masters.party] } }),
		item_types: () => ({ filters: { name: ["in", frappe.boot.sales_opportunity_masters.item] } }),
		parties: (party_type) => (party_type === "Business Partner" ? { filters: { disabled: 0 } } : {}),
		contacts: (doc) => of_party(doc, `${CONTACT}.contact_query`),
		addresses: (doc) => of_party(doc, `${ADDRESS}.address_query`),
		items: (item_type) => (item_type === "Sales Item" ? { query: `${ITEM_SEARCH}.item_query` } : {}),
		classes: () => ({ filters: { enabled: 1 } }),

		/** The stages of a class, those of a type alone if one is given. */
		stages: (class_id, stage_type) => ({
			query: `${CLASS_ID}.stage_query`,
			filters: { class_id, ...(stage_type && { stage_type }) },
		}),

		/** The stages in which a deal of whatever class may be worked on. */
		open_stages: () => ({ filters: { stage_type: sales_opportunity.statuses.opportunity.open, enabled: 1 } }),
		origins: () => ({ filters: { enabled: 1 } }),
		closing_reasons: (outcome) => ({ filters: { outcome, enabled: 1 } }),
	});
})();
