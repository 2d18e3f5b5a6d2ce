/** The dialog for an activity of an opportunity, and the question what comes next: on the form and on My Day.
 *
 * `frm` is the form, or any object with `doc` (`name`, `party_name`, `opportunity_owner`) and `reload_doc()`.
 */

frappe.provide("sales_opportunity.activity_dialog");

(function () {
	const ACTIVITY_LOG = "sales_opportunity.activities.activity_log";

	/** After something is done: the next step, filled in so far that one click plans it, or none. Returns the dialog. */
	async function ask_what_next(frm, done, left) {
		const fields = await task_fields(frm, done.assignee || frm.doc.opportunity_owner);
		Object.assign(fields[0], {
			label: __("What comes next"),
			default: __("Follow up with {0}", [frm.doc.party_name]),
		});
		const [next] = left;
		const known =
			next && [next.day && frappe.datetime.str_to_user(next.day), next.subject].filter(Boolean).join(": ");
		if (known) {
			const text = frappe.utils.escape_html(__("Still planned: {0}", [known]));
			fields.unshift({ fieldtype: "HTML", options: `<p class="text-muted">${text}</p>` });
		}
		const dialog = activity_dialog(frm, "Task", __("What next?"), fields, __("Plan It"));
		dialog.set_secondary_action_label(__("Nothing for Now"));
		dialog.set_secondary_action(() => dialog.hide());
		dialog.show();
		return dialog;
	}

	function activity_dialog(frm, kind, title, fields, label) {
		const plans_next = fields.some((field) => field.fieldname === "next_activity");
		const dialog = sales_opportunity.dialog.make({
			title,
			fields,
			primary_action_label: label,
			async primary_action(values) {
				await frappe.xcall(`${ACTIVITY_LOG}.add_activity`, {
					opportunity: frm.doc.name,
					kind,
					...values,
					...(plans_next && {
						next_activity: values.next_activity || "",
						next_activity_date: values.next_activity_date || "",
					}),
				});
				dialog.hide();
				await frm.reload_doc();
			},
		});
		if (dialog.fields_dict.guests) {
			sales_opportunity.dialog.suggest_addresses(dialog.fields_dict.guests, frm.doc.participants);
		}
		return dialog;
	}

	async function task_fields(frm, assignee = frm.doc.opportunity_owner) {
		return [
			subject_field(),
			{
				fieldname: "scheduled_for",
				fieldtype: "Date",
				label: __("Due Date"),
				default: frappe.datetime.add_days(frappe.datetime.get_today(), 7),
				reqd: 1,
			},
			{
				fieldname: "assigned_to",
				fieldtype: "Autocomplete",
				options: await colleagues(assignee),
				label: __("Assigned To"),
				default: assignee,
			},
			{ ...details_field(), label: __("Details") },
		];
	}

	/** The people who can be given a task, by name; a login is said only where two have the same name. */
	async function colleagues(chosen) {
		const answer = await frappe.call("frappe.desk.search.search_link", {
			doctype: "User",
			txt: "",
			page_length: 500,
		});
		const people = (answer.results || answer.message).map(({ value, description }) => ({
			value,
			label: description || value,
		}));
		if (chosen && !people.some(({ value }) => value === chosen)) {
			people.push({ value: chosen, label: frappe.user.full_name(chosen) });
		}
		return people.map(({ value, label }) => {
			const is_unique = people.filter((person) => person.label === label).length === 1;
			return { value, label: is_unique ? label : `${label} (${value})` };
		});
	}

	function subject_field(subject) {
		return { fieldname: "subject", fieldtype: "Data", label: __("Subject"), reqd: 1, default: subject };
	}

	function details_field() {
		return { fieldname: "details", fieldtype: "Small Text", label: __("What was said or agreed") };
	}

	Object.assign(sales_opportunity.activity_dialog, {
		make: activity_dialog,
		ask_what_next,
		task_fields,
		subject_field,
		details_field,
	});
})();
