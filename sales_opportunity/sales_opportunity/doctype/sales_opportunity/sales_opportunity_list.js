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
		listview.page.add_actions_menu_item(__("Take Today's Exchange Rates"), () =>
			take_todays_rates(listview)
		);
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

const RATES_AT_ONCE = 20;

async function take_todays_rates(listview) {
	const names = listview.get_checked_items(true);
	const title = __("Take Today's Exchange Rates");
	const refused = {};
	let changed = 0;
	for (let start = 0; start < names.length; start += RATES_AT_ONCE) {
		frappe.show_progress(title, start, names.length);
		const result = await frappe.xcall(
			"sales_opportunity.sales_opportunity.doctype.sales_opportunity.todays_rates.take_todays_rates",
			{ opportunities: names.slice(start, start + RATES_AT_ONCE) }
		);
		changed += result.changed;
		Object.assign(refused, result.refused);
	}
	frappe.hide_progress();
	listview.clear_checked_items();
	listview.refresh();
	frappe.show_alert({ message: __("{0} opportunities have today's rate now.", [changed]), indicator: "green" });
	const reasons = Object.entries(refused).map(
		([name, reason]) =>
			`<li><b>${frappe.utils.escape_html(name)}</b>: ${frappe.utils.escape_html(reason)}</li>`
	);
	if (reasons.length) {
		frappe.msgprint({ title, message: `<ul>${reasons.join("")}</ul>`, indicator: "orange" });
	}
}
