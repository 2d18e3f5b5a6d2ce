frappe.listview_settings["Sales Opportunity"] = {
	add_fields: ["status", "stage", "next_activity_date", "stalled_from", "transaction_currency"],
	hide_name_column: true,

	get_indicator(doc) {
		const colors = { Open: "blue", Won: "green", Lost: "red" };
		if (!doc.stage) {
			return [__(doc.status), colors[doc.status], `status,=,${doc.status}`]; // quick lists know no more
		}
		return [__(doc.stage), colors[doc.status], `stage,=,${doc.stage}`];
	},

	formatters: {
		next_activity_date(value, _df, doc) {
			const is_overdue = value && doc.status === "Open" && value < frappe.datetime.get_today();
			return value
				? `<span class="${is_overdue ? "text-danger" : ""}">${frappe.datetime.str_to_user(value)}</span>`
				: "";
		},
	},

	onload(listview) {
		const today = frappe.datetime.get_today();
		const views = {
			[__("My Open Ones")]: [["opportunity_owner", "=", frappe.session.user]],
			[__("Next Activity Overdue")]: [
				["next_activity_date", "is", "set"],
				["next_activity_date", "<", today],
			],
			[__("Stalled")]: [
				["stalled_from", "is", "set"],
				["stalled_from", "<=", today],
			],
		};
		for (const [label, filters] of Object.entries(views)) {
			listview.page.add_inner_button(
				label,
				() => {
					listview.filter_area.clear(false).then(() =>
						listview.filter_area.add(
							[["status", "=", "Open"], ...filters].map((filter) => ["Sales Opportunity", ...filter])
						)
					);
				},
				__("Quick Filters")
			);
		}
	},
};
