/**
 * The DocTypes that apps registered as partner and item, on a form: a choice where there is more than one, a default
 * that is one of them, the partner's label after its type, and which contacts, addresses and items are offered.
 */

(() => {
	sales_opportunity.registered_masters = {
		setup(frm) {
			name_items();
			const { queries } = sales_opportunity;
			frm.set_query("party_type", queries.party_types);
			queries.offer(frm, "contact", () => queries.contacts(frm.doc), __("Those of the partner"));
			queries.offer(frm, "address", () => queries.addresses(frm.doc), __("Those of the partner"));
			frm.set_query("item_type", "items", queries.item_types);
			frm.set_query("item", "items", (_doc, cdt, cdn) => queries.items(locals[cdt][cdn].item_type));
		},

		before_load(frm) {
			if (frm.is_new() && !frm.doc.party && is_preset(frm.doc, "party_type")) {
				frm.doc.party_type = frappe.boot.sales_opportunity_default_masters.party;
			}
		},

		refresh(frm) {
			const { party, item } = frappe.boot.sales_opportunity_masters;
			frm.toggle_display("party_type", party.length > 1);
			frm.set_df_property("party", "label", __(frm.doc.party_type));
			frm.fields_dict.items.grid.toggle_display("item_type", item.length > 1);
		},

		add_item(frm, cdt, cdn) {
			const row = frappe.get_doc(cdt, cdn);
			const line_above = frm.doc.items[row.idx - 2];
			if (!row.item) {
				row.item_type = line_above?.item_type || frappe.boot.sales_opportunity_default_masters.item;
			}
			frm.fields_dict.items.grid.grid_rows_by_docname[cdn]?.refresh_field("item_type");
		},
	};

	/** Lines say the name of another app's item where its own forms say the code. */
	function name_items() {
		const { is_own } = sales_opportunity.plain_texts;
		for (const type of frappe.boot.sales_opportunity_masters.item) {
			const former = frappe.form.link_formatters[type];
			if (is_own(type) || former?.names_lines || !frappe.model.can_read(type)) {
				continue;
			}
			const named = (value, doc, df) =>
				is_own(doc?.doctype) && doc.item === value && doc.item_name
					? doc.item_name
					: former
						? former(value, doc, df)
						: value;
			frappe.form.link_formatters[type] = Object.assign(named, { names_lines: true });
		}
	}

	/** Whether a field of a new document has what its DocType says, or nothing, and not what somebody asked for. */
	function is_preset(doc, fieldname) {
		const preset = frappe.meta.get_docfield(doc.doctype, fieldname)?.default;
		return !doc[fieldname] || doc[fieldname] === preset;
	}
})();
