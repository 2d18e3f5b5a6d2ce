frappe.ui.form.on("Quote", {
	setup(frm) {
		frm.set_query("item", "items", (_doc, cdt, cdn) =>
			locals[cdt][cdn].item_type === "Sales Item" ? { filters: { disabled: 0 } } : {}
		);
		frm.set_query("print_format", () => ({ filters: { doc_type: "Quote", disabled: 0 } }));
		for (const fieldname of ["contact", "address"]) {
			frm.set_query(fieldname, () => ({
				query: `frappe.contacts.doctype.${fieldname}.${fieldname}.${fieldname}_query`,
				filters: { link_doctype: frm.doc.party_type, link_name: frm.doc.party },
			}));
		}
	},

	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		if (frm.doc.docstatus === 0 && !frm.is_dirty() && frm.perm[0].submit) {
			frm.page.set_primary_action(__("Issue", null, "Quote"), () => frm.savesubmit());
		}
		frm.dashboard.add_indicator(
			__("Gross Total: {0}", [format_currency(frm.doc.gross_total, frm.doc.transaction_currency)]),
			"blue"
		);
		if (frm.doc.pdf_file) {
			frm.add_custom_button(__("Download PDF"), () => download_pdf(frm));
		} else if (frm.doc.docstatus === 0) {
			frm.add_custom_button(__("Preview PDF"), () => download_pdf(frm));
		}
	},
});

function download_pdf(frm) {
	const params = new URLSearchParams({
		doctype: frm.doc.doctype,
		name: frm.doc.name,
		format: frm.doc.print_format,
	});
	window.open(`/api/method/frappe.utils.print_format.download_pdf?${params}`);
}
