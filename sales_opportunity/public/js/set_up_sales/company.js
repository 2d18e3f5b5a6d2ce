/** The company as it stands on quotes, with a sample of one beside it. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";

	function draw(set_up, content) {
		content.addClass("so-setup-company").html(`
			<div class="so-setup-form"></div>
			<figure class="so-setup-paper"><figcaption class="text-muted">${__(
				"Your quotes will look like this",
			)}</figcaption><div class="so-setup-sheet"><iframe sandbox="allow-same-origin" tabindex="-1"
				title="${__("Sample of a quote")}"></iframe></div></figure>`);
		const preview_soon = frappe.utils.debounce(() => preview(set_up, content, group), 700);
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
		const group = set_up.fields(
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
			set_up.data.company,
			preview_soon,
		);
		content.find(".so-setup-form").on("input", preview_soon);
		new ResizeObserver(() => fit(content)).observe(content.find(".so-setup-sheet")[0]);
		preview(set_up, content, group);
		set_up.action("company", __("Save", null, "Set up sales"), async () =>
			set_up.saved(await frappe.xcall(`${SET_UP_SALES}.save_company`, { company: set_up.values(group) })),
		);
	}

	async function preview(set_up, content, group) {
		const turn = (set_up.turn = (set_up.turn || 0) + 1);
		const html = await frappe.xcall(`${SET_UP_SALES}.preview_paper`, { company: set_up.values(group) });
		if (turn === set_up.turn) {
			content.find("iframe").attr("srcdoc", html);
			fit(content);
		}
	}

	/** Let the whole width of the sheet fit into its place. */
	function fit(content) {
		const sheet = content.find(".so-setup-sheet")[0];
		sheet.style.setProperty("--so-scale", sheet.clientWidth / 794);
	}

	sales_opportunity.set_up_sales.company = { title: () => __("Company"), draw };
})();
