/** Changing stage, owner or close date of many opportunities at once, with a report of what was refused. */

frappe.provide("sales_opportunity.list_changes");

const LIST_CHANGES = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.list_changes";

sales_opportunity.list_changes.setup = function (listview) {
	const fields = {
		stage: {
			label: __("Change Stage"),
			fieldtype: "Link",
			options: "Qualification Stage",
			get_query: () => sales_opportunity.queries.open_stages(),
		},
		opportunity_owner: { label: __("Change Responsible Person"), fieldtype: "Link", options: "User" },
		expected_close_date: { label: __("Change Close Date"), fieldtype: "Date" },
	};
	for (const [fieldname, { label, ...field }] of Object.entries(fields)) {
		listview.page.add_actions_menu_item(
			label,
			() =>
				ask(listview, label, {
					...field,
					fieldname,
					reqd: 1,
					label: frappe.meta.get_label(listview.doctype, fieldname),
				}),
			false,
		);
	}
};

async function ask(listview, title, field) {
	const names = listview.get_checked_items(true);
	const label = __("Change {0} Opportunities", [names.length]);
	const values = await sales_opportunity.dialog.ask(title, [field], (typed) => typed, label);
	if (values) {
		await change(listview, title, names, field.fieldname, values[field.fieldname]);
	}
}

/** Return "" or why it was refused; a request that got no answer counts as refused, and holds up no other. */
async function change_one(opportunity, fieldname, value) {
	const method = `${LIST_CHANGES}.change`;
	const unanswered = __("That did not work. Check your connection and try again.");
	try {
		// the framework's xcall waits for ever when it is offline
		const answer = await frappe.call({ method, args: { opportunity, fieldname, value } });
		return answer?.message ?? unanswered;
	} catch {
		return unanswered;
	}
}

async function change(listview, title, names, fieldname, value) {
	const refused = [];
	try {
		for (const [done, opportunity] of names.entries()) {
			frappe.show_progress(title, done, names.length, opportunity);
			const reason = await change_one(opportunity, fieldname, value);
			if (reason) {
				refused.push({ opportunity, reason });
			}
		}
	} finally {
		// the full bar hides itself after the dialog has come up, before which it cannot be hidden
		frappe.show_progress(title, names.length, names.length, "", true);
	}
	listview.clear_checked_items();
	listview.refresh();
	frappe.show_alert({
		message: __("{0} of {1} opportunities were changed.", [names.length - refused.length, names.length]),
		indicator: refused.length ? "orange" : "green",
	});
	if (refused.length) {
		const { escape_html, get_form_link } = frappe.utils;
		const row = ({ opportunity, reason }) =>
			`<li>${get_form_link(listview.doctype, opportunity, true)}: ${escape_html(reason)}</li>`;
		frappe.msgprint({
			title: __("Not Changed"),
			message: `<ul>${refused.map(row).join("")}</ul>`,
			indicator: "orange",
		});
	}
}
