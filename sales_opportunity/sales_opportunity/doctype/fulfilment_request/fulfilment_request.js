const FULFILMENT_REQUEST =
	"sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request";

frappe.ui.form.on("Fulfilment Request", {
	refresh(frm) {
		frm.set_df_property("items", "cannot_add_rows", true);
		keep_kind(frm);
		if (frm.is_new()) {
			return;
		}
		frm.set_df_property("party", "label", __(frm.doc.party_type));
		if (frm.doc.status !== sales_opportunity.statuses.request.open) {
			frm.disable_form();
			return;
		}
		show_unassigned(frm);
		offer_work(frm);
		if (frm.perm[0].write) {
			frm.add_custom_button(__("Cancel Request"), () =>
				frappe.confirm(__("Cancel this request? Its quantities become open again."), () =>
					act(frm, "cancel"),
				),
			);
		}
	},
});

/** Keep the kind that a stored request has among those that this site offers (see the list's script). */
function keep_kind(frm) {
	const kinds = frappe.meta.get_docfield(frm.doctype, "kind").options.split("\n");
	frm.set_df_property("kind", "options", [...new Set([...kinds, frm.doc.kind])].filter(Boolean));
}

/** Offer who may do it to make the document of another app, else to say that the work is done. */
async function offer_work(frm) {
	const request = frm.doc.name;
	const [may_finish, document] = await Promise.all(
		["may_finish", "makeable_document"].map((question) =>
			frappe.xcall(`${FULFILMENT_REQUEST}.${question}`, { request }),
		),
	);
	if (frm.doc.name !== request || frm.doc.status !== sales_opportunity.statuses.request.open) {
		return;
	}
	const offer = (label, action, is_first) =>
		frm.add_custom_button(label, action).toggleClass("btn-primary", is_first);
	if (document) {
		offer(__("Create {0}", [__(document)]), () => make_document(frm), true);
	}
	if (may_finish) {
		offer(__("Mark as Done"), () => act(frm, "mark_as_done"), !document);
	}
}

async function make_document(frm) {
	await sales_opportunity.form.save_changes(frm);
	const [doctype, name] = await frappe.xcall(`${FULFILMENT_REQUEST}.make_document_of`, {
		request: frm.doc.name,
	});
	frappe.set_route("Form", doctype, name);
}

/** Say that nobody works on the request; another app's document, if there is one, has its own people. */
function show_unassigned(frm) {
	if (!frm.doc.reference_name && !frm.get_docinfo().assignments?.length) {
		frm.dashboard.set_headline_alert(__("This request is assigned to nobody."), "orange");
	}
}

async function act(frm, action) {
	await sales_opportunity.form.save_changes(frm);
	await frappe.xcall(`${FULFILMENT_REQUEST}.${action}`, { request: frm.doc.name });
	frm.reload_doc();
}
