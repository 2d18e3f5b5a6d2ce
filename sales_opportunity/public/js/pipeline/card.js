/** How a deal looks on the board. */

frappe.provide("sales_opportunity.pipeline");

/** Return the HTML of a card; `may_move` gives it the menu to move it. */
sales_opportunity.pipeline.card_html = function (card, { data, may_move }) {
	const { escape, money, activity_html, badges_html, close_date_html } = sales_opportunity.pipeline;
	const title = card.title || card.party_name || card.name;
	const subtitle = card.party_name !== title ? card.party_name : data.classes[card.class_id]?.title;
	const address = frappe.utils.get_form_link("Sales Opportunity", card.name);
	const menu = `<button type="button" class="so-pipeline-menu-button" aria-haspopup="menu" aria-expanded="false"
			aria-label="${escape(__("Move {0}", [title]))}" title="${__("Move")}">
			<span class="so-pipeline-glyph" aria-hidden="true">⋯</span>
		</button>`;
	return `<li class="so-pipeline-card" data-name="${escape(card.name)}">
		<div class="so-pipeline-card-head">
			<a href="${escape(address)}" class="so-pipeline-link" draggable="false"
				${may_move ? 'aria-describedby="so-pipeline-help"' : ""}>${escape(title)}</a>
			${may_move ? menu : ""}
		</div>
		<div class="so-pipeline-party">${escape(subtitle || "")}</div>
		<div class="so-pipeline-value">
			<strong>${money(card.amount, card.transaction_currency)}</strong>
			${close_date_html(card, data.today)}
		</div>
		${badges_html(card)}
		<div class="so-pipeline-card-foot">
			${activity_html(card)}
			${sales_opportunity.pipeline.owner_html(card, data.people)}
		</div>
	</li>`;
};

sales_opportunity.pipeline.escape = (text) => frappe.utils.escape_html(String(text ?? ""));

/** Return an amount with its currency, without decimals where there are none. */
sales_opportunity.pipeline.money = function (amount, currency) {
	const is_whole = Number.isInteger(Number(amount));
	return sales_opportunity.pipeline.escape(format_currency(amount, currency, is_whole ? 0 : undefined));
};

sales_opportunity.pipeline.close_date_html = function ({ expected_close_date }, today) {
	if (!expected_close_date) {
		return `<span class="text-muted">${__("No Close Date")}</span>`;
	}
	const day = frappe.datetime.str_to_user(expected_close_date);
	const is_late = expected_close_date < today;
	const hint = is_late ? __("Close date passed: {0}", [day]) : __("Close date: {0}", [day]);
	return `<span class="${is_late ? "so-pipeline-late" : ""}" title="${hint}">
		${frappe.utils.icon("calendar", "xs")}<span aria-hidden="true">${day}</span>
		<span class="sr-only">${hint}</span>
	</span>`;
};

/** The state of the next activity, in words too: what it is, and when. */
sales_opportunity.pipeline.activity_html = function ({ activity, next_activity, next_activity_date }) {
	const { escape } = sales_opportunity.pipeline;
	const states = {
		none: __("No activity planned"),
		planned: __("Planned"),
		due: __("Due today"),
		overdue: __("Overdue"),
	};
	const day = next_activity_date && frappe.datetime.str_to_user(next_activity_date);
	const words = [states[activity], day, next_activity].filter(Boolean).join(" · ");
	const shown = {
		none: states.none,
		planned: [day, next_activity].filter(Boolean).join(" "),
		due: [__("Today"), next_activity].filter(Boolean).join(" "),
		overdue: [day, next_activity].filter(Boolean).join(" "),
	};
	return `<span class="so-pipeline-activity" data-activity="${activity}" title="${escape(words)}">
		<span class="so-activity-dot" data-activity="${activity}" aria-hidden="true"></span>
		<span class="so-pipeline-activity-text" aria-hidden="true">${escape(shown[activity])}</span>
		<span class="sr-only">${escape(__("Next activity: {0}", [words]))}</span>
	</span>`;
};

sales_opportunity.pipeline.badges_html = function ({ is_stalled, stalled_from, quote_status }) {
	const { escape } = sales_opportunity.pipeline;
	const badges = [];
	if (quote_status) {
		const text = __("Quote: {0}", [__(quote_status, null, "Quote")]);
		const colour = sales_opportunity.statuses.colours.Quote[quote_status];
		badges.push(`<span class="so-pipeline-badge" data-color="${colour}">${escape(text)}</span>`);
	}
	if (is_stalled) {
		const since = __("Stalled since {0}", [frappe.datetime.str_to_user(stalled_from)]);
		badges.push(
			`<span class="so-pipeline-badge" data-color="orange" title="${escape(since)}">${__("Stalled")}</span>`,
		);
	}
	return badges.length ? `<div class="so-pipeline-badges">${badges.join("")}</div>` : "";
};

sales_opportunity.pipeline.owner_html = function ({ opportunity_owner }, people) {
	if (!opportunity_owner) {
		return "";
	}
	const { escape } = sales_opportunity.pipeline;
	const person = people[opportunity_owner] || { fullname: opportunity_owner };
	const $avatar = sales_opportunity.avatar(person.fullname, person.image, {
		css_class: "avatar-small so-pipeline-owner",
		attributes: { "aria-hidden": "true" },
	});
	return `${$avatar[0].outerHTML}<span class="sr-only">${escape(__("Responsible: {0}", [person.fullname]))}</span>`;
};
