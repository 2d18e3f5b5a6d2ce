const FULFILMENT_REQUEST =
	"sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request";

frappe.ui.form.on("Fulfilment Request", {
	refresh(frm) {
		frm.set_df_property("items", "cannot_add_rows", true);
		if (frm.is_new()) {
			return;
		}
		if (frm.doc.status !== "Open") {
			frm.disable_form();
			return;
		}
		show_unassigned(frm);
		frappe.xcall(`${FULFILMENT_REQUEST}.may_finish`, { request: frm.doc.name }).then((may_finish) => {
			if (may_finish && frm.doc.status === "Open") {
				frm.add_custom_button(__("Mark as Done"), () => act(frm, "mark_as_done")).addClass("btn-primary");
			}
		});
		if (frm.perm[0].write) {
			frm.add_custom_button(__("Cancel Request"), () =>
				frappe.confirm(__("Cancel this request? Its quantities become open again."), () =>
					act(frm, "cancel"),
				),
			);
		}
	},
});

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
