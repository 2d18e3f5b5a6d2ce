frappe.ui.form.on("Sales Opportunity", {
	refresh(frm) {
		const control = frm.fields_dict.activity_bar;
		control.$wrapper.empty();
		if (frm.is_new()) {
			return;
		}
		if (frm.perm[0].write) {
			control.$wrapper.append(activity_bar(frm));
		}
	},
});

const ACTIVITIES = {
	Call: { icon: "call", label: () => __("Call"), open: (frm) => ask(frm, "Call", call_fields(frm)) },
	Email: { icon: "mail", label: () => __("Email"), open: (frm) => frm.email_doc() },
	Meeting: { icon: "calendar", label: () => __("Meeting", null, "Activity"), open: (frm) => ask(frm, "Meeting", meeting_fields(frm)) },
	Task: { icon: "check", label: () => __("Task", null, "Activity"), open: (frm) => ask(frm, "Task", task_fields(frm)) },
	Note: { icon: "edit", label: () => __("Note", null, "Activity"), open: (frm) => ask(frm, "Note", note_fields()) },
};

function activity_bar(frm) {
	const $bar = $(`<div class="flex" style="flex-wrap: wrap; gap: 8px"></div>`);
	for (const [kind, activity] of Object.entries(ACTIVITIES)) {
		$(`<button class="btn btn-default btn-sm" data-activity="${kind}">
			${frappe.utils.icon(activity.icon, "sm")} ${activity.label()}
		</button>`)
			.on("click", () => activity.open(frm))
			.appendTo($bar);
	}
	return $bar;
}

function subject_field(subject) {
	return { fieldname: "subject", fieldtype: "Data", label: __("Subject"), reqd: 1, default: subject };
}

function details_field() {
	return { fieldname: "details", fieldtype: "Small Text", label: __("What was said or agreed") };
}

function call_fields(frm) {
	return [
		subject_field(__("Call with {0}", [frm.doc.party_name])),
		{ fieldname: "scheduled_for", fieldtype: "Datetime", label: __("Date and Time"), default: frappe.datetime.now_datetime() },
		details_field(),
		...next_fields(frm),
	];
}

function meeting_fields(frm) {
	const tomorrow = `${frappe.datetime.add_days(frappe.datetime.get_today(), 1)} 10:00:00`;
	return [
		subject_field(__("Meeting with {0}", [frm.doc.party_name])),
		{ fieldname: "scheduled_for", fieldtype: "Datetime", label: __("Date and Time"), default: tomorrow, reqd: 1 },
		details_field(),
	];
}

function task_fields(frm) {
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
			fieldtype: "Link",
			options: "User",
			label: __("Assigned To"),
			default: frm.doc.opportunity_owner,
			ignore_user_permissions: 1,
		},
		{ ...details_field(), label: __("Details") },
	];
}

function note_fields() {
	return [{ fieldname: "subject", fieldtype: "Small Text", label: __("Note", null, "Activity"), reqd: 1 }];
}

/** What was planned next stays prefilled: it is done with this call, or replaced, or goes on to be planned. */
function next_fields(frm) {
	return [
		{ fieldtype: "Section Break", label: __("Next Activity") },
		{
			fieldname: "next_activity",
			fieldtype: "Data",
			label: __("What comes next"),
			default: frm.doc.next_activity,
		},
		{ fieldtype: "Column Break" },
		{
			fieldname: "next_activity_date",
			fieldtype: "Date",
			label: __("Planned For"),
			default: frm.doc.next_activity_date,
		},
	];
}

async function ask(frm, kind, fields) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	const plans_next = fields.some((field) => field.fieldname === "next_activity");
	const dialog = new frappe.ui.Dialog({
		title: ACTIVITIES[kind].label(),
		fields,
		primary_action_label: __("Save"),
		async primary_action(values) {
			dialog.disable_primary_action();
			try {
				await frappe.xcall(
					"sales_opportunity.sales_opportunity.doctype.sales_opportunity.activities.add_activity",
					{
						opportunity: frm.doc.name,
						kind,
						...values,
						...(plans_next && {
							next_activity: values.next_activity || "",
							next_activity_date: values.next_activity_date || "",
						}),
					}
				);
				dialog.hide();
				await frm.reload_doc();
			} finally {
				dialog.enable_primary_action();
			}
		},
	});
	dialog.show();
}
