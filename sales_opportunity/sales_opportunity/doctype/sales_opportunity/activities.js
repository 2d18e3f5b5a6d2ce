/** Activities of an opportunity: logging and planning them, what is open, and what the stream says of meetings. */

const OPEN_ACTIVITIES = "sales_opportunity.activities.open_activities";
const CLICKS = "sales_opportunity.sales_opportunity.page.my_day.clicks";

frappe.ui.form.on("Sales Opportunity", {
	refresh(frm) {
		const control = frm.fields_dict.activity_bar;
		control.$wrapper.empty();
		show_times_of_meetings(frm);
		if (frm.is_new()) {
			return;
		}
		name_assignees_once(frm);
		if (frm.perm[0].write) {
			control.$wrapper.append(activity_bar(frm));
		}
		control.$wrapper.append(open_activities(frm, frm.doc.__onload?.open_activities || []));
	},
});

const ACTIVITIES = {
	Call: { icon: "call", label: () => __("Call"), open: (frm) => ask(frm, "Call", call_fields(frm)) },
	Email: { icon: "mail", label: () => __("Email"), open: (frm) => frm.email_doc() },
	Meeting: {
		icon: "calendar",
		label: () => __("Meeting", null, "Activity"),
		open: (frm) => ask(frm, "Meeting", meeting_fields(frm)),
	},
	Task: {
		icon: "check",
		label: () => __("Task", null, "Activity"),
		open: async (frm) => ask(frm, "Task", await sales_opportunity.activity_dialog.task_fields(frm)),
	},
	Note: {
		icon: "edit",
		label: () => __("Note", null, "Activity"),
		open: (frm) => ask(frm, "Note", note_fields()),
	},
};

/** Whoever has several tasks of a deal stands once among those to whom it is assigned. */
function name_assignees_once(frm) {
	const docinfo = frm.get_docinfo();
	docinfo.assignments = [...new Map(docinfo.assignments.map((each) => [each.owner, each])).values()];
	frm.assign_to?.refresh();
}

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

/** What is still to be done, the earliest first, each with a button that ticks it off. */
function open_activities(frm, items) {
	if (!items.length) {
		return $(`<p class="so-open-activities-none text-muted"></p>`).text(
			sales_opportunity.statuses.is_open(frm.doc)
				? __("Nothing is planned. What comes next?")
				: __("Nothing is planned."),
		);
	}
	const $list = $(`<ul class="so-open-activities list-unstyled"></ul>`).attr("aria-label", __("To be done"));
	items.forEach((item) => open_activity(frm, item).appendTo($list));
	return $list;
}

function open_activity(frm, item) {
	const states = {
		overdue: [__("Overdue"), "red"],
		due: [__("Today"), "orange"],
		planned: [__("Planned"), "green"],
		none: [__("No date"), "gray"],
	};
	const [state, color] = states[item.state];
	const $item = $(`<li class="so-open-activity">
		<button type="button" class="btn btn-default btn-sm so-open-activity-tick">${frappe.utils.icon("tick", "sm")}</button>
		<div class="so-open-activity-what"><div class="so-open-activity-subject"></div><div class="text-muted small"></div></div>
		<span class="indicator-pill ${color} no-indicator-dot">${state}</span>
		<span class="so-open-activity-who"></span>
	</li>`);
	$item.attr({ "data-doctype": item.doctype, "data-state": item.state });
	$item
		.find("button")
		.attr({
			"aria-label": __("Done: {0}", [item.subject]),
			title: item.may_tick
				? __("Done: {0}", [item.subject])
				: __("Only whom it belongs to can tick this off."),
			disabled: !item.may_tick,
		})
		.on("click", () => complete(frm, item, $item));
	const $subject = $item.find(".so-open-activity-subject");
	if (item.doctype === "Sales Opportunity" || !item.may_tick) {
		$subject.text(item.subject);
	} else {
		const link = frappe.utils.get_form_link(item.doctype, item.name);
		$(`<a>`).attr("href", link).text(item.subject).appendTo($subject);
	}
	$subject.next().text(facts_of(item).join(" · "));
	if (item.assignee) {
		$item
			.find(".so-open-activity-who")
			.attr("title", item.assignee_name)
			.append(sales_opportunity.avatar(item.assignee_name, frappe.user_info(item.assignee).image))
			.append($("<span>").text(item.assignee_name));
	}
	if (item.proposed && item.may_tick) {
		proposal_buttons(frm, item).appendTo($item);
	}
	return $item;
}

