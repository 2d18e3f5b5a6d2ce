/** Order, billing and shipping of a won opportunity: how far they are, and the dialogs that request them. */
const FOLLOW_UPS = "sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups";

frappe.ui.form.on("Sales Opportunity", {
	async refresh(frm) {
		if (
			frm.is_new() ||
			frm.doc.status !== sales_opportunity.statuses.opportunity.won ||
			!frappe.model.can_read("Fulfilment Request")
		) {
			return;
		}
		const asked = (frm.follow_ups_asked = Symbol(frm.doc.name));
		const [lines, amounts] = await Promise.all([
			frappe.xcall(`${FOLLOW_UPS}.follow_ups`, { opportunity: frm.doc.name }),
			frappe.xcall(`${FOLLOW_UPS}.done_amounts`, { opportunity: frm.doc.name }),
		]);
		if (
			frm.follow_ups_asked === asked &&
			asked.description === frm.doc.name &&
			frm.doc.status === sales_opportunity.statuses.opportunity.won
		) {
			show_follow_ups(frm, lines);
			show_done(frm, lines, amounts);
		}
	},
});

function show_follow_ups(frm, lines) {
	const texts = {
		Order: [
			action_of("Order", __("Request Order")),
			(...numbers) => __("Order: {0} of {1} ordered", numbers),
		],
		Billing: [
			action_of("Billing", __("Request Billing")),
			(...numbers) => __("Billing: {0} of {1} requested", numbers),
		],
		Shipping: [
			action_of("Shipping", __("Request Shipping")),
			(...numbers) => __("Shipping: {0} of {1} requested", numbers),
		],
	};
	for (const [kind, [action, progress]] of Object.entries(texts)) {
		if (!lines[kind]) {
			continue;
		}
		const [sold, requested, done] = ["sold", "requested", "done"].map((name) => sum(lines[kind], name));
		if (!sold) {
			continue;
		}
		frm.dashboard.add_indicator(progress(shown(requested), shown(sold)), color_of(sold, requested, done));
		if (requested < sold && frm.perm[0].write) {
			frm.add_custom_button(action, () => request_follow_up(frm, kind, action), __("Follow-ups"));
		}
	}
}

/** Who may create the document that an app makes of a kind's requests has it made; all others ask for it. */
function action_of(kind, request) {
	const document = frappe.boot.sales_opportunity_documents[kind];
	return document && frappe.model.can_create(document) ? __("Create {0}", [__(document)]) : request;
}

/** Show line by line, and net as a sum, what is done of a deal; nothing as long as nothing is. */
function show_done(frm, lines, amounts) {
	const kinds = Object.keys(lines).filter((kind) => lines[kind].some((line) => line.done));
	if (!kinds.length) {
		return;
	}
	const names = {
		Order: __("Ordered", null, "Fulfilment Request"),
		Billing: __("Billed", null, "Fulfilment Request"),
		Shipping: __("Shipped", null, "Fulfilment Request"),
	};
	const $table = $('<table class="table table-bordered"><thead><tr></tr></thead><tbody></tbody></table>');
	const add_row = ($parent, tag, first, values) => {
		const $cells = values.map((value) => cell(tag, value).addClass("text-right"));
		$parent.append(cell(tag, first), $cells);
	};
	add_row($table.find("thead tr"), "th", __("Item"), [__("Sold"), ...kinds.map((kind) => names[kind])]);
	const sold = new Map(
		Object.values(lines)
			.flat()
			.map((line) => [line.opportunity_item, line]),
	);
	for (const line of sold.values()) {
		const done = kinds.map((kind) =>
			lines[kind].find((one) => one.opportunity_item === line.opportunity_item),
		);
		add_row($("<tr>").appendTo($table.find("tbody")), "td", line.item_name, [
			shown(line.sold),
			...done.map((one) => (one ? shown(one.done) : "")),
		]);
	}
	const amount = (value) => format_currency(value, frm.doc.transaction_currency);
	add_row($("<tr>").appendTo($table.find("tbody")), "td", __("Sum, Net"), [
		amount(frm.doc.amount),
		...kinds.map((kind) => amount(amounts[kind])),
	]);
	frm.dashboard.add_section("", __("What Is Done")).append($table);
}

