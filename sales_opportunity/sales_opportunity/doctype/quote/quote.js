const AMOUNTS = "sales_opportunity.sales_opportunity.doctype.quote.amounts";
const FROZEN_PAPER = "sales_opportunity.sales_opportunity.doctype.quote.frozen_paper";
const PRIMARY = "sales_opportunity.deal.primary";
const REVISIONS = "sales_opportunity.sales_opportunity.doctype.quote.revisions";

frappe.ui.form.on("Quote", {
	setup(frm) {
		frm.ignore_doctypes_on_cancel_all = ["Quote"];
		frm.set_query("print_format", () => ({ filters: { doc_type: "Quote", disabled: 0 } }));
		sales_opportunity.registered_masters.setup(frm);
	},

	refresh(frm) {
		sales_opportunity.registered_masters.refresh(frm);
		sales_opportunity.form.move_connections_down(frm);
		frm.dashboard.stats_area.wrapper.find(".section-head").addClass("hide");
		if (frm.is_new()) {
			return;
		}
		if (frm.doc.docstatus === 0) {
			frm.dashboard.clear_headline();
		}
		if (frm.doc.docstatus === 0 && !frm.is_dirty()) {
			// Who only reads quotes may have to release them.
			sales_opportunity[frm.perm[0].submit ? "issuing" : "releases"].offer(frm);
		}
		frm.dashboard.add_indicator(
			__("Gross Total: {0}", [format_currency(frm.doc.gross_total, frm.doc.transaction_currency)]),
			"blue",
		);
		add_buttons(frm);
	},

	after_save: (frm) => sales_opportunity.quotes.clear_opportunity(frm),
	on_submit: (frm) => sales_opportunity.quotes.clear_opportunity(frm),
});

frappe.ui.form.on("Quote Item", {
	items_add(frm, cdt, cdn) {
		sales_opportunity.registered_masters.add_item(frm, cdt, cdn);
	},

	async item(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!row.item || row.item === known_items.get(row)) {
			return;
		}
		known_items.set(row, row.item);
		await frappe.model.set_value(cdt, cdn, { ...(await item_details(frm, row)), is_price_agreed: 0 });
	},

	/** Another quantity may have another price and discount on the list; what was typed by hand stays. */
	async quantity(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!row.item || !row.price_source) {
			return;
		}
		const followed = ["list_price", "list_discount", "price_source"];
		if (!row.is_price_agreed && flt(row.rate) === flt(row.list_price)) {
			followed.push("rate");
			if (!row.deduction && flt(row.discount_percentage) === flt(row.list_discount)) {
				followed.push("discount_percentage");
			}
		}
		const details = await item_details(frm, row);
		const values = Object.fromEntries(followed.map((fieldname) => [fieldname, details[fieldname]]));
		await frappe.model.set_value(cdt, cdn, values);
	},

	deduction: (_frm, cdt, cdn) => sales_opportunity.deductions.drop_discounts(cdt, cdn),

	form_render(_frm, cdt, cdn) {
		known_items.set(locals[cdt][cdn], locals[cdt][cdn].item);
	},
});

function item_details(frm, row) {
	return frappe.xcall(`${AMOUNTS}.item_details`, {
		item_type: row.item_type || frappe.boot.sales_opportunity_default_masters.item,
		item: row.item,
		language: frm.doc.language,
		currency: frm.doc.transaction_currency,
		conversion_rate: frm.doc.conversion_rate,
		prices_include_tax: Boolean(frm.doc.prices_include_tax) && frm.doc.tax_treatment === "Domestic",
		party_type: frm.doc.party_type,
		party: frm.doc.party,
		quantity: row.quantity,
		company: frm.doc.company,
	});
}

/** The items whose details were last fetched: a link field also reports a change when it is only left. */
const known_items = new WeakMap();

function add_buttons(frm) {
	const actions = __("Actions");
	if (frm.doc.pdf_file) {
		frm.add_custom_button(__("Download PDF", null, "Quote"), () => download_pdf(frm));
	} else if (frm.doc.docstatus === 0) {
		frm.add_custom_button(__("Preview PDF"), () => download_pdf(frm));
	}
	const { live, revisable } = sales_opportunity.statuses.quote;
	const is_live = live.includes(frm.doc.status);
	if (frm.perm[0].write && revisable.includes(frm.doc.status)) {
		// Where nothing else is left to do, it is what comes next.
		frm.add_custom_button(__("New Revision"), () => revise(frm), is_live ? actions : null);
	}
	if (frm.doc.pdf_file) {
		frm.add_custom_button(__("Verify PDF"), () => verify_pdf(frm), actions);
	}
	frm.add_custom_button(__("Compare"), () => sales_opportunity.comparison.show(frm), actions);
	if (!frm.perm[0].write) {
		return;
	}
	if (is_live && !frm.doc.is_primary) {
		frm.add_custom_button(__("Make Primary"), () => make_primary(frm), actions);
	}
	if (frm.doc.__onload?.can_offer_together) {
		frm.add_custom_button(__("Offer Together"), () => sales_opportunity.together.choose(frm), actions);
	}
	frm.add_custom_button(__("Copy as New Quote"), () => copy(frm), actions);
}

function revise(frm) {
	sales_opportunity.quotes.ask_and_make(__("New Revision"), frm.doc.opportunity, (valid_until) =>
		frappe.xcall(`${REVISIONS}.new_revision`, { quote: frm.doc.name, valid_until }),
	);
}

function copy(frm) {
	const request_key = frappe.utils.get_random(20);
	sales_opportunity.quotes.ask_and_make(__("Copy as New Quote"), frm.doc.opportunity, (valid_until) =>
		frappe.xcall(`${REVISIONS}.copy_quote`, { quote: frm.doc.name, valid_until, request_key }),
	);
}

async function make_primary(frm) {
	await frappe.xcall(`${PRIMARY}.make_primary`, { quote: frm.doc.name });
	sales_opportunity.quotes.clear_opportunity(frm);
	await frm.reload_doc();
	frappe.show_alert({ message: __("This is the primary quote now."), indicator: "green" });
}

/** Say whether the frozen PDF is still the one that was issued. */
async function verify_pdf(frm) {
	const { is_intact, expected, found } = await frappe.xcall(`${FROZEN_PAPER}.verify_pdf`, {
		quote: frm.doc.name,
	});
	const checksum = (label, value) => `<div class="text-muted small">${label}</div><code>${value}</code>`;
	frappe.msgprint({
		title: is_intact ? __("The PDF is unchanged") : __("The PDF is not the one that was issued"),
		indicator: is_intact ? "green" : "red",
		message: [
			is_intact
				? __("The file is byte for byte the one with which the quote was issued.")
				: __("The file was changed or removed outside of this system. Restore it from a backup."),
			checksum(__("Checksum when issued (SHA-256)"), expected),
			checksum(__("Checksum now"), found || __("The file is missing")),
		].join("<br>"),
	});
}

function download_pdf(frm) {
	const params = new URLSearchParams({
		doctype: frm.doc.doctype,
		name: frm.doc.name,
		format: frm.doc.print_format,
	});
	window.open(`/api/method/frappe.utils.print_format.download_pdf?${params}`);
}
