const SALES_OPPORTUNITY = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity";
const ITEM_DETAILS = [
	"item_name",
	"description",
	"unit",
	"rate",
	"unit_cost",
	"list_price",
	"list_discount",
	"price_source",
	"is_price_agreed",
	"tax_rate",
	"recurrence",
	"periods",
];

frappe.ui.form.on("Sales Opportunity", {
	setup(frm) {
		const { queries } = sales_opportunity;
		frm.set_query("class_id", queries.classes);
		queries.offer(frm, "stage", () => queries.stages(frm.doc.class_id), __("Stages of the class"));
		frm.set_query("party", () => queries.parties(frm.doc.party_type));
		frm.set_query("source", queries.origins);
		frm.set_query("campaign", queries.origins);
		frm.set_query("closing_reason", () => queries.closing_reasons(frm.doc.status));
		sales_opportunity.registered_masters.setup(frm);
	},

	before_load(frm) {
		sales_opportunity.registered_masters.before_load(frm);
	},

	refresh(frm) {
		remember_stored(frm);
		sales_opportunity.registered_masters.refresh(frm);
		remember(frm.doc, "party_type", "company", "class_id", "stage", "transaction_currency");
		note_prices(frm, frm.doc);
		(frm.doc.items || []).forEach((row) => {
			remember(row, "item_type", "item");
			note_discount(row);
		});
		if (!frm.is_new() && sales_opportunity.statuses.is_open(frm.doc) && frm.perm[0].write) {
			frm.add_custom_button(__("Create Quote"), () => create_quote(frm)).addClass("btn-primary");
		}
	},

	create_quote,

	/** The draft primary quote follows the lines: the next time it is opened, it is to be fetched anew. */
	after_save(frm) {
		frappe.model.remove_from_locals("Quote", frm.doc.primary_quote);
	},

	party_type(frm) {
		if (is_other_value(frm.doc, "party_type")) {
			frm.set_value("party", null);
			sales_opportunity.registered_masters.refresh(frm);
		}
	},

	stage(frm) {
		if (is_other_value(frm.doc, "stage")) {
			frm.doc.override_probability = 0;
			frm.doc.probability = null;
			recalculate(frm);
		}
	},

	class_id(frm) {
		if (is_other_value(frm.doc, "class_id")) {
			frm.doc.probability = frm.doc.override_probability ? frm.doc.probability : null;
			recalculate(frm);
		}
	},

	/** A deal that is not stored yet takes the currency of the company that it comes into. */
	company(frm) {
		if (is_other_value(frm.doc, "company")) {
			if (frm.is_new()) {
				frm.doc.transaction_currency = frm.doc.conversion_rate = null;
			}
			recalculate(frm);
		}
	},

	transaction_currency(frm) {
		if (is_other_value(frm.doc, "transaction_currency")) {
			frm.doc.conversion_rate = null;
			recalculate(frm);
		}
	},

	party: recalculate,
	campaign: recalculate,
	conversion_rate: recalculate,
	amount: recalculate,
	manual_amount: recalculate,
	probability: recalculate,
	override_probability: recalculate,
	discount_percentage: recalculate,
	fixed_discount: recalculate,
	freight: recalculate,
	freight_tax_rate: recalculate,
});

frappe.ui.form.on("Sales Opportunity Item", {
	items_add(frm, cdt, cdn) {
		sales_opportunity.registered_masters.add_item(frm, cdt, cdn);
	},
	item_type(_frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (is_other_value(row, "item_type")) {
			frappe.model.set_value(cdt, cdn, "item", null);
		}
	},
	item(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (is_other_value(row, "item")) {
			if (flt(row.discount_percentage) === flt(row.list_discount)) {
				row.discount_percentage = null;
			}
			ITEM_DETAILS.forEach((fieldname) => (row[fieldname] = null));
			recalculate(frm);
		}
	},
	quantity(frm, cdt, cdn) {
		share_discount(frm, locals[cdt][cdn]);
		return recalculate(frm);
	},
	rate: recalculate,
	discount_percentage: recalculate,
	discount_amount(frm, cdt, cdn) {
		note_discount(locals[cdt][cdn]);
		return recalculate(frm);
	},
	async deduction(frm, cdt, cdn) {
		await sales_opportunity.deductions.drop_discounts(cdt, cdn);
		await recalculate(frm);
	},
	recurrence: recalculate,
	periods: recalculate,
	items_remove: recalculate,
});

frappe.tour["Sales Opportunity"] = [
	{
		fieldname: "party",
		title: __("Business Partner"),
		description: __("Who wants to buy: a lead, a prospect or a customer."),
	},
	{
		fieldname: "class_id",
		title: __("Class ID"),
		description: __("What kind of business it is; the class has its own stages and people."),
	},
	{
		fieldname: "stage",
		title: __("Qualification Stage"),
		description: __("How far it has come; the stage brings the probability."),
	},
];

/** The values that were last acted upon: a link field also reports a change when it is only left. */
const known_values = new WeakMap();

function remember(doc, ...fieldnames) {
	const values = Object.fromEntries(fieldnames.map((fieldname) => [fieldname, doc[fieldname]]));
	known_values.set(doc, { ...known_values.get(doc), ...values });
}

function is_other_value(doc, fieldname) {
	const known = known_values.get(doc)?.[fieldname];
	remember(doc, fieldname);
	return (known || null) !== (doc[fieldname] || null);
}

