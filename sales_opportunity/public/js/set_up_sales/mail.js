/** The account by which e-mails go out, and a test of it. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";

	function draw(set_up, content) {
		content.html(`<div class="so-setup-form"></div>
			<h4>${__("Test")}</h4><div class="so-setup-test"></div>`);
		const group = set_up.fields(
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
			set_up.data.mail,
		);
		const test = set_up.fields(content.find(".so-setup-test"), [
			{
				fieldname: "recipient",
				fieldtype: "Data",
				options: "Email",
				label: __("Recipient"),
				default: set_up.data.user_email,
			},
		]);
		set_up.action("mail", __("Save Account"), async () => {
			const values = group.get_values();
			if (values) {
				set_up.refresh(await frappe.xcall(`${SET_UP_SALES}.save_mail`, { account: set_up.values(group) }));
				frappe.show_alert({ message: __("Saved"), indicator: "green" });
			}
		});
		set_up.action(
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

	sales_opportunity.set_up_sales.mail = { title: () => __("E-Mail"), draw };
})();
