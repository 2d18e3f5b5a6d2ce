/** The page: how far each step is, and the one that is open; each step draws its own content. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";

	sales_opportunity.set_up_sales.SetUp = class SetUp {
		constructor(page) {
			this.page = page;
			this.body = $('<div class="so-setup"></div>').appendTo(page.main);
			page.set_secondary_action(__("All Settings"), () =>
				frappe.set_route("Form", "Sales Opportunity Settings"),
			);
		}

		async load() {
			const shown = this.open;
			this.data = await frappe.xcall(`${SET_UP_SALES}.get_setup`);
			await new Promise((done) => frappe.model.with_doctype("Sales Opportunity Settings", done));
			this.steps = this.data.steps;
			this.draw();
			this.show(shown || (this.next_step() || {}).key);
		}

		/** The first step that is still to do. */
		next_step() {
			return this.steps.find((step) => !step.done && !step.skipped && step.allowed);
		}

		draw() {
			this.body.html(`
				<div class="so-setup-progress">
					<p class="so-setup-count"></p>
					<div class="progress"><div class="progress-bar" role="progressbar" aria-valuemin="0"
						aria-valuemax="${this.steps.length}" aria-label="${__("Progress")}"></div></div>
				</div>
				<ol class="so-setup-steps">${this.steps
					.map(
						(step) => `<li class="so-step" data-step="${step.key}">
							<h3><button class="so-step-head" aria-expanded="false" aria-controls="so-step-${step.key}">
								<span class="so-step-mark" aria-hidden="true"></span>
								<span class="so-step-title">${sales_opportunity.set_up_sales[step.key].title()}</span>
								<span class="so-step-text text-muted"></span>
								<span class="so-step-state indicator-pill"></span>
							</button></h3>
							<div class="so-step-body" id="so-step-${step.key}" hidden></div>
						</li>`,
					)
					.join("")}
				</ol>`);
			this.body.find(".so-step-head").on("click", (event) => {
				const key = $(event.currentTarget).closest(".so-step").data("step");
				this.show(this.open === key ? null : key);
			});
			this.refresh();
		}

		/** Show how far each step is, after the server said so. */
		refresh(steps = this.steps) {
			this.steps = steps;
			const states = {
				done: [__("Done", null, "Set up sales"), "green"],
				skipped: [__("Skipped"), "gray"],
				open: [__("Open"), "orange"],
			};
			steps.forEach((step, index) => {
				const state = step.done ? "done" : step.skipped ? "skipped" : "open";
				const box = this.box(step.key);
				const [label, color] = states[state];
				box.attr("data-state", state);
				box.find(".so-step-mark").html(step.done ? frappe.utils.icon("tick", "sm") : index + 1);
				box.find(".so-step-text").text(step.text);
				box
					.find(".so-step-state")
					.attr("class", `so-step-state indicator-pill no-indicator-dot ${color}`)
					.text(label);
				box
					.find(".so-step-skip")
					.text(step.skipped ? __("Take Up Again") : __("Skip"))
					.toggle(!step.done);
			});
			const done = steps.filter((step) => step.done).length;
			this.body.find(".so-setup-count").text(__("{0} of {1} steps done", [done, steps.length]));
			this.body
				.find(".progress-bar")
				.css("width", `${(100 * done) / steps.length}%`)
				.attr("aria-valuenow", done);
		}

		box(key) {
			return this.body.find(`.so-step[data-step="${key}"]`);
		}

		show(key) {
			this.open = key;
			this.body.find(".so-step-body").attr("hidden", true);
			this.body.find(".so-step-head").attr("aria-expanded", "false");
			const step = this.steps.find((one) => one.key === key);
			if (!step) {
				return;
			}
			const box = this.box(key);
			const body = box.find(".so-step-body").removeAttr("hidden");
			box.find(".so-step-head").attr("aria-expanded", "true");
			if (!body.children().length) {
				const content = $('<div class="so-step-content"></div>').appendTo(body);
				$('<div class="so-step-actions"></div>').appendTo(body);
				if (step.allowed) {
					sales_opportunity.set_up_sales[key].draw(this, content);
				} else {
					content.append(
						`<p class="text-muted">${__("Your roles do not allow this step. Ask a System Manager.")}</p>`,
					);
				}
				this.action(key, __("Skip"), () => this.skip(key), "so-step-skip btn-default");
				this.refresh();
			}
		}

		action(key, label, run, style = "btn-primary") {
			const button = $(`<button class="btn btn-sm ${style}">${label}</button>`);
			button.on("click", async () => {
				button.prop("disabled", true);
				try {
					await run();
				} finally {
					button.prop("disabled", false);
				}
			});
			return button.appendTo(this.box(key).find(".so-step-actions"));
		}

		async skip(key) {
			const step = this.steps.find((one) => one.key === key);
			this.refresh(await frappe.xcall(`${SET_UP_SALES}.skip`, { step: key, skipped: !step.skipped }));
			if (!step.skipped) {
				this.show((this.next_step() || {}).key);
			}
		}

		saved(steps) {
			this.refresh(steps);
			frappe.show_alert({ message: __("Saved"), indicator: "green" });
			this.show((this.next_step() || {}).key);
		}

		/** Draw fields; `names` are fields of the settings, or whole definitions. */
		fields(content, names, values = {}, onchange = null) {
			const fields = names.map((name) => {
				const df =
					typeof name === "string" ? frappe.meta.get_docfield("Sales Opportunity Settings", name) : name;
				return { ...df, label: df.label && __(df.label, null, df.parent), onchange };
			});
			const group = new frappe.ui.FieldGroup({ fields, body: content[0] });
			group.make();
			group.set_values(values);
			return sales_opportunity.dialog.labelled(group);
		}

		values(group) {
			const found = {};
			for (const [name, field] of Object.entries(group.fields_dict)) {
				if (field.get_value && field.df.fieldtype !== "HTML") {
					found[name] = field.get_value() ?? "";
				}
			}
			return found;
		}
	};
})();
