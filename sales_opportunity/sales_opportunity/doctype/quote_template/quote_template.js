frappe.ui.form.on("Quote Template", {
	setup(frm) {
		const { queries } = sales_opportunity;
		frm.set_query("class_id", queries.classes);
		frm.set_query("item_type", "items", queries.item_types);
		frm.set_query("item", "items", (_doc, cdt, cdn) => queries.items(locals[cdt][cdn].item_type));
	},

	refresh(frm) {
		const types = frappe.boot.sales_opportunity_masters.item;
		frm.fields_dict.items.grid.toggle_display("item_type", types.length > 1);
		(frm.doc.items || []).forEach((row) => known_items.set(row, row.item));
	},
});

frappe.ui.form.on("Quote Template Line", {
	items_add(frm, cdt, cdn) {
		sales_opportunity.registered_masters.add_item(frm, cdt, cdn);
	},

	/** The name is that of the item, which is filled in when the template is saved. */
	item(_frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (row.item !== known_items.get(row)) {
			known_items.set(row, row.item);
			frappe.model.set_value(cdt, cdn, "item_name", null);
		}
	},
});

/** The items that were last acted upon: a link field also reports a change when it is only left. */
const known_items = new WeakMap();
