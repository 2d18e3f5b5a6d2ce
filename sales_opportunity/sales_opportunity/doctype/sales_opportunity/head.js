/** The top of an opportunity's form: its stages, and what one wants to know of the deal at one look. */

frappe.provide("sales_opportunity.head");

const SHOWN_IN_HEAD = [
	"stage",
	"class_id",
	"amount",
	"probability",
	"transaction_currency",
	"expected_close_date",
	"opportunity_owner",
	"contact",
	"next_activity",
	"next_activity_date",
];

frappe.ui.form.on("Sales Opportunity", {
	refresh(frm) {
		frm.stage_steps = null;
		sales_opportunity.form.move_connections_down(frm);
		sales_opportunity.head.show(frm);
	},
	items_add: (frm) => sales_opportunity.head.show(frm),
	...Object.fromEntries(
		SHOWN_IN_HEAD.map((fieldname) => [fieldname, (frm) => sales_opportunity.head.show(frm)]),
	),
});

/** Draw the head for what the form shows now, saved or not. */
sales_opportunity.head.show = function (frm) {
	frm.$deal_top ??= $(
		`<div class="so-deal-top"><div class="so-deal-stages"></div><dl class="so-deal-facts"></dl></div>`,
	).insertBefore(frm.layout.page.find(".form-tabs-list").first());
	sales_opportunity.stage_bar.show(frm, frm.$deal_top.find(".so-deal-stages"));
	const $facts = frm.$deal_top.find(".so-deal-facts").empty();
	if (frm.is_new()) {
		return;
	}
	const head = frm.doc.__onload?.head || {};
	const entries = [
		["value", __("Value"), value(frm.doc)],
		["weighted", __("Weighted Amount"), weighted(frm.doc)],
		["close", ...closing(frm.doc)],
		["owner", __("Responsible", null, "Sales Opportunity"), owner(frm.doc, head.owner)],
		["contact", __("Contact"), contact(frm, head.contact)],
		["last", __("Last Activity"), last_activity(frm.doc, head.last_activity)],
		["next", __("Next Activity"), next_activity(frm.doc)],
		["quote", __("Primary Quote"), quote(frm, head.quote)],
	];
	for (const [name, label, lines] of entries) {
		const shown = lines.filter(Boolean);
		$(`<div data-fact="${name}"></div>`)
			.append($("<dt></dt>").text(label))
			.append((shown.length ? shown : ["–"]).map((line) => $("<dd></dd>").append(line)))
			.appendTo($facts);
	}
};

function value(doc) {
	const { transaction_currency, company_currency } = doc;
	const is_foreign = company_currency && transaction_currency !== company_currency;
	return [
		strong(format_currency(doc.amount, transaction_currency)),
		is_foreign && text(format_currency(doc.base_amount, company_currency)),
	];
}

function weighted(doc) {
	const probability = `${format_number(doc.probability, null, doc.probability % 1 ? 1 : 0)} %`;
	return [
		strong(format_currency(doc.weighted_amount, doc.transaction_currency)),
		text(doc.override_probability ? __("{0}, entered by hand", [probability]) : probability),
	];
}

function closing(doc) {
	if (!sales_opportunity.statuses.is_open(doc)) {
		return [
			__("Closed On"),
			[
				strong(frappe.datetime.str_to_user((doc.closed_on || "").split(" ")[0])),
				text(__(doc.closing_reason || "", null, "Closing Reason")),
			],
		];
	}
	const day = doc.expected_close_date;
	const left = day && days_from_today(day);
	return [
		__("Expected Close Date"),
		day
			? [strong(frappe.datetime.str_to_user(day)), state(time_left(left), left < 0 ? "overdue" : "planned")]
			: [],
	];
}

function owner(doc, known) {
	const user = doc.opportunity_owner;
	if (!user) {
		return colleagues(doc);
	}
	const name = known?.user === user ? known.full_name : frappe.user_info(user).fullname || user;
	const image = known?.user === user ? known.image : frappe.user_info(user).image;
	return [
		$(`<span class="so-deal-person"></span>`).append(sales_opportunity.avatar(name, image), strong(name)),
		...colleagues(doc),
	];
}

