(() => {
	const SALES_TARGET = "sales_opportunity.sales_opportunity.doctype.sales_target.sales_target";

	/** The rows and the figures of the year that they add up to. */
	const SUMS = { amount: "yearly_amount", deals: "yearly_deals" };

	/** What another app says of a target that is kept there; how many deals are to be won is said here. */
	const KEPT = ["target_for", "user", "class_id", "company", "year", "entered_by", "yearly_amount"];

	frappe.ui.form.on("Sales Target", {
		setup(frm) {
			frm.set_query("user", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		},
		onload(frm) {
			if (frm.is_new() && !frm.doc.year) {
				frm.set_value("year", moment().year());
			}
			if (frm.is_new() && !(frm.doc.periods || []).length) {
				return spread(frm, []);
			}
		},
		refresh(frm) {
			const { grid } = frm.fields_dict.periods;
			grid.cannot_add_rows = true;
			frm.set_df_property("periods", "cannot_delete_rows", 1);
			const is_kept_elsewhere = Boolean(frm.doc.sales_person);
			for (const fieldname of KEPT) {
				const read_only = is_kept_elsewhere || is_read_only(frm.doctype, fieldname);
				frm.set_df_property(fieldname, "read_only", read_only ? 1 : 0);
			}
			const read_only = is_kept_elsewhere || is_read_only(grid.doctype, "amount");
			grid.update_docfield_property("amount", "read_only", read_only ? 1 : 0);
			grid.refresh();
			frm.toggle_display("spread_evenly", frm.perm[0].write && !is_kept_elsewhere);
		},
		entered_by: (frm) => spread(frm),
		yearly_amount: (frm) => spread(frm),
		yearly_deals: (frm) => spread(frm),
		spread_evenly: (frm) => spread(frm, []),
	});

	frappe.ui.form.on("Sales Target Period", {
		amount: (frm) => add_up(frm, "amount"),
		deals: (frm) => add_up(frm, "deals"),
	});

	/** Return whether a field can be changed on no form, as the site has customized it. */
	function is_read_only(doctype, fieldname) {
		return frappe.meta.get_docfield(doctype, fieldname).read_only;
	}

	/** Divide the figures of the year among the rows: as they lie in `rows`, evenly without any. */
	async function spread(frm, rows = frm.doc.periods || []) {
		const found = await frappe.xcall(`${SALES_TARGET}.spread_year`, {
			entered_by: frm.doc.entered_by,
			amount: frm.doc.yearly_amount || 0,
			deals: frm.doc.yearly_deals || 0,
			rows: rows.map(({ period, amount, deals }) => ({ period, amount, deals })),
		});
		frm.set_value("periods", found);
		frm.refresh_field("periods");
	}

	/** Let the year's figure be the sum of the rows. */
	function add_up(frm, fieldname) {
		frm.doc[SUMS[fieldname]] = frm.doc.periods.reduce((sum, row) => sum + (row[fieldname] || 0), 0);
		frm.refresh_field(SUMS[fieldname]);
	}
})();
