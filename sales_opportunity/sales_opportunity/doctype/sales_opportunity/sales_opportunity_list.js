frappe.listview_settings["Sales Opportunity"] = {
	add_fields: [
		"status",
		"stage",
		"next_activity",
		"next_activity_date",
		"stalled_from",
		"quote_opened_on",
		"transaction_currency",
	],
	hide_name_column: true,

	get_indicator(doc) {
		const colour = sales_opportunity.statuses.colours["Sales Opportunity"][doc.status];
		if (!doc.stage) {
			return [__(doc.status, null, "Sales Opportunity"), colour, `status,=,${doc.status}`]; // quick lists know no more
		}
		return [__(doc.stage, null, "Qualification Stage"), colour, `stage,=,${doc.stage}`];
	},

	formatters: {
		opportunity_owner(value) {
			return value ? frappe.utils.escape_html(frappe.user_info(value).fullname) : "";
		},
		party_name(value, _df, doc) {
			const name = frappe.utils.escape_html(value || "");
			if (!sales_opportunity.statuses.is_open(doc) || !doc.quote_opened_on) {
				return name;
			}
			const hint = frappe.utils.escape_html(
				__("Quote opened on {0}", [frappe.datetime.str_to_user(doc.quote_opened_on)]),
			);
			return `<span class="so-quote-opened" role="img" title="${hint}" aria-label="${hint}">${frappe.utils.icon("unhide", "sm")}</span> ${name}`;
		},
		next_activity_date(value, _df, doc) {
			if (!sales_opportunity.statuses.is_open(doc)) {
				return value ? frappe.datetime.str_to_user(value) : "";
			}
			const activity = sales_opportunity.activity_state(value);
			const states = {
				none: __("No next activity"),
				planned: __("Planned"),
				due: __("Due today"),
				overdue: __("Overdue"),
			};
			const hint = frappe.utils.escape_html([states[activity], doc.next_activity].filter(Boolean).join(": "));
			return `<span class="so-activity-dot" data-activity="${activity}" role="img" title="${hint}" aria-label="${hint}"></span>
				${value ? frappe.datetime.str_to_user(value) : ""}`;
		},
	},

	onload(listview) {
		listview.page.add_actions_menu_item(__("Take Today's Exchange Rates"), () => take_todays_rates(listview));
		sales_opportunity.list_changes.setup(listview);
		sales_opportunity.list_columns.setup(listview, {
			party_name: __("Partner", null, "List"),
			expected_close_date: __("Closing", null, "List"),
			weighted_amount: __("Weighted"),
			next_activity_date: __("Activity", null, "List"),
		});
		const today = frappe.datetime.get_today();
		const { open, won, lost } = sales_opportunity.statuses.opportunity;
		const open_ones = ["status", "=", open];
		const mine = [open_ones, ["is_counted", "=", 1], sales_opportunity.deals_of(frappe.session.user)];
		const until = (day) => ["Between", ["2000-01-01", day]];
		const views = [
			{ label: __("My Open Ones"), filters: mine },
			{
				label: __("Next Activity Overdue"),
				filters: [...mine, ["next_activity_date", ...until(frappe.datetime.add_days(today, -1))]],
			},
			{ label: __("Stalled"), filters: [...mine, ["stalled_from", ...until(today)]] },
			{
				label: __("Closing This Month"),
				filters: [...mine, ["expected_close_date", "Timespan", "this month"]],
			},
			{ label: __("All Open Ones"), filters: [open_ones] },
			{ label: __("Won"), filters: [["status", "=", won]] },
			{ label: __("Lost"), filters: [["status", "=", lost]] },
			{ label: __("All"), filters: [] },
		];
		// who sees all deals begins with all that are open, everybody else with their own
		const start = frappe.boot.sales_opportunity_may.see_all ? __("All Open Ones") : __("My Open Ones");
		sales_opportunity.list_views.setup(listview, views, start, [__("Amount"), __("Weighted")]);
	},

	refresh(listview) {
		sales_opportunity.list_views.refresh(listview);
		sales_opportunity.stored_views.keep_as_opened(listview);
		show_note_on_whole_deals(listview);
	},
};

/** Above a report view by person, say that it counts whole deals, and which report divides them. */
function show_note_on_whole_deals(listview) {
	listview.$frappe_list.find(".so-whole-deals").remove();
	const is_by_person = listview.group_by_control?.group_by_field === "opportunity_owner";
	if (is_by_person && frappe.boot.sales_opportunity_features.use_participants) {
		$('<p class="so-whole-deals text-muted small px-3 pt-2 mb-0"></p>')
			.text(
				__(
					"Each deal counts whole, for who is responsible. Revenue Forecast, grouped by Responsible, divides it by the shares of colleagues.",
				),
			)
			.prependTo(listview.$frappe_list);
	}
}

const RATE_UPDATES = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.rate_updates";
const RATES_AT_ONCE = 20;

async function take_todays_rates(listview) {
	const names = listview.get_checked_items(true);
	const title = __("Take Today's Exchange Rates");
	const refused = {};
	let changed = 0;
	try {
		for (let start = 0; start < names.length; start += RATES_AT_ONCE) {
			frappe.show_progress(title, start, names.length);
			const result = await frappe.xcall(`${RATE_UPDATES}.update_exchange_rates`, {
				opportunities: names.slice(start, start + RATES_AT_ONCE),
			});
			changed += result.changed;
			Object.assign(refused, result.refused);
		}
	} finally {
		frappe.show_progress(title, names.length, names.length, "", true);
	}
	listview.clear_checked_items();
	listview.refresh();
	frappe.show_alert({
		message: __("{0} opportunities have today's rate now.", [changed]),
		indicator: "green",
	});
	const reasons = Object.entries(refused).map(
		([name, reason]) =>
			`<li><b>${frappe.utils.escape_html(name)}</b>: ${frappe.utils.escape_html(reason)}</li>`,
	);
	if (reasons.length) {
		frappe.msgprint({ title, message: `<ul>${reasons.join("")}</ul>`, indicator: "orange" });
	}
}
