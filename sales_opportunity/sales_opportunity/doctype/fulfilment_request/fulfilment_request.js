const REQUEST = "sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request";

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
		frappe.xcall(`${REQUEST}.may_finish`, { request: frm.doc.name }).then((may_finish) => {
			if (may_finish && frm.doc.status === "Open") {
				frm.add_custom_button(__("Mark as Done"), () => act(frm, "mark_as_done")).addClass("btn-primary");
			}
		});
		if (frm.perm[0].write) {
			frm.add_custom_button(__("Cancel Request"), () =>
				frappe.confirm(__("Cancel this request? Its quantities become open again."), () =>
					act(frm, "cancel")
				)
			);
		}
	},
});

async function act(frm, action) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	await frappe.xcall(`${REQUEST}.${action}`, { request: frm.doc.name });
	frm.reload_doc();
}
