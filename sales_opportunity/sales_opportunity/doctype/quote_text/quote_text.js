const QUOTE_TEXT = "sales_opportunity.sales_opportunity.doctype.quote_text.quote_text";

frappe.ui.form.on("Quote Text", {
	refresh(frm) {
		if (frm.perm[0].write) {
			frm.add_custom_button(__("Preview", null, "Quote Text"), () => preview(frm));
		}
	},
});

/** Show the text, saved or not, as it would stand on a quote of the user's choice. */
async function preview(frm) {
	const [latest] = await frappe.db.get_list("Quote", {
		filters: { language: frm.doc.language, ...(frm.doc.class_id && { class_id: frm.doc.class_id }) },
		order_by: "creation desc",
		limit: 1,
	});
	const dialog = new frappe.ui.Dialog({
		title: __("Preview", null, "Quote Text"),
		fields: [
			{
				fieldname: "quote",
				fieldtype: "Link",
				options: "Quote",
				label: __("Filled In From Quote"),
				default: latest && latest.name,
				onchange: () => show(frm, dialog),
			},
			{ fieldname: "text", fieldtype: "HTML" },
		],
	});
	sales_opportunity.dialog.labelled(dialog).show();
	show(frm, dialog);
}

async function show(frm, dialog) {
	const quote = dialog.get_value("quote");
	if (!quote) {
		return;
	}
	const { html, error } = await frappe.xcall(`${QUOTE_TEXT}.preview_text`, {
		content: frm.doc.content || "",
		quote,
	});
	dialog.fields_dict.text.$wrapper.html(
		error
			? `<div class="alert alert-danger">${frappe.utils.escape_html(error)}</div>`
			: `<div class="border rounded p-3">${html}</div>`,
	);
}
