/** What a click on a button of a row does. */

frappe.provide("sales_opportunity.my_day");

(() => {
	const CLICKS = "sales_opportunity.sales_opportunity.page.my_day.clicks";
	const OPEN_ACTIVITIES = "sales_opportunity.activities.open_activities";
	const REVISIONS = "sales_opportunity.sales_opportunity.doctype.quote.revisions";

	/** What each button does with its row. */
	sales_opportunity.my_day.clicks = {
		async complete(row, day) {
			const { place } = day;
			const left = await frappe.xcall(`${CLICKS}.finish`, { kind: row.kind, name: row.name });
			day.tell(__("Done: {0}", [row.subject || __("Next Activity")]), "green");
			// A cadence says itself what comes next, as long as it goes on.
			if (left && row.deal && !(row.proposed && left.length)) {
				await ask_what_next(row, left, place, day);
			}
			await day.refresh();
		},

		async skip(row, day) {
			await frappe.xcall(`${OPEN_ACTIVITIES}.skip_proposal`, {
				opportunity: row.opportunity,
				name: row.name,
			});
			day.tell(__("Skipped: {0}", [row.subject]), "blue");
			await day.refresh();
		},

		async tomorrow(row, day) {
			await postpone(row, 1, day);
		},

		async week(row, day) {
			await postpone(row, 7, day);
		},

		mail(row) {
			new frappe.views.CommunicationComposer({
				doc: { doctype: "Sales Opportunity", name: row.deal.name },
				recipients: row.deal.email,
				subject: row.deal.title,
			});
		},

		/** Open the quote with the e-mail ready to be sent once more. */
		remind(row) {
			frappe.route_hooks.after_load = (frm) => sales_opportunity.sending.send(frm);
			frappe.set_route("Form", "Quote", row.name);
		},

		/** Make the revision that is valid longer, as a draft, and open it. */
		async extend(row) {
			await frappe.require("/assets/sales_opportunity/js/quotes.js");
			const valid_until = await sales_opportunity.quotes.default_validity(row.opportunity);
			const revision = await frappe.xcall(`${REVISIONS}.new_revision`, { quote: row.name, valid_until });
			frappe.set_route("Form", "Quote", revision);
		},

		/** Answer the customer's question here, by the dialog of the quote's form. */
		async answer(row, day) {
			await frappe.require("/assets/sales_opportunity/js/customer_questions.js");
			const question = { name: row.message, person_name: row.person_name };
			return sales_opportunity.customer_questions.answer({ reload_doc: () => day.refresh() }, question);
		},

		/** Open the deal with the dialog for its next task. */
		plan(row) {
			frappe.route_hooks.after_load = (frm) => frm.$wrapper.find('[data-activity="Task"]').trigger("click");
			frappe.set_route("Form", "Sales Opportunity", row.opportunity);
		},
	};

	/** The question of the form, after what was done on a deal; the keyboard is back on My Day when it is closed. */
	async function ask_what_next(row, left, place, day) {
		await frappe.require("/assets/sales_opportunity/js/activity_dialog.js");
		const frm = { doc: row.deal, reload_doc: () => day.refresh() };
		const done = { assignee: frappe.session.user };
		const dialog = await sales_opportunity.activity_dialog.ask_what_next(frm, done, left);
		dialog.$wrapper.one("hidden.bs.modal", () => {
			day.place = place;
			document.activeElement?.blur();
			day.focus();
		});
	}

	async function postpone(row, days, day) {
		const until = frappe.datetime.add_days(frappe.datetime.get_today(), days);
		await frappe.xcall(`${CLICKS}.postpone_activity`, { kind: row.kind, name: row.name, until });
		day.tell(__("Postponed to {0}", [frappe.datetime.str_to_user(until)]), "blue");
		await day.refresh();
	}
})();
