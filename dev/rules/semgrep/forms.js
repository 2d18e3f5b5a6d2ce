frappe.ui.form.on("Quote", {
	refresh(frm) {
		// ok: cur-frm
		frm.refresh_field("items");
	},
	opportunity() {
		// ruleid: cur-frm
		cur_frm.refresh_field("items");
	},
});
