/** The page: its greeting, its figures, and the rows of each kind. */

frappe.provide("sales_opportunity.my_day");

(() => {
	const MY_DAY = "sales_opportunity.sales_opportunity.page.my_day.my_day";
	const { escaped, user_day, weekday } = sales_opportunity.my_day;

	sales_opportunity.my_day.MyDay = class MyDay {
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
			this.data = await frappe.xcall(`${MY_DAY}.get_open_work`);
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
						${this.kind("activities", __("Activities"), activities, __("Nothing is due. Well done!"))}
						${this.kind("meetings", __("Meetings of the Next 7 Days"), meetings, __("No meeting is planned."))}
					</div>
					<div>
						${this.kind("customers", __("Customers Who Read or Ask"), customers, __("No customer has opened a quote in these days."))}
						${this.kind("quotes", __("Quotes That End Soon"), quotes, __("No quote ends within two weeks."))}
						${this.kind("stalled", __("Stalled Opportunities"), stalled, __("Nothing stalls: all your deals move."))}
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

		kind(name, title, { count, rows, filters }, nothing) {
			const more = count - rows.length;
			const row_html = sales_opportunity.my_day.rows[name];
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
				await sales_opportunity.my_day.clicks[action](row, this);
			} finally {
				$button.prop("disabled", false);
			}
		}
	};

	function greeting() {
		const hour = moment().hour();
		const name = frappe.boot.user.first_name || frappe.user.full_name();
		if (hour < 11) return __("Good morning, {0}", [name]);
		return hour < 18 ? __("Good day, {0}", [name]) : __("Good evening, {0}", [name]);
	}

	function figure(kind, label, value, detail, colour) {
		return `<button class="so-my-day-figure" data-action="list" data-kind="${kind}">
			<span class="text-muted">${escaped(label)}</span>
			<strong class="${colour ? "text-danger" : ""}">${value}</strong>
			<span class="text-muted">${detail || "&nbsp;"}</span>
		</button>`;
	}
})();