/** What one click does with a proposal besides ticking it off. */
function proposal_buttons(frm, item) {
	const week = frappe.datetime.add_days(
		item.day > frappe.datetime.get_today() ? item.day : frappe.datetime.get_today(),
		7,
	);
	const actions = {
		[__("+ 1 Week")]: () =>
			frappe.xcall(`${CLICKS}.postpone_activity`, { kind: item.doctype, name: item.name, until: week }),
		[__("Skip", null, "My Day")]: () =>
			frappe.xcall(`${OPEN_ACTIVITIES}.skip_proposal`, { opportunity: frm.doc.name, name: item.name }),
	};
	const $buttons = $(`<span class="so-open-activity-proposed"></span>`);
	for (const [label, act] of Object.entries(actions)) {
		$(`<button type="button" class="btn btn-default btn-xs"></button>`)
			.text(label)
			.attr("aria-label", `${label}: ${item.subject}`)
			.on("click", async (event) => {
				$(event.currentTarget).prop("disabled", true);
				try {
					await sales_opportunity.form.save_changes(frm);
					await act();
					await frm.reload_doc();
				} finally {
					$(event.currentTarget).prop("disabled", false);
				}
			})
			.appendTo($buttons);
	}
	return $buttons;
}

/** When, where and with whom, in the user's formats. */
function facts_of(item) {
	if (!item.starts_on) {
		return [item.day && frappe.datetime.str_to_user(item.day), item.proposed].filter(Boolean);
	}
	return [meeting_time(item.starts_on, item.ends_on), item.place, item.guests.join(", ")].filter(Boolean);
}

function meeting_time(starts_on, ends_on) {
	const time_format = frappe.datetime.get_user_time_fmt().replace(":ss", "");
	const [from, to] = [starts_on, ends_on].map((moment_text) => moment_text && moment(moment_text));
	const shown = (value) => frappe.datetime.str_to_user(value.format("YYYY-MM-DD"));
	const start = `${shown(from)}, ${from.format(time_format)}`;
	if (!to) {
		return start;
	}
	const end = to.format(time_format);
	return from.isSame(to, "day") ? `${start}–${end}` : `${start} – ${shown(to)}, ${end}`;
}

async function complete(frm, item, $item) {
	const $button = $item.find("button").prop("disabled", true);
	try {
		await sales_opportunity.form.save_changes(frm);
		const { doctype, name, subject } = item;
		const left = await frappe.xcall(`${OPEN_ACTIVITIES}.complete_activity`, {
			opportunity: frm.doc.name,
			doctype,
			name,
			subject,
		});
		await frm.reload_doc();
		// A cadence says itself what comes next, as long as it goes on.
		if (sales_opportunity.statuses.is_open(frm.doc) && !(item.proposed && left.length)) {
			await sales_opportunity.activity_dialog.ask_what_next(frm, item, left);
		}
	} finally {
		$button.prop("disabled", false);
	}
}

/** A meeting's entry in the stream says when the meeting is, instead of when that was written down. */
function show_times_of_meetings(frm) {
	const timeline = frm.timeline;
	const original = timeline?.get_communication_timeline_content;
	if (!original || timeline.tells_times_of_meetings) {
		return;
	}
	timeline.tells_times_of_meetings = true;
	timeline.get_communication_timeline_content = function (doc, ...others) {
		const $content = original.call(this, doc, ...others);
		if (doc.reference_doctype === "Event") {
			$content
				.find(".frappe-timestamp")
				.first()
				.replaceWith($("<span>").text(meeting_time(doc.communication_date)));
		}
		return $content;
	};
	// The first form of a visit has drawn its stream by now.
	timeline.refresh();
}

function call_fields(frm) {
	return [
		sales_opportunity.activity_dialog.subject_field(__("Call with {0}", [frm.doc.party_name])),
		{
			fieldname: "scheduled_for",
			fieldtype: "Datetime",
			label: __("Date and Time"),
			default: frappe.datetime.now_datetime(),
		},
		sales_opportunity.activity_dialog.details_field(),
		...next_fields(frm),
	];
}

function meeting_fields(frm) {
	const tomorrow = `${frappe.datetime.add_days(frappe.datetime.get_today(), 1)} 10:00:00`;
	return [
		sales_opportunity.activity_dialog.subject_field(__("Meeting with {0}", [frm.doc.party_name])),
		{
			fieldname: "scheduled_for",
			fieldtype: "Datetime",
			label: __("Date and Time"),
			default: tomorrow,
			reqd: 1,
		},
		{ fieldtype: "Column Break" },
		{ fieldname: "place", fieldtype: "Data", label: __("Place"), length: 140 },
		{ fieldname: "minutes", fieldtype: "Int", label: __("Length in Minutes"), default: 60 },
		{ fieldtype: "Section Break" },
		{
			fieldname: "guests",
			fieldtype: "MultiSelect",
			label: __("Guests"),
			default: frm.doc.contact_email,
			description: __("E-mail addresses, separated by commas"),
			ignore_validation: 1,
		},
		{
			fieldname: "invite",
			fieldtype: "Check",
			label: __("Send an invitation with a calendar file (.ics)"),
		},
		{ ...sales_opportunity.activity_dialog.details_field(), label: __("Details") },
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
	await sales_opportunity.form.save_changes(frm);
	sales_opportunity.activity_dialog
		.make(frm, kind, ACTIVITIES[kind].label(), fields, __("Save", null, "Activity"))
		.show();
}
