/** My Day: what the user has to do today, each with its action in one click. */

(function () {
	frappe.pages["my-day"].on_page_load = function (wrapper) {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Day"), single_column: true });
		const day = new MyDay(page);
		$(wrapper).on("show", () => {
			day.place = null;
			day.refresh();
		});
	};

	const MY_DAY = "sales_opportunity.sales_opportunity.page.my_day.my_day";
	const CLICKS = "sales_opportunity.sales_opportunity.page.my_day.clicks";
	const REVISIONS = "sales_opportunity.sales_opportunity.doctype.quote.revisions";
	const escaped = (text) => frappe.utils.escape_html(text ?? "");
	const STATES = {
		overdue: { colour: "red", label: () => __("Overdue") },
		due: { colour: "orange", label: () => __("Due today") },
	};

	class MyDay {
		constructor(page) {
			this.page = page;
			this.$body = $('<div class="so-my-day"></div>').appendTo(page.main);
			this.$status = $('<p class="sr-only" role="status" aria-live="polite"></p>').appendTo(this.$body);
			this.$content = $("<div></div>").appendTo(this.$body);
			page.set_primary_action(__("New Opportunity"), () => frappe.new_doc("Sales Opportunity"), "add");
			page.set_secondary_action(__("Refresh"), () => this.refresh(), "refresh");
			if (!frappe.model.can_create("Sales Opportunity")) {
				page.clear_primary_action();
			}
			this.$body.on("click", "button[data-action], a[data-action]", (event) => this.act(event));
		}

		async refresh() {
			this.data = await frappe.xcall(`${MY_DAY}.load`);
			this.show();
			this.focus();
		}

		/** Say what has happened, on the screen and to screen readers. */
		tell(message, indicator) {
			frappe.show_alert({ message: escaped(message), indicator });
			this.$status.text(message);
		}

		/** The keyboard goes on where it was: at the same button of the row that stands there now, else at the heading. */
		focus() {
			const is_lost = !document.activeElement || document.activeElement === document.body;
			if (!this.place || !is_lost || document.querySelector(".modal.show")) {
				return;
			}
			const { name, at, action } = this.place;
			const $section = this.$content.find(`.so-my-day-kind[data-kind="${name}"]`);
			const $buttons = $section.find(`[data-row] [data-action="${action}"]`);
			const $button = $buttons.eq(Math.min(at, $buttons.length - 1));
			($button.length ? $button : $section.find("h3")).trigger("focus");
		}

		show() {
			const { activities, meetings, quotes, customers, stalled } = this.data;
			const others = this.data.figures.in_other_currencies;
			this.$content.html(`
				<h2 class="so-my-day-greeting">${escaped(greeting())}</h2>
				<p class="text-muted">${escaped(weekday(this.data.today, "long"))}, ${user_day(this.data.today)}</p>
				<div class="so-my-day-figures">${this.figures()}</div>
				${others ? `<p class="so-my-day-others text-muted">${escaped(__("{0} kept in another company currency are not in the sums.", [others]))}</p>` : ""}
				<div class="so-my-day-columns">
					<div>
						${this.kind("activities", __("Activities"), activities, activity_row, __("Nothing is due. Well done!"))}
						${this.kind("meetings", __("Meetings of the Next 7 Days"), meetings, meeting_row, __("No meeting is planned."))}
					</div>
					<div>
						${this.kind("customers", __("Customers Who Read or Ask"), customers, customer_row, __("No customer has opened a quote in these days."))}
						${this.kind("quotes", __("Quotes That End Soon"), quotes, quote_row, __("No quote ends within two weeks."))}
						${this.kind("stalled", __("Stalled Opportunities"), stalled, stalled_row, __("Nothing stalls: all your deals move."))}
					</div>
				</div>`);
			this.$body.attr("data-loaded", frappe.utils.get_random(6));
		}

		figures() {
			const { currency, open, weighted, overdue, won } = this.data.figures;
			// null is a sum that the user may not read
			const money = (value) =>
				value === null ? "" : escaped(strip_html(format_currency(value, currency, 0)));
			return [
				figure("open", __("My Open Opportunities"), open.count, money(open.amount)),
				figure("weighted", __("My Weighted Forecast"), money(weighted.amount) || weighted.count, ""),
				figure("overdue", __("Next Activity Overdue"), overdue.count, "", overdue.count && "red"),
				figure("won", __("Won by Me This Month"), won.count, money(won.amount)),
			].join("");
		}

		kind(name, title, { count, rows, filters }, row_html, nothing) {
			const more = count - rows.length;
			const list = rows.length
				? `<ul class="list-unstyled">${rows.map((row, at) => row_html(row, `${name}-${at}`)).join("")}</ul>`
				: `<p class="so-my-day-nothing text-muted">${escaped(nothing)}</p>`;
			const rest = filters
				? `<button class="btn btn-xs btn-default" data-action="list" data-kind="${name}">${escaped(__("Show All {0}", [count]))}</button>`
				: `<span class="text-muted">${escaped(__("{0} more", [more]))}</span>`;
			return `<section class="so-my-day-kind" data-kind="${name}" aria-labelledby="so-my-day-${name}">
				<h3 id="so-my-day-${name}" tabindex="-1">${escaped(title)} <span class="so-my-day-count">${count}</span></h3>
				${list}
				${more > 0 ? rest : ""}
			</section>`;
		}

		/** Do what a button says with the row on which it stands. */
		async act(event) {
			const $button = $(event.currentTarget);
			const { action, kind } = $button.data();
			const [name, at] = String($button.closest("[data-row]").data("row") || "").split("-");
			const row = name && this.data[name].rows[Number(at)];
			if (action === "list") {
				const filters = this.data[kind]?.filters || this.data.figures[kind].filters;
				frappe.set_route("List", "Sales Opportunity", "List", filters);
				return;
			}
			this.place = row && { name, at: Number(at), action };
			$button.prop("disabled", true);
			try {
				await ACTIONS[action](row, this);
			} finally {
				$button.prop("disabled", false);
			}
		}
	}

	const ACTIONS = {
		async tick(row, day) {
			const { place } = day;
			const left = await frappe.xcall(`${CLICKS}.finish`, { kind: row.kind, name: row.name });
			day.tell(__("Done: {0}", [row.subject || __("Next Activity")]), "green");
			if (left && row.deal) {
				await ask_what_next(row, left, place, day);
			}
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
		await frappe.xcall(`${CLICKS}.postpone`, { kind: row.kind, name: row.name, until });
		day.tell(__("Postponed to {0}", [frappe.datetime.str_to_user(until)]), "blue");
		await day.refresh();
	}

	function greeting() {
		const hour = moment().hour();
		const name = frappe.boot.user.first_name || frappe.user.full_name();
		if (hour < 11) return __("Good morning, {0}", [name]);
		return hour < 18 ? __("Good day, {0}", [name]) : __("Good evening, {0}", [name]);
	}

	function weekday(day, length) {
		return moment(day).toDate().toLocaleDateString(frappe.boot.lang, { weekday: length });
	}

	const user_moment = (time) => frappe.datetime.str_to_user(time).replace(/(\d\d:\d\d):\d\d/, "$1");
	const user_day = (day) => escaped(frappe.datetime.str_to_user(String(day).slice(0, 10)));

	function figure(kind, label, value, detail, colour) {
		return `<button class="so-my-day-figure" data-action="list" data-kind="${kind}">
			<span class="text-muted">${escaped(label)}</span>
			<strong class="${colour ? "text-danger" : ""}">${value}</strong>
			<span class="text-muted">${detail || "&nbsp;"}</span>
		</button>`;
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
		const told = escaped(subject ? `${label}: ${subject}` : label);
		return `<button class="btn btn-xs btn-default" data-action="${action}" title="${escaped(label)}" aria-label="${told}">
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

	function tick(row) {
		if (row.may_tick === false) {
			const told = escaped(__("Only whom it belongs to can tick this off."));
			return `<button class="so-my-day-tick" disabled title="${told}" aria-label="${told}">${frappe.utils.icon("tick", "sm")}</button>`;
		}
		return `<button class="so-my-day-tick" data-action="tick" title="${escaped(__("Mark as Done"))}"
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
			tick(row),
			title,
			[
				`<span class="indicator-pill no-indicator-dot ${colour}">${escaped(label())}${row.state === "overdue" ? ` · ${user_day(row.day)}` : ""}</span>`,
				deal_link(row.deal),
				row.deal && row.deal.title !== row.deal.party_name && escaped(row.deal.party_name),
			],
			[
				...reach(row),
				row.may_tick &&
					button("tomorrow", "", __("Postpone to Tomorrow"), row.subject, __("Tomorrow", null, "My Day")),
				row.may_tick && button("week", "", __("Postpone by a Week"), row.subject, __("+ 1 Week")),
			],
		);
	}

	function meeting_row(row, at) {
		return item(
			at,
			tick(row),
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
				escaped(__(row.deal?.stage)),
				escaped(__("idle since {0}", [frappe.datetime.str_to_user(row.idle_since)])),
			],
			[
				...reach(row),
				button("plan", "", __("Plan the Next Step"), row.deal?.title, __("Plan", null, "My Day")),
			],
		);
	}
})();
