/** What goes with a quote: listed on its form, and ticked in the dialog by which it is sent. */

frappe.provide("sales_opportunity.documents");

(() => {
	frappe.ui.form.on("Quote", {
		refresh(frm) {
			const documents = frm.doc.__onload?.documents || [];
			const items = documents.map(
				({ title, size, address }) =>
					`<li><a href="${frappe.utils.escape_html(address)}" target="_blank">${frappe.utils.escape_html(
						title,
					)}</a> <span class="text-muted">${size}</span></li>`,
			);
			frm.get_field("documents_list").$wrapper.html(`<ul class="so-documents">${items.join("")}</ul>`);
			frm.toggle_display("section_documents", documents.length > 0);
		},
	});

	/** Return the fields by which documents are ticked: those of `draft`, the e-mail as it would be sent. */
	function fields(draft) {
		if (!draft.documents.length) {
			return [];
		}
		const checks = draft.documents.map(({ title, size }, index) => ({
			fieldname: `document_${index}`,
			fieldtype: "Check",
			label: `${frappe.utils.escape_html(title)} (${size})`,
			default: 1,
		}));
		return [
			{
				fieldtype: "Section Break",
				label: __("Documents"),
				description: __("What is left out stays on the customer's page."),
			},
			...checks,
			{ fieldname: "documents_sum", fieldtype: "HTML" },
			{ fieldtype: "Section Break" },
		];
	}

	/** Say below the ticked documents how much they are, once that is too much for an e-mail. */
	function show_sum(dialog, draft) {
		if (!draft.documents.length) {
			return;
		}
		const show = () => {
			const out = new Set(left_out(dialog.get_values(true), draft));
			const bytes = draft.documents
				.filter(({ source }) => !out.has(source))
				.reduce((sum, each) => sum + each.bytes, 0);
			const text = __("{0} MB of at most {1} MB", [
				format_number(bytes / 1e6, null, 1),
				format_number(draft.documents_limit / 1e6, null, 0),
			]);
			dialog.fields_dict.documents_sum.$wrapper.html(
				bytes > draft.documents_limit ? `<p class="text-danger">${text}</p>` : "",
			);
		};
		draft.documents.forEach((each, index) => {
			dialog.fields_dict[`document_${index}`].$input.on("change", show);
		});
		show();
	}

	/** Return the sources of the documents that are not ticked. */
	function left_out(values, draft) {
		return draft.documents.filter((each, index) => !values[`document_${index}`]).map(({ source }) => source);
	}

	/** Return what was entered in the dialog as arguments of sending. */
	function arguments_of(values, draft) {
		const rest = Object.entries(values).filter(([name]) => !name.startsWith("document"));
		return { ...Object.fromEntries(rest), left_out: left_out(values, draft) };
	}

	Object.assign(sales_opportunity.documents, { fields, show_sum, arguments_of });
})();