/** The fixed discounts of lines as they were made, stored or typed in, and for how much each is. */
const discounts = new WeakMap();

function note_discount(row) {
	discounts.set(row, { discount: row.discount_amount, quantity: row.quantity });
}

/** In a call-off the fixed discount of an agreed line goes along with its quantity, as where it is stored. */
function share_discount(frm, row) {
	const { discount, quantity } = discounts.get(row) || {};
	if (!frm.doc.parent_opportunity || !row.is_price_agreed || !discount || !quantity) {
		return;
	}
	const { precision } = get_number_format_info(get_number_format(frm.doc.transaction_currency));
	row.discount_amount = flt((discount * flt(row.quantity)) / quantity, precision);
	const grid_row = frm.fields_dict.items.grid.grid_rows_by_docname[row.name];
	["discount_amount", "discount_percentage"].forEach((fieldname) => grid_row.refresh_field(fieldname));
}

/** Tell the server to which currency and rate the form's prices belong: it converts them if these are changed. */
function note_prices(frm, { transaction_currency, conversion_rate }) {
	frm.doc.__prices_in = transaction_currency && { transaction_currency, conversion_rate };
}

/** How long typing pauses before the server is asked, in milliseconds. */
const PAUSE = 300;

/** How often each form has asked, so that only the last answer counts. */
const times_asked = new WeakMap();

/** The form's document as it is stored: what differs from it is sent. */
const stored_documents = new WeakMap();

/** What of the form is no field, but is told to the server. */
const TOLD = ["__islocal", "__prices_in"];

/** Once typing pauses, let the server compute the unsaved document and show what it says, but never over what was typed since. */
async function recalculate(frm) {
	if (!(frm.doc.party && frm.doc.class_id && frm.doc.stage)) {
		return;
	}
	const time = clear_questions(frm);
	await new Promise((resolve) => setTimeout(resolve, PAUSE));
	if (time !== times_asked.get(frm)) {
		return;
	}
	const asked = JSON.parse(JSON.stringify(frm.doc));
	const stored = stored_documents.get(frm);
	const doc = sent_document(asked, stored && stored.name === asked.name ? stored : {});
	const computed = await frappe.xcall(`${SALES_OPPORTUNITY}.calculate`, { doc, changes_only: true });
	if (time === times_asked.get(frm) && frm.doc.name === asked.name && computed.items) {
		apply(frm, asked, computed);
	}
}

/** Let no answer count that is still to come; return the number of the next question. */
function clear_questions(frm) {
	times_asked.set(frm, (times_asked.get(frm) || 0) + 1);
	return times_asked.get(frm);
}

/** Keep what is stored, when the form shows nothing else; what was asked before it was saved is settled. */
function remember_stored(frm) {
	if (!frm.is_new() && !frm.doc.__unsaved) {
		stored_documents.set(frm, JSON.parse(JSON.stringify(frm.doc)));
		clear_questions(frm);
	}
}

/** The fields that differ from the stored document's, and of its lines the names with the same; all if nothing is stored. */
function sent_document(doc, stored) {
	const lines = new Map((stored.items || []).map((row) => [row.name, row]));
	const items = (doc.items || []).map((row) => ({
		...differences(row, lines.get(row.name) || {}),
		name: row.name,
	}));
	const is_same = JSON.stringify(items) === JSON.stringify([...lines.keys()].map((name) => ({ name })));
	const { items: _lines, ...fields } = differences(doc, stored);
	return { ...fields, ...(is_same ? {} : { items }), name: doc.name, modified: doc.modified };
}

function differences(doc, stored) {
	return Object.fromEntries(
		Object.entries(doc).filter(
			([key, value]) =>
				(!key.startsWith("__") || TOLD.includes(key)) &&
				(value ?? null) !== (stored[key] ?? null) &&
				JSON.stringify(value) !== JSON.stringify(stored[key]),
		),
	);
}

function apply(frm, asked, computed) {
	if (frm.doc.transaction_currency !== asked.transaction_currency) {
		return;
	}
	for (const fieldname of changes(frm.doc, asked, computed)) {
		frm.doc[fieldname] = computed[fieldname];
		frm.refresh_field(fieldname);
	}
	const rows = new Map((asked.items || []).map((row) => [row.name, row]));
	const computed_rows = new Map(computed.items.map((row) => [row.name, row]));
	for (const row of frm.doc.items || []) {
		const asked_row = rows.get(row.name);
		const computed_row = computed_rows.get(row.name);
		if (!asked_row || !computed_row) {
			continue;
		}
		for (const fieldname of changes(row, asked_row, computed_row)) {
			row[fieldname] = computed_row[fieldname];
			frm.fields_dict.items.grid.grid_rows_by_docname[row.name].refresh_field(fieldname);
		}
	}
	note_prices(frm, computed);
	frm.layout.refresh_dependency();
	sales_opportunity.head.show(frm);
	sales_opportunity.line_total.show(frm);
}

function changes(current, asked, computed) {
	return Object.keys(computed).filter(
		(fieldname) =>
			!Array.isArray(computed[fieldname]) &&
			computed[fieldname] !== asked[fieldname] &&
			current[fieldname] === asked[fieldname],
	);
}

async function create_quote(frm) {
	await sales_opportunity.form.save_changes(frm);
	await sales_opportunity.quotes.create(frm.doc.name);
}
