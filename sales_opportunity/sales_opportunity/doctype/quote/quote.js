frappe.ui.form.on("Quote", {
	setup(frm) {
		frm.set_query("item", "items", (_doc, cdt, cdn) =>
			locals[cdt][cdn].item_type === "Sales Item" ? { filters: { disabled: 0 } } : {}
		);
		frm.set_query("print_format", () => ({ filters: { doc_type: "Quote", disabled: 0 } }));
		const of_party = () => ({ link_doctype: frm.doc.party_type, link_name: frm.doc.party });
		frm.set_query("contact", () => ({
			query: "frappe.contacts.doctype.contact.contact.contact_query",
			filters: of_party(),
		}));
		frm.set_query("address", () => ({
			query: "frappe.contacts.doctype.address.address.address_query",
			filters: of_party(),
		}));
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
