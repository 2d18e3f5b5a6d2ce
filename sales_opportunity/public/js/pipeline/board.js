/** The page: which deals are asked for, and the parts that show and move them. */

frappe.provide("sales_opportunity.pipeline");

(() => {
	const PIPELINE = "sales_opportunity.sales_opportunity.page.pipeline.pipeline";

	sales_opportunity.pipeline.Board = class Board {
		constructor(page) {
			const { Columns, Moves, Bar, Keyboard, Menu, Dragging } = sales_opportunity.pipeline;
			this.page = page;
			this.filters = { view: "stages" };
			this.element = document.createElement("div");
			this.element.className = "so-pipeline";
			this.element.innerHTML = this.frame_html();
			page.main.get(0).append(this.element);
			const part = (name) => this.element.querySelector(`.so-pipeline-${name}`);
			this.columns = new Columns(this, part("columns"));
			this.moves = new Moves(this);
			this.bar = new Bar(this, part("bar"));
			this.keyboard = new Keyboard(this);
			this.menu = new Menu(this);
			this.dragging = new Dragging(this);
			this.element.addEventListener("click", (event) => this.on_click(event));
			part("pick").addEventListener("change", (event) => this.pick(event.target.value));
			page.add_menu_item(__("Copy Link to This View"), () =>
				frappe.utils.copy_to_clipboard(window.location.href),
			);
			page.set_secondary_action(__("Refresh"), () => this.load(), { icon: "refresh", size: "sm" });
			window.addEventListener("resize", () => this.fit());
		}

		frame_html() {
			const help = __(
				"Space takes the card up. Arrows left and right carry it, Space drops it, Escape puts it back. Enter opens it.",
			);
			const { won, lost } = sales_opportunity.statuses.opportunity;
			return `<div class="so-pipeline-bar"></div>
				<div class="so-pipeline-picker">
					<button type="button" class="btn btn-default btn-sm" data-step="-1" aria-label="${__("Previous column")}">
						<span class="so-pipeline-glyph" aria-hidden="true">‹</span></button>
					<select class="so-pipeline-pick form-control" aria-label="${__("Column")}"></select>
					<button type="button" class="btn btn-default btn-sm" data-step="1" aria-label="${__("Next column")}">
						<span class="so-pipeline-glyph" aria-hidden="true">›</span></button>
				</div>
				<div class="so-pipeline-columns"></div>
				<div class="so-pipeline-zones" hidden>
					<ul class="so-pipeline-zone" data-outcome="${lost}" data-color="red" aria-label="${__("Lost")}"></ul>
					<ul class="so-pipeline-zone" data-outcome="${won}" data-color="green" aria-label="${__("Won")}"></ul>
				</div>
				<p id="so-pipeline-help" class="sr-only">${help}</p>
				<div class="so-pipeline-live sr-only" role="status" aria-live="assertive"></div>`;
		}

		/** Show what the address asks for, else what was looked at last. */
		async show() {
			const { asked_filters, remembered_filters } = sales_opportunity.pipeline;
			const asked = asked_filters();
			const remembered = await remembered_filters();
			const filters = asked || remembered;
			this.filters = { ...filters, view: filters.view === "months" ? "months" : "stages" };
			await this.load();
		}

		/** Change some filters and show what they let through. */
		change(filters) {
			Object.assign(this.filters, filters);
			return this.load();
		}

		/** Return the filters as the server takes them. */
		asked_filters() {
			const { view, ...filters } = this.filters;
			return filters;
		}

		async load() {
			const asked = (this.asked = {});
			this.element.classList.add("is-loading");
			try {
				const data = await this.ask_server();
				if (asked === this.asked) {
					this.take(data);
				}
			} finally {
				this.element.classList.toggle("is-loading", asked !== this.asked);
			}
		}

		/** Return the board as the server has it; filters that it does not understand are dropped, after it has said so. */
		async ask_server() {
			try {
				return await frappe.xcall(`${PIPELINE}.get_board`, {
					view: this.filters.view,
					filters: this.asked_filters(),
				});
			} catch (refusal) {
				if (refusal instanceof Error || !this.bar.is_filtered) {
					throw refusal;
				}
				this.filters = { view: this.filters.view };
				return this.ask_server();
			}
		}

		take(data) {
			this.data = data;
			this.may_move = data.may_write;
			this.columns.take();
			sales_opportunity.pipeline.keep_filters(this.filters);
			this.draw();
		}

		draw() {
			this.element.dataset.view = this.filters.view;
			if (this.data.may_create) {
				this.page.set_primary_action(__("New Opportunity"), () => this.create({}), "add");
			}
			this.bar.draw();
			this.columns.draw();
			this.draw_figures();
			this.dragging.start();
			this.fit();
		}

		/** Show the figures that do not belong to one column: the total, and those in the choice of columns. */
		draw_figures() {
			const { escape } = sales_opportunity.pipeline;
			this.bar.draw_total();
			const pick = this.element.querySelector(".so-pipeline-pick");
			const { list } = this.columns;
			if (!this.columns.find(this.picked)) {
				this.picked = (list.find((column) => column.count) || list[0])?.key;
			}
			pick.innerHTML = list
				.map(({ key, label, count }) => `<option value="${escape(key)}">${escape(label)} (${count})</option>`)
				.join("");
			this.pick(this.picked);
		}

		/** Let this be the one column that the phone shows. */
		pick(key) {
			this.picked = key;
			this.element.querySelector(".so-pipeline-pick").value = key;
			for (const section of this.columns.element.children) {
				section.classList.toggle("is-picked", section.dataset.column === key);
			}
		}

		on_click({ target }) {
			const step = target.closest("[data-step]")?.dataset.step;
			const key = target.closest(".so-pipeline-column")?.dataset.column;
			const { list } = this.columns;
			if (step) {
				const place = list.findIndex((column) => column.key === this.picked) + Number(step);
				this.pick(list[(place + list.length) % list.length].key);
			} else if (target.closest(".so-pipeline-add")) {
				this.create(this.known_of(this.columns.find(key)));
			} else if (target.closest(".so-pipeline-more")) {
				this.more(this.columns.find(key));
			}
		}

		/** Return what a new deal in a column is to have. */
		known_of({ key, last }) {
			if (this.filters.view === "stages") {
				return { stage: key };
			}
			return last ? { expected_close_date: last } : {};
		}

		/** Open a new opportunity with what is known of it; the class is the chosen one, or the only one there is. */
		async create(known) {
			const { classes } = this.data;
			const enabled = Object.keys(classes).filter((name) => classes[name].enabled);
			const class_id = this.filters.class_id || (enabled.length === 1 ? enabled[0] : undefined);
			await frappe.model.with_doctype("Sales Opportunity");
			// Options of the route would not reach fields that copies do without, such as the stage.
			const doc = frappe.model.get_new_doc("Sales Opportunity", null, null, true);
			Object.assign(doc, known, class_id && { class_id });
			frappe.ui.form.make_quick_entry("Sales Opportunity", null, null, doc);
		}

		/** Load the next cards of a column, once. */
		async more(column) {
			if (column.is_loading) {
				return;
			}
			column.is_loading = true;
			const cards = await frappe.xcall(`${PIPELINE}.get_more`, {
				view: this.filters.view,
				column: column.key,
				start: column.loaded,
				filters: this.asked_filters(),
			});
			column.is_loading = false;
			if (this.columns.list.includes(column)) {
				this.columns.append(column, cards);
				this.columns.draw_column(column);
			}
		}

		show_list() {
			frappe.route_options = sales_opportunity.pipeline.list_filters(this.filters, this.data.today);
			frappe.set_route("List", "Sales Opportunity", "List");
		}

		/** Show where a deal can be closed, and which columns do not take it. */
		show_zones(card, column) {
			const targets = this.moves.targets(card, column);
			this.element.classList.add("is-moving");
			this.element.querySelector(".so-pipeline-zones").hidden = !targets.some((target) => target.outcome);
			for (const section of this.columns.element.children) {
				const { column: key } = section.dataset;
				const is_target =
					key === column.key || targets.some((target) => !target.outcome && target.key === key);
				section.classList.toggle("is-closed", !is_target);
			}
			for (const zone of this.element.querySelectorAll(".so-pipeline-zone")) {
				zone.hidden = !targets.some((target) => target.outcome === zone.dataset.outcome);
				zone.replaceChildren();
			}
		}

		/** Mark the zone over which a card is held by the keyboard. */
		mark_zone(outcome) {
			for (const zone of this.element.querySelectorAll(".so-pipeline-zone")) {
				zone.classList.toggle("is-marked", zone.dataset.outcome === outcome);
			}
		}

		hide_zones() {
			this.element.classList.remove("is-moving");
			this.element.querySelector(".so-pipeline-zones").hidden = true;
			this.mark_zone(null);
			for (const section of this.columns.element.children) {
				section.classList.remove("is-closed");
			}
		}

		announce(text) {
			this.element.querySelector(".so-pipeline-live").textContent = text;
		}

		/** Let the columns end where the window does. */
		fit() {
			const { top } = this.columns.element.getBoundingClientRect();
			this.element.style.setProperty("--so-pipeline-top", `${Math.round(top + window.scrollY)}px`);
		}
	};
})();
