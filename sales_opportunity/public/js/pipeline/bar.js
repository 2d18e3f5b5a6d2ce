/** What stands above the board: views, filters, the total, and on the phone the column to look at. */

frappe.provide("sales_opportunity.pipeline");

sales_opportunity.pipeline.Bar = class Bar {
	/** `board` has `element`, `data`, `filters`, `change(filters)` and `show_list()`. */
	constructor(board, element) {
		Object.assign(this, { board, element });
		element.addEventListener("click", (event) => this.on_click(event));
		element.addEventListener("change", (event) => this.on_change(event));
		this.search = frappe.utils.debounce((text) => board.change({ text }), 300);
		element.addEventListener("input", (event) => {
			if (event.target.name === "text") this.search(event.target.value.trim());
		});
	}

	on_click({ target }) {
		const button = target.closest("button");
		const { view, action } = button?.dataset || {};
		const actions = {
			mine: () => this.board.change({ mine: this.board.filters.mine ? "" : "1", owner: "" }),
			clear: () =>
				this.board.change(Object.fromEntries(sales_opportunity.pipeline.FILTERS.map((key) => [key, ""]))),
			filters: () => this.toggle(button),
			list: () => this.board.show_list(),
		};
		if (view) {
			this.board.change({ view });
		} else if (action) {
			actions[action]();
		}
	}

	toggle(button) {
		const is_open = this.element.classList.toggle("is-open");
		button.setAttribute("aria-expanded", String(is_open));
	}

	async on_change({ target }) {
		const { name, value } = target;
		if (name === "period" && value === "dates") {
			const period = await sales_opportunity.pipeline.ask_period(this.board.filters.period || "");
			period ? this.board.change({ period }) : this.draw();
		} else if (["class_id", "owner", "period"].includes(name)) {
			this.board.change({ [name]: value, ...(name === "owner" && value ? { mine: "" } : {}) });
		}
	}

	draw() {
		const { filters } = this.board;
		const typed = this.element.querySelector("input[name=text]");
		const is_typing = typed && document.activeElement === typed;
		const focused = this.element.contains(document.activeElement) && document.activeElement;
		const again = focused && (focused.name || focused.dataset.view || focused.dataset.action);
		const text = is_typing ? typed.value : filters.text || "";
		this.element.innerHTML = `
			<div class="so-pipeline-row">
				<div class="btn-group so-pipeline-views" role="group" aria-label="${__("View", null, "Pipeline")}">
					${this.view_html("stages", __("Stages"))}
					${this.view_html("months", __("Close Date"))}
					<button type="button" class="btn btn-default btn-sm" data-action="list">${__("List")}</button>
				</div>
				<button type="button" class="btn btn-default btn-sm so-pipeline-filters-button" data-action="filters"
					aria-expanded="${this.element.classList.contains("is-open")}">
					${frappe.utils.icon("filter", "sm")} ${__("Filters")}${this.count_html()}
				</button>
			</div>
			<div class="so-pipeline-filters" role="search" aria-label="${__("Filters")}">
				<button type="button" class="btn btn-default btn-sm" data-action="mine"
					aria-pressed="${Boolean(filters.mine)}">${__("Mine")}</button>
				${this.select_html("class_id", __("Class ID"), __("All classes"), this.classes())}
				${this.select_html("owner", __("Responsible", null, "Sales Opportunity"), __("Everybody", null, "Pipeline"), this.owners())}
				${this.select_html("period", __("Close Date"), __("Any close date"), this.periods())}
				<input type="search" name="text" class="form-control input-sm" value="${sales_opportunity.pipeline.escape(text)}"
					placeholder="${__("Title or partner")}" aria-label="${__("Search")}">
				${this.is_filtered ? this.reset_html() : ""}
			</div>
			<div class="so-pipeline-total" role="status"></div>`;
		this.draw_total();
		if (again) {
			const selector = `[name="${again}"], [data-view="${again}"], [data-action="${again}"]`;
			const field = this.element.querySelector(selector);
			field?.focus();
			if (is_typing) field.setSelectionRange(text.length, text.length);
		}
	}

	draw_total() {
		const { data } = this.board;
		const { money } = sales_opportunity.pipeline;
		const sum = (key) => data.columns.reduce((total, column) => total + column[key], 0);
		const count = sum("count");
		const deals = count === 1 ? __("1 deal") : __("{0} deals", [format_number(count, null, 0)]);
		const is_told = (key) => data.columns.every((column) => column[key] !== null);
		const whole = (key) => money(Math.round(sum(key)), data.currency);
		const amount = is_told("amount") ? `<strong>${whole("amount")}</strong>` : "";
		const weighted = is_told("weighted")
			? `<span class="text-muted">${__("{0} weighted", [whole("weighted")])}</span>`
			: "";
		this.element.querySelector(".so-pipeline-total").innerHTML =
			`<span>${deals}</span> ${amount} ${weighted}`;
	}

	view_html(view, label) {
		const is_shown = this.board.filters.view === view;
		return `<button type="button" class="btn btn-default btn-sm" data-view="${view}" aria-pressed="${is_shown}">${label}</button>`;
	}

	select_html(name, label, nothing, options) {
		const { escape } = sales_opportunity.pipeline;
		const chosen = this.board.filters[name] || "";
		const known = chosen && !(chosen in options) ? { ...options, [chosen]: chosen } : options;
		const choices = Object.entries({ "": nothing, ...known }).map(
			([value, text]) =>
				`<option value="${escape(value)}" ${value === chosen ? "selected" : ""}>${escape(text)}</option>`,
		);
		return `<select name="${name}" class="form-control input-sm" aria-label="${escape(label)}"
			data-is-set="${Boolean(chosen)}">${choices.join("")}</select>`;
	}

	classes() {
		const { classes } = this.board.data;
		const chosen = this.board.filters.class_id;
		const offered = Object.keys(classes).filter((name) => classes[name].enabled || name === chosen);
		return Object.fromEntries(offered.map((name) => [name, classes[name].title]));
	}

	owners() {
		const { owners, people } = this.board.data;
		const named = owners.map((user) => [user, people[user]?.fullname || user]);
		return Object.fromEntries(named.sort(([, one], [, other]) => one.localeCompare(other)));
	}

	periods() {
		const { periods, period_label } = sales_opportunity.pipeline;
		const { period } = this.board.filters;
		const dates = period?.includes("..") ? { [period]: period_label(period) } : {};
		return { ...periods(), ...dates, dates: __("Between two dates …") };
	}

	/** How many filters are set. */
	get count() {
		return sales_opportunity.pipeline.FILTERS.filter((key) => this.board.filters[key]).length;
	}

	get is_filtered() {
		return this.count > 0;
	}

	reset_html() {
		const label = __("Reset Filters");
		return `<button type="button" class="btn btn-default btn-sm" data-action="clear" aria-label="${label}" title="${label}">
			<span class="so-pipeline-glyph" aria-hidden="true">×</span></button>`;
	}

	count_html() {
		return this.is_filtered ? ` <span class="so-pipeline-count">${this.count}</span>` : "";
	}
};
