frappe.provide("sales_opportunity");

const QUOTE = "sales_opportunity.sales_opportunity.doctype.quote";

frappe.ui.form.on("Quote", {
	setup(frm) {
		frm.ignore_doctypes_on_cancel_all = ["Quote"];
		frm.set_query("print_format", () => ({ filters: { doc_type: "Quote", disabled: 0 } }));
		sales_opportunity.registered_masters.setup(frm);
	},

	refresh(frm) {
		sales_opportunity.registered_masters.refresh(frm);
		sales_opportunity.connections.move_down(frm);
		frm.dashboard.stats_area.wrapper.find(".section-head").addClass("hide");
		if (frm.is_new()) {
			return;
		}
		if (frm.doc.docstatus === 0) {
			frm.dashboard.clear_headline();
		}
		if (frm.doc.docstatus === 0 && !frm.is_dirty() && frm.perm[0].submit) {
			offer_issuing(frm);
		}
		frm.dashboard.add_indicator(
			__("Gross Total: {0}", [format_currency(frm.doc.gross_total, frm.doc.transaction_currency)]),
			"blue",
		);
		add_buttons(frm);
	},

	after_save: forget_opportunity,
	on_submit: forget_opportunity,
});

frappe.ui.form.on("Quote Item", {
	async item(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!row.item || row.item === known_items.get(row)) {
			return;
		}
		known_items.set(row, row.item);
		const details = await frappe.xcall(`${QUOTE}.amounts.item_details`, {
			item_type: row.item_type || "Sales Item",
			item: row.item,
			language: frm.doc.language,
			currency: frm.doc.transaction_currency,
			conversion_rate: frm.doc.conversion_rate,
			prices_include_tax: Boolean(frm.doc.prices_include_tax) && frm.doc.tax_treatment === "Domestic",
		});
		await frappe.model.set_value(cdt, cdn, details);
	},

	form_render(_frm, cdt, cdn) {
		known_items.set(locals[cdt][cdn], locals[cdt][cdn].item);
	},
});

/** The items whose details were last fetched: a link field also reports a change when it is only left. */
const known_items = new WeakMap();

function add_buttons(frm) {
	const actions = __("Actions");
	if (frm.doc.pdf_file) {
		frm.add_custom_button(__("Download PDF"), () => download_pdf(frm));
	} else if (frm.doc.docstatus === 0) {
		frm.add_custom_button(__("Preview PDF"), () => download_pdf(frm));
	}
	if (frm.doc.pdf_file) {
		frm.add_custom_button(__("Verify PDF"), () => verify_pdf(frm), actions);
	}
	frm.add_custom_button(__("Compare"), () => sales_opportunity.compare_quotes(frm), actions);
	if (!frm.perm[0].write) {
		return;
	}
	const { live, revisable } = frappe.boot.sales_opportunity_statuses.quote;
	if (revisable.includes(frm.doc.status)) {
		frm.add_custom_button(__("New Revision"), () =>
			make_another(frm, __("New Revision"), "revisions.new_revision"),
		);
	}
	if (live.includes(frm.doc.status) && !frm.doc.is_primary) {
		frm.add_custom_button(__("Make Primary"), () => make_primary(frm), actions);
	}
	frm.add_custom_button(
		__("Copy as New Quote"),
		() =>
			make_another(frm, __("Copy as New Quote"), "revisions.copy_quote", {
				request_key: frappe.utils.get_random(20),
			}),
		actions,
	);
}

function offer_issuing(frm) {
	const just_issue = [__("Issue", null, "Quote"), () => issue(frm)];
	if (sales_opportunity.may_send_quote(frm)) {
		frm.page.set_primary_action(__("Issue and Send"), () => sales_opportunity.send_quote(frm));
		frm.add_custom_button(...just_issue);
	} else {
		frm.page.set_primary_action(...just_issue);
	}
}

/** Issue the quote; what a look at it finds wrong is told first, and what blocks has to be mended. */
async function issue(frm) {
	const found = await frappe.xcall(`${QUOTE}.checker.check`, { quote: frm.doc.name });
	if (found.length) {
		sales_opportunity.show_findings(frm, found);
	} else {
		frm.savesubmit();
	}
}

sales_opportunity.show_findings = function (frm, found) {
	const is_blocked = found.some((finding) => finding.action === "Block");
	const dialog = new frappe.ui.Dialog({
		title: is_blocked ? __("The quote cannot be issued like this") : __("Issue the quote like this?"),
		indicator: is_blocked ? "red" : "orange",
		fields: [{ fieldtype: "HTML", options: found.map(sales_opportunity.finding_html).join("") }],
		primary_action_label: is_blocked ? __("Close") : __("Issue", null, "Quote"),
		primary_action() {
			dialog.hide();
			if (!is_blocked) {
				frm.save("Submit");
			}
		},
	});
	sales_opportunity.labelled(dialog).show();
};

sales_opportunity.finding_html = function (finding) {
	const [label, color] = finding.action === "Block" ? [__("Mend first"), "red"] : [__("Warning"), "orange"];
	return `<div class="mb-3">
		<span class="indicator-pill ${color} mr-1">${label}</span> <b>${frappe.utils.escape_html(finding.message)}</b>
		<div class="text-muted mt-1">${frappe.utils.escape_html(finding.remedy)}</div>
	</div>`;
};

/** Ask for the validity date of another quote made from this one, make it and open it. */
async function make_another(frm, title, method, values = {}) {
	const valid_until = await frappe.xcall(
		"sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper.default_validity",
		{ opportunity: frm.doc.opportunity },
	);
	const dialog = sales_opportunity.dialog({
		title,
		fields: [
			{
				fieldname: "valid_until",
				fieldtype: "Date",
				label: __("Valid Until"),
				default: valid_until,
				reqd: 1,
			},
		],
		primary_action_label: title,
		async primary_action(chosen) {
			const until = { valid_until: chosen.valid_until };
			const quote = await frappe.xcall(`${QUOTE}.${method}`, { quote: frm.doc.name, ...until, ...values });
			dialog.hide();
			frappe.set_route("Form", "Quote", quote);
		},
	});
	dialog.show();
}

async function make_primary(frm) {
	await frappe.xcall("sales_opportunity.deal.primary.make_primary", { quote: frm.doc.name });
	forget_opportunity(frm);
	await frm.reload_doc();
	frappe.show_alert({ message: __("This is the primary quote now."), indicator: "green" });
}

/** Say whether the frozen PDF is still the one that was issued. */
async function verify_pdf(frm) {
	const { is_intact, expected, found } = await frappe.xcall(`${QUOTE}.frozen_paper.verify_pdf`, {
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

/** The opportunity follows its primary quote: the next time it is opened, it is to be fetched anew. */
function forget_opportunity(frm) {
	frappe.model.remove_from_locals("Sales Opportunity", frm.doc.opportunity);
}

function download_pdf(frm) {
	const params = new URLSearchParams({
		doctype: frm.doc.doctype,
		name: frm.doc.name,
		format: frm.doc.print_format,
	});
	window.open(`/api/method/frappe.utils.print_format.download_pdf?${params}`);
}

frappe.ui.form.on("Quote Item", {
	items_add(frm, cdt, cdn) {
		sales_opportunity.registered_masters.add_item(frm, cdt, cdn);
	},
});