function color_of(sold, requested, done) {
	if (done >= sold) {
		return "green";
	}
	return requested >= sold ? "blue" : requested ? "orange" : "gray";
}

function sum(lines, fieldname) {
	return flt(
		lines.reduce((total, line) => total + line[fieldname], 0),
		6,
	);
}

function shown(quantity) {
	return quantity.toLocaleString(frappe.boot.lang);
}

/** Return DocType and name of the document that an app has made of a request, else of the request. */
async function made_of(request) {
	const fields = ["reference_doctype", "reference_name"];
	const { message } = await frappe.db.get_value("Fulfilment Request", request, fields);
	return message.reference_name && frappe.model.can_read(message.reference_doctype)
		? [message.reference_doctype, message.reference_name]
		: ["Fulfilment Request", request];
}

/** Show what is open, let the user lower it, make the request and open it, or what was made of it. One dialog makes one request. */
async function request_follow_up(frm, kind, title) {
	const request_key = frappe.utils.get_random(20);
	const lines = await frappe.xcall(`${FOLLOW_UPS}.follow_ups`, { opportunity: frm.doc.name });
	const dialog = sales_opportunity.dialog.make({
		title,
		size: "large",
		fields: [{ fieldname: "lines", fieldtype: "HTML" }],
		primary_action_label: title,
		async primary_action() {
			const items = wanted();
			if (!items.length) {
				frappe.throw(__("Enter a quantity in at least one line."));
			}
			const request = await frappe.xcall(`${FOLLOW_UPS}.create_fulfilment_request`, {
				opportunity: frm.doc.name,
				kind,
				items,
				request_key,
			});
			dialog.hide();
			frappe.set_route("Form", ...(await made_of(request)));
		},
	});
	const wanted = add_lines(dialog.fields_dict.lines.$wrapper, lines[kind]);
	dialog.show();
}

/** Write the lines with an entry for the quantity into a dialog; return a function that gives the wanted ones. */
function add_lines($wrapper, lines) {
	const $table = $('<table class="table table-bordered"><thead><tr></tr></thead><tbody></tbody></table>');
	for (const label of [
		__("Item"),
		__("Sold"),
		__("Requested", null, "Fulfilment Request"),
		__("Still Open"),
		__("Quantity"),
	]) {
		cell("th", label)
			.toggleClass("text-right", label !== __("Item"))
			.appendTo($table.find("thead tr"));
	}
	const entries = lines.map((line) => {
		const $row = $("<tr>").appendTo($table.find("tbody"));
		cell("td", line.item_name).appendTo($row);
		for (const quantity of [line.sold, line.requested, line.open]) {
			cell("td", shown(quantity)).addClass("text-right").appendTo($row);
		}
		return { line, entry: quantity_entry($('<td class="p-1" style="width: 8rem">').appendTo($row), line) };
	});
	$wrapper.append($table);
	return () =>
		entries
			.map(({ line, entry }) => ({
				opportunity_item: line.opportunity_item,
				quantity: entry.get_value(),
			}))
			.filter((item) => item.quantity);
}

function cell(tag, text) {
	return $(`<${tag}>`).text(text);
}

function quantity_entry($parent, line) {
	const entry = frappe.ui.form.make_control({
		df: { fieldtype: "Float", fieldname: "quantity", label: __("Quantity"), read_only: !line.open },
		parent: $parent,
		only_input: true,
		render_input: true,
	});
	entry.set_value(line.open);
	entry.$input?.addClass("text-right").attr("aria-label", `${__("Quantity")}: ${line.item_name}`);
	return entry;
}