/** Who has a share of the deal, each with it. */
function colleagues({ shares }) {
	if (!frappe.boot.sales_opportunity_features.use_participants) {
		return [];
	}
	return (shares || [])
		.filter(({ user }) => user)
		.map(({ user, full_name, percentage }) =>
			text(`${full_name || user} · ${format_number(percentage, null, percentage % 1 ? 2 : 0)} %`),
		);
}

function contact(frm, known) {
	const name = frm.doc.contact;
	if (!name) {
		return [];
	}
	if (known?.name !== name) {
		return [text(frappe.utils.get_link_title("Contact", name) || name)];
	}
	return [
		link(frappe.utils.get_form_link("Contact", name), known.title).addClass("so-deal-strong"),
		...known.numbers.map((number) => link(`tel:${number.replace(/[^\d+*#]/g, "")}`, number)),
		known.email &&
			link(`mailto:${known.email}`, known.email).on("click", (event) => {
				if (frappe.model.can_email(frm.doctype, frm)) {
					event.preventDefault();
					frm.email_doc();
				}
			}),
	];
}

function last_activity(doc, activity) {
	const { stalled_from } = doc;
	const is_stalled =
		sales_opportunity.statuses.is_open(doc) && stalled_from && stalled_from <= frappe.datetime.get_today();
	return [
		activity && strong(activity.subject).attr("title", activity.subject),
		activity && text(activity_facts(activity)),
		is_stalled && state(__("Stalled since {0}", [frappe.datetime.str_to_user(stalled_from)]), "due"),
	];
}

function activity_facts({ kind, on, by }) {
	const kinds = {
		Call: __("Call"),
		Email: __("Email"),
		Meeting: __("Meeting", null, "Activity"),
		Task: __("Task", null, "Activity"),
		Note: __("Note", null, "Activity"),
		Question: __("Question"),
	};
	return [kinds[kind], time_since(-days_from_today(on.split(" ")[0])), by].join(" · ");
}

function next_activity(doc) {
	const { next_activity: subject, next_activity_date } = doc;
	if (!subject && !next_activity_date) {
		return [];
	}
	const left = next_activity_date && days_from_today(next_activity_date);
	return [
		subject && strong(subject).attr("title", subject),
		next_activity_date &&
			state(
				`${frappe.datetime.str_to_user(next_activity_date)} · ${time_left(left)}`,
				sales_opportunity.statuses.is_open(doc)
					? sales_opportunity.activity_state(next_activity_date)
					: "none",
			),
	];
}

function quote(frm, known) {
	if (!frm.doc.primary_quote && sales_opportunity.statuses.is_open(frm.doc) && frm.perm[0].write) {
		return [
			$(`<button type="button" class="btn btn-default btn-xs"></button>`)
				.text(__("Create Quote"))
				.on("click", () => frm.trigger("create_quote")),
		];
	}
	if (!known || known.name !== frm.doc.primary_quote) {
		return [];
	}
	return [
		link(frappe.utils.get_form_link("Quote", known.name), known.name).addClass("so-deal-strong"),
		text(
			`${__(known.status, null, "Quote")} · ${__("{0} gross", [format_currency(known.gross_total, known.transaction_currency)])}`,
		),
	];
}

function days_from_today(day) {
	return frappe.datetime.get_day_diff(day, frappe.datetime.get_today());
}

/** Say how far off a day is on which something is to be done. */
function time_left(days) {
	if (days < 0) {
		return days === -1 ? __("1 day overdue") : __("{0} days overdue", [-days]);
	}
	return [__("today", null, "Distance"), __("tomorrow", null, "Distance")][days] || __("in {0} days", [days]);
}

/** Say how long ago a day is on which something was done. */
function time_since(days) {
	return (
		[__("today", null, "Distance"), __("yesterday", null, "Distance")][days] ||
		__("{0} days ago", [days], "Distance")
	);
}

function strong(content) {
	return $(`<span class="so-deal-strong"></span>`).text(content);
}

function text(content) {
	return $("<span></span>").text(content);
}

function state(content, name) {
	return text(content).attr("data-state", name);
}

function link(address, content) {
	return $("<a></a>").attr("href", address).text(content);
}
