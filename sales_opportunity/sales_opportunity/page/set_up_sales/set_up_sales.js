frappe.provide("sales_opportunity.set_up_sales");

(function () {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";
	const SECONDS_BETWEEN_LOOKS = 2;
	const MOST_LOOKS = 60 / SECONDS_BETWEEN_LOOKS;

	frappe.pages["set-up-sales"].on_page_load = function (wrapper) {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Set up sales"), single_column: true });
		wrapper.set_up = new sales_opportunity.set_up_sales.SetUp(page);
	};

	frappe.pages["set-up-sales"].on_page_show = function (wrapper) {
		wrapper.set_up.load();
	};

	sales_opportunity.set_up_sales.SetUp = class SetUp {
		constructor(page) {
			this.page = page;
			this.body = $('<div class="so-setup"></div>').appendTo(page.main);
			page.set_secondary_action(__("All Settings"), () =>
				frappe.set_route("Form", "Sales Opportunity Settings"),
			);
			this.titles = {
				company: __("Company"),
				currency: __("Currency"),
				people: __("People and Roles"),
				stages: __("Stages and Classes"),
				data: __("Items and Partners"),
				mail: __("E-Mail"),
				quote: __("First Quote"),
			};
		}

		async load() {
			const shown = this.open;
			this.data = await frappe.xcall(`${SET_UP_SALES}.load`);
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
								<span class="so-step-title">${this.titles[step.key]}</span>
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
				done: [__("Done"), "green"],
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
					this[`draw_${key}`](content);
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
				return { ...df, label: df.label && __(df.label), onchange };
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

		draw_company(content) {
			content.addClass("so-setup-company").html(`
				<div class="so-setup-form"></div>
				<figure class="so-setup-paper"><figcaption class="text-muted">${__(
					"Your quotes will look like this",
				)}</figcaption><div class="so-setup-sheet"><iframe sandbox="allow-same-origin" tabindex="-1"
					title="${__("Sample of a quote")}"></iframe></div></figure>`);
			const preview = frappe.utils.debounce(() => this.preview(content, group), 700);
			const column = { fieldtype: "Column Break" };
			const section = (label) => ({ fieldtype: "Section Break", label });
			const logo = {
				...frappe.meta.get_docfield("Sales Opportunity Settings", "logo"),
				options: {
					doctype: "Sales Opportunity Settings",
					docname: "Sales Opportunity Settings",
					fieldname: "logo",
					restrictions: { allowed_file_types: ["image/*"] },
				},
			};
			const group = this.fields(
				content.find(".so-setup-form"),
				[
					...["company_name", "street", "postal_code", "city", "country"],
					column,
					...[logo, "phone", "email", "website"],
					section(__("Register and Tax")),
					...["register_court", "register_number", "managing_directors"],
					column,
					...["vat_id", "tax_number", "small_business"],
					section(__("Bank")),
					"bank_name",
					column,
					...["iban", "bic"],
				],
				this.data.company,
				preview,
			);
			content.find(".so-setup-form").on("input", preview);
			new ResizeObserver(() => this.fit(content)).observe(content.find(".so-setup-sheet")[0]);
			this.preview(content, group);
			this.action("company", __("Save"), async () =>
				this.saved(await frappe.xcall(`${SET_UP_SALES}.save_company`, { company: this.values(group) })),
			);
		}

		async preview(content, group) {
			const turn = (this.turn = (this.turn || 0) + 1);
			const html = await frappe.xcall(`${SET_UP_SALES}.preview`, { company: this.values(group) });
			if (turn === this.turn) {
				content.find("iframe").attr("srcdoc", html);
				this.fit(content);
			}
		}

		/** Let the whole width of the sheet fit into its place. */
		fit(content) {
			const sheet = content.find(".so-setup-sheet")[0];
			sheet.style.setProperty("--so-scale", sheet.clientWidth / 794);
		}

		draw_currency(content) {
			content.append(
				`<p>${__("In it all sums are shown. It cannot be changed once there are opportunities.")}</p><div></div>`,
			);
			const field = frappe.meta.get_docfield("Sales Opportunity Settings", "company_currency");
			const group = this.fields(content.find("div"), [{ ...field, reqd: 1, description: "" }], {
				company_currency: this.data.currency,
			});
			this.action("currency", __("Save"), async () => {
				const values = group.get_values();
				return (
					values &&
					this.saved(
						await frappe.xcall(`${SET_UP_SALES}.save_currency`, { currency: values.company_currency }),
					)
				);
			});
		}

		draw_people(content) {
			content.html(
				`<ul class="so-setup-people"></ul><h4>${__("Add a Person")}</h4><div class="so-setup-form"></div>`,
			);
			this.roles = {
				"Sales User": [
					__("Sales User"),
					__("sells: sees the own opportunities and those of the own classes"),
				],
				"Sales Manager": [__("Sales Manager"), __("sees all, changes settings, reopens")],
				"Sales Viewer": [__("Sales Viewer"), __("reads all, changes nothing")],
				"Sales Fulfilment": [__("Sales Fulfilment"), __("bills and ships what was sold")],
			};
			const group = this.fields(content.find(".so-setup-form"), [
				{ fieldname: "email", fieldtype: "Data", options: "Email", label: __("Email"), reqd: 1 },
				{ fieldname: "first_name", fieldtype: "Data", label: __("First Name"), reqd: 1 },
				{ fieldname: "last_name", fieldtype: "Data", label: __("Last Name") },
				{ fieldtype: "Column Break" },
				...this.role_fields(["Sales User"]),
			]);
			this.list_people();
			this.action("people", __("Add"), async () => {
				const values = group.get_values();
				if (!values) {
					return;
				}
				const answer = await frappe.xcall(`${SET_UP_SALES}.add_person`, {
					email: values.email,
					first_name: values.first_name,
					last_name: values.last_name || "",
					roles: this.roles_in(values),
				});
				this.show_people(answer);
				group.set_values({ email: "", first_name: "", last_name: "" });
			});
			content.find(".so-setup-people").on("click", "button", (event) => {
				this.change_roles(
					this.data.people.find((person) => person.name === event.currentTarget.dataset.user),
				);
			});
		}

		/** A box to tick for each role; those of `chosen` are ticked. */
		role_fields(chosen) {
			return Object.entries(this.roles).map(([role, [label, description]]) => ({
				fieldname: role,
				fieldtype: "Check",
				label,
				description,
				default: chosen.includes(role) ? 1 : 0,
			}));
		}

		roles_in(values) {
			return Object.keys(this.roles).filter((role) => values[role]);
		}

		change_roles(person) {
			const dialog = sales_opportunity.dialog.make({
				title: __("Roles of {0}", [frappe.utils.escape_html(person.full_name)]),
				fields: this.role_fields(person.roles),
				primary_action_label: __("Save"),
				primary_action: async (values) => {
					this.show_people(
						await frappe.xcall(`${SET_UP_SALES}.set_roles`, {
							user: person.name,
							roles: this.roles_in(values),
						}),
					);
					dialog.hide();
				},
			});
			dialog.show();
		}

		/** Show who works in sales after the server stored it. */
		show_people({ people, steps }) {
			this.data.people = people;
			this.refresh(steps);
			this.list_people();
			frappe.show_alert({ message: __("Saved"), indicator: "green" });
		}

		list_people() {
			this.body.find(".so-setup-people").html(
				this.data.people
					.map(
						(person) => `<li>${sales_opportunity.avatar(person.full_name, person.user_image)[0].outerHTML}
							<span><b>${frappe.utils.escape_html(person.full_name)}</b>
							<span class="text-muted">${person.roles.map((role) => frappe.utils.escape_html(__(role))).join(", ")}</span></span>
							${person.may_edit ? this.roles_button(person) : ""}</li>`,
					)
					.join(""),
			);
		}

		roles_button({ name, full_name }) {
			const escape = frappe.utils.escape_html;
			return `<button class="btn btn-xs btn-default" data-user="${escape(name)}"
				aria-label="${escape(`${__("Change Roles")}: ${full_name}`)}">${__("Change Roles")}</button>`;
		}

		draw_stages(content) {
			content.html(
				`<p>${__(
					"Choose what is nearest to your business; all of it can be changed later. What is in use or was changed stays as it is.",
				)}</p><ul class="so-setup-sets">${this.data.sets
					.map(
						(set) => `<li class="so-setup-set" data-set="${frappe.utils.escape_html(set.name)}">
						<h4>${frappe.utils.escape_html(set.title)}</h4>
						<p class="text-muted">${frappe.utils.escape_html(set.description)}</p>
						<ol>${set.stages
							.map(
								(stage) =>
									`<li><span>${frappe.utils.escape_html(stage.title)}</span><span>${stage.probability} %</span></li>`,
							)
							.join("")}</ol>
						<p><span class="text-muted">${__("Classes")}:</span> ${set.classes.map((text) => frappe.utils.escape_html(text)).join(", ")}</p>
						<button class="btn btn-sm btn-default"></button>
					</li>`,
					)
					.join("")}</ul>`,
			);
			this.mark_set();
			content.find(".so-setup-set button").on("click", async (event) => {
				const name = $(event.currentTarget).closest(".so-setup-set").data("set");
				const steps = await frappe.xcall(`${SET_UP_SALES}.take_set`, { name });
				this.data.chosen_set = name;
				this.mark_set();
				this.saved(steps);
			});
			this.action(
				"stages",
				__("Edit Stages"),
				() => frappe.set_route("List", "Qualification Stage"),
				"btn-default",
			);
			this.action("stages", __("Edit Classes"), () => frappe.set_route("List", "Class ID"), "btn-default");
		}

		mark_set() {
			this.body.find(".so-setup-set").each((_index, element) => {
				const is_chosen = element.dataset.set === this.data.chosen_set;
				const label = is_chosen ? __("Chosen") : __("Take This Set");
				element.classList.toggle("is-chosen", is_chosen);
				$(element)
					.find("button")
					.text(label)
					.attr({
						"aria-pressed": String(is_chosen),
						"aria-label": `${label}: ${$(element).find("h4").text()}`,
					});
			});
		}

		draw_data(content) {
			const titles = { "Sales Item": __("Items"), "Business Partner": __("Business Partners") };
			content.html(
				Object.entries(titles)
					.map(
						([doctype, title]) => `<section class="so-setup-file" data-doctype="${doctype}">
							<h4>${title}</h4>
							<p class="text-muted">${__(
								"Download the template, fill it in with a spreadsheet program, save it as CSV and upload it.",
							)}</p>
							<p>
								<a class="btn btn-sm btn-default" aria-label="${__("Download Template")}: ${title}" href="/api/method/${SET_UP_SALES}.download_template?doctype=${encodeURIComponent(
									doctype,
								)}">${__("Download Template")}</a>
								<button class="btn btn-sm btn-default" aria-label="${__("Upload CSV")}: ${title}">${__("Upload CSV")}</button>
							</p>
							<div class="so-setup-result" role="status"></div>
						</section>`,
					)
					.join(""),
			);
			content.find("button").on("click", (event) => {
				const section = $(event.currentTarget).closest(".so-setup-file");
				new frappe.ui.FileUploader({
					allow_multiple: false,
					restrictions: { allowed_file_types: [".csv"] },
					on_success: (file) => this.import_file(section, file.file_url),
				});
			});
		}

		async import_file(section, file_url) {
			const result = section.find(".so-setup-result");
			const checked = await frappe.xcall(`${SET_UP_SALES}.check_file`, {
				doctype: section.data("doctype"),
				file_url,
			});
			if (checked.problems.length) {
				result.html(
					`<p>${__("Nothing was imported. Correct these rows and upload the file again:")}</p>${this.problems(
						checked.problems,
					)}`,
				);
				return;
			}
			result.text(__("Importing {0} rows …", [checked.rows]));
			try {
				await frappe.xcall(`${SET_UP_SALES}.start_import`, { job: checked.job });
			} catch {
				result.text(__("Nothing was imported."));
				return;
			}
			this.follow_import(result, checked.job);
		}

		/** Ask how far the import is as long as somebody looks; `looks` is how often that was asked already. */
		async follow_import(result, job, looks = 0) {
			if (!document.contains(result[0]) || !this.body.is(":visible")) {
				return;
			}
			const state = await frappe.xcall(`${SET_UP_SALES}.import_result`, { job });
			if (state.status === "Pending") {
				if (looks === MOST_LOOKS && !state.done) {
					result.text(
						__(
							"Nothing was imported for a minute: background jobs do not seem to run. Ask a System Manager.",
						),
					);
				}
				setTimeout(() => this.follow_import(result, job, looks + 1), SECONDS_BETWEEN_LOOKS * 1000);
				return;
			}
			this.refresh(state.steps);
			const done = `<p>${__("{0} rows imported.", [state.done])}</p>`;
			result.html(done + (state.problems.length ? this.problems(state.problems) : ""));
		}

		problems(rows) {
			return `<ul class="so-setup-problems">${rows
				.map(
					(one) =>
						`<li>${one.row ? `<b>${__("Row {0}", [one.row])}:</b> ` : ""}${frappe.utils.escape_html(one.message)}</li>`,
				)
				.join("")}</ul>`;
		}

		draw_mail(content) {
			content.html(`<div class="so-setup-form"></div>
				<h4>${__("Test")}</h4><div class="so-setup-test"></div>`);
			const group = this.fields(
				content.find(".so-setup-form"),
				[
					{ fieldname: "email_id", fieldtype: "Data", options: "Email", label: __("Email Address"), reqd: 1 },
					{
						fieldname: "login_id",
						fieldtype: "Data",
						label: __("Login Name"),
						description: __("If it is not the address."),
					},
					{ fieldname: "password", fieldtype: "Password", label: __("Password") },
					{ fieldtype: "Column Break" },
					{
						fieldname: "smtp_server",
						fieldtype: "Data",
						label: __("Outgoing Server", null, "Email Account"),
						reqd: 1,
					},
					{
						fieldname: "smtp_port",
						fieldtype: "Int",
						label: __("Server Port"),
						default: 587,
						description: __("Usually 587 with TLS, 465 with SSL."),
					},
					{
						fieldname: "use_tls",
						fieldtype: "Check",
						label: __("Use TLS"),
						default: 1,
						depends_on: "eval:!doc.use_ssl_for_outgoing",
					},
					{ fieldname: "use_ssl_for_outgoing", fieldtype: "Check", label: __("Use SSL") },
				],
				this.data.mail,
			);
			const test = this.fields(content.find(".so-setup-test"), [
				{
					fieldname: "recipient",
					fieldtype: "Data",
					options: "Email",
					label: __("Recipient"),
					default: this.data.user_email,
				},
			]);
			this.action("mail", __("Save Account"), async () => {
				const values = group.get_values();
				if (values) {
					this.refresh(await frappe.xcall(`${SET_UP_SALES}.save_mail`, { account: this.values(group) }));
					frappe.show_alert({ message: __("Saved"), indicator: "green" });
				}
			});
			this.action(
				"mail",
				__("Send Test Mail"),
				async () => {
					const recipient = test.get_value("recipient");
					if (recipient) {
						await frappe.xcall(`${SET_UP_SALES}.send_test_mail`, { recipient });
						frappe.show_alert({ message: __("The mail server took the test mail."), indicator: "green" });
					}
				},
				"btn-default",
			);
		}

		draw_quote(content) {
			content.html(
				`<p>${__(
					"Enter an opportunity with an item, then click Create Quote: the paper is complete, only the validity is asked for.",
				)}</p>`,
			);
			this.action("quote", __("New Sales Opportunity"), () => frappe.new_doc("Sales Opportunity"));
			this.action("quote", __("Show Quotes"), () => frappe.set_route("List", "Quote"), "btn-default");
		}
	};
})();
