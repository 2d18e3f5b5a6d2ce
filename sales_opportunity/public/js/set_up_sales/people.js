/** Who works in sales, and in which roles. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";

	/** The roles by their names, each with its label and what it is for. */
	const roles = () => ({
		"Sales User": [__("Sales User"), __("sells: sees the own opportunities and those of the own classes")],
		"Sales Manager": [__("Sales Manager"), __("sees all, changes settings, reopens")],
		"Sales Viewer": [__("Sales Viewer"), __("reads all, changes nothing")],
		"Sales Fulfilment": [__("Sales Fulfilment"), __("bills and ships what was sold")],
	});

	function draw(set_up, content) {
		content.html(
			`<ul class="so-setup-people"></ul><h4>${__("Add a Person")}</h4><div class="so-setup-form"></div>`,
		);
		const group = set_up.fields(content.find(".so-setup-form"), [
			{ fieldname: "email", fieldtype: "Data", options: "Email", label: __("Email"), reqd: 1 },
			{ fieldname: "first_name", fieldtype: "Data", label: __("First Name"), reqd: 1 },
			{ fieldname: "last_name", fieldtype: "Data", label: __("Last Name", null, "Business Partner") },
			{ fieldtype: "Column Break" },
			...role_fields(["Sales User"]),
		]);
		list_people(set_up);
		set_up.action("people", __("Add"), async () => {
			const values = group.get_values();
			if (!values) {
				return;
			}
			const answer = await frappe.xcall(`${SET_UP_SALES}.add_person`, {
				email: values.email,
				first_name: values.first_name,
				last_name: values.last_name || "",
				roles: roles_in(values),
			});
			show_people(set_up, answer);
			group.set_values({ email: "", first_name: "", last_name: "" });
		});
		content.find(".so-setup-people").on("click", "button", (event) => {
			change_roles(
				set_up,
				set_up.data.people.find((person) => person.name === event.currentTarget.dataset.user),
			);
		});
	}

	/** A box to tick for each role; those of `chosen` are ticked. */
	function role_fields(chosen) {
		return Object.entries(roles()).map(([role, [label, description]]) => ({
			fieldname: role,
			fieldtype: "Check",
			label,
			description,
			default: chosen.includes(role) ? 1 : 0,
		}));
	}

	function roles_in(values) {
		return Object.keys(roles()).filter((role) => values[role]);
	}

	function change_roles(set_up, person) {
		const dialog = sales_opportunity.dialog.make({
			title: __("Roles of {0}", [frappe.utils.escape_html(person.full_name)]),
			fields: role_fields(person.roles),
			primary_action_label: __("Save", null, "Set up sales"),
			primary_action: async (values) => {
				show_people(
					set_up,
					await frappe.xcall(`${SET_UP_SALES}.set_roles`, {
						user: person.name,
						roles: roles_in(values),
					}),
				);
				dialog.hide();
			},
		});
		dialog.show();
	}

	/** Show who works in sales after the server stored it. */
	function show_people(set_up, { people, steps }) {
		set_up.data.people = people;
		set_up.refresh(steps);
		list_people(set_up);
		frappe.show_alert({ message: __("Saved"), indicator: "green" });
	}

	function list_people(set_up) {
		set_up.body.find(".so-setup-people").html(
			set_up.data.people
				.map(
					(person) => `<li>${sales_opportunity.avatar(person.full_name, person.user_image)[0].outerHTML}
						<span><b>${frappe.utils.escape_html(person.full_name)}</b>
						<span class="text-muted">${person.roles.map((name) => frappe.utils.escape_html(__(name))).join(", ")}</span></span>
						${person.may_edit ? roles_button(person) : ""}</li>`,
				)
				.join(""),
		);
	}

	function roles_button({ name, full_name }) {
		const escape = frappe.utils.escape_html;
		return `<button class="btn btn-xs btn-default" data-user="${escape(name)}"
			aria-label="${escape(`${__("Change Roles")}: ${full_name}`)}">${__("Change Roles")}</button>`;
	}

	sales_opportunity.set_up_sales.people = { title: () => __("People and Roles"), draw };
})();
