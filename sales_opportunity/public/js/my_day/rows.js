/** The rows of My Day: what each says, and which buttons it has. */

frappe.provide("sales_opportunity.my_day");

(() => {
	const escaped = (text) => frappe.utils.escape_html(text ?? "");
	const user_moment = (time) => frappe.datetime.str_to_user(time).replace(/(\d\d:\d\d):\d\d/, "$1");
	const user_day = (day) => escaped(frappe.datetime.str_to_user(String(day).slice(0, 10)));

	const STATES = {
		overdue: { colour: "red", label: () => __("Overdue") },
		due: { colour: "orange", label: () => __("Due today") },
	};

	function weekday(day, length) {
		return moment(day).toDate().toLocaleDateString(frappe.boot.lang, { weekday: length });
	}

	function item(at, before, title, details, actions) {
		return `<li class="so-my-day-row" data-row="${at}">
			${before}
			<div class="so-my-day-text">
				<div class="so-my-day-title">${title}</div>
				<div class="text-muted">${details.filter(Boolean).join(" · ")}</div>
			</div>
			<div class="so-my-day-actions">${actions.filter(Boolean).join("")}</div>
		</li>`;
	}

	function button(action, icon, label, subject, shown = "") {
		const hint = escaped(subject ? `${label}: ${subject}` : label);
		return `<button class="btn btn-xs btn-default" data-action="${action}" title="${escaped(label)}" aria-label="${hint}">
			${icon ? frappe.utils.icon(icon, "sm") : ""}${escaped(shown)}
		</button>`;
	}

	function document_link(doctype, name, text) {
		return `<a href="${frappe.utils.get_form_link(doctype, name)}">${escaped(text)}</a>`;
	}

	function deal_link(deal) {
		return deal && document_link("Sales Opportunity", deal.name, deal.title);
	}

	/** What reaches the contact of a deal: its number to tap, its address to write to. */
	function reach(row) {
		const { phone, email, contact_name, party_name } = row.deal || {};
		const who = contact_name || party_name;
		return [
			phone &&
				`<a class="btn btn-xs btn-default" href="tel:${escaped(phone.replaceAll(/[^+\d]/g, ""))}"
					title="${escaped(__("Call {0}", [phone]))}" aria-label="${escaped(__("Call {0}", [`${who}, ${phone}`]))}">
					${frappe.utils.icon("call", "sm")}
				</a>`,
			email && button("mail", "mail", __("Write an E-mail"), who),
		];
	}

	function complete_button(row) {
		if (row.may_tick === false) {
			const hint = escaped(__("Only whom it belongs to can tick this off."));
			return `<button class="so-my-day-tick" disabled title="${hint}" aria-label="${hint}">${frappe.utils.icon("tick", "sm")}</button>`;
		}
		return `<button class="so-my-day-tick" data-action="complete" title="${escaped(__("Mark as Done"))}"
			aria-label="${escaped(`${__("Mark as Done")}: ${row.subject || ""}`)}">${frappe.utils.icon("tick", "sm")}</button>`;
	}

	function activity_row(row, at) {
		const { colour, label } = STATES[row.state];
		const [doctype, name] = row.reference || ["Sales Opportunity", row.opportunity];
		const title = name
			? document_link(doctype, name, row.subject || row.deal?.title)
			: document_link("ToDo", row.name, row.subject);
		return item(
			at,
			complete_button(row),
			title,
			[
				`<span class="indicator-pill no-indicator-dot ${colour}">${escaped(label())}${row.state === "overdue" ? ` · ${user_day(row.day)}` : ""}</span>`,
				deal_link(row.deal),
				row.deal && row.deal.title !== row.deal.party_name && escaped(row.deal.party_name),
				escaped(row.proposed),
			],
			[
				...reach(row),
				row.proposed &&
					row.deal &&
					button("skip", "", __("Skip", null, "My Day"), row.subject, __("Skip", null, "My Day")),
				row.may_tick &&
					button("tomorrow", "", __("Postpone to Tomorrow"), row.subject, __("Tomorrow", null, "My Day")),
				row.may_tick && button("week", "", __("Postpone by a Week"), row.subject, __("+ 1 Week")),
			],
		);
	}

	function meeting_row(row, at) {
		return item(
			at,
			complete_button(row),
			document_link("Event", row.name, row.subject),
			[escaped(`${weekday(row.starts_on, "short")} ${user_moment(row.starts_on)}`), deal_link(row.deal)],
			reach(row),
		);
	}

	function customer_row(row, at) {
		return item(
			at,
			"",
			document_link("Quote", row.name, row.party_name),
			[
				escaped(row.name),
				row.question && `<q>${escaped(row.question)}</q>`,
				row.asked_on && escaped(__("asked on {0}", [user_moment(row.asked_on)])),
				!row.asked_on && escaped(__("opened on {0}", [user_moment(row.last_opened)])),
			],
			[
				row.question
					? button("answer", "", __("Reply", null, "My Day"), row.party_name, __("Reply", null, "My Day"))
					: button("remind", "", __("Send Reminder"), row.party_name, __("Send Reminder")),
			],
		);
	}

	function quote_row(row, at) {
		return item(
			at,
			"",
			document_link("Quote", row.name, row.party_name),
			[
				escaped(row.name),
				escaped(strip_html(format_currency(row.gross_total, row.transaction_currency))),
				escaped(__("until {0}", [frappe.datetime.str_to_user(row.valid_until)])),
			],
			[
				button("remind", "", __("Send Reminder"), row.party_name, __("Send Reminder")),
				button("extend", "", __("Extend", null, "My Day"), row.party_name, __("Extend", null, "My Day")),
			],
		);
	}

	function stalled_row(row, at) {
		return item(
			at,
			"",
			deal_link(row.deal) || "",
			[
				escaped(row.deal?.party_name !== row.deal?.title ? row.deal?.party_name : ""),
				escaped(__(row.deal?.stage, null, "Qualification Stage")),
				escaped(__("idle since {0}", [frappe.datetime.str_to_user(row.idle_since)])),
			],
			[
				...reach(row),
				button("plan", "", __("Plan the Next Step"), row.deal?.title, __("Plan", null, "My Day")),
			],
		);
	}

	/** A row of each kind as HTML, given what it is about and where it stands. */
	const rows = {
		activities: activity_row,
		meetings: meeting_row,
		customers: customer_row,
		quotes: quote_row,
		stalled: stalled_row,
	};
	Object.assign(sales_opportunity.my_day, { rows, escaped, user_day, weekday });
})();
