/** The customer's answer on the quote's form: noted by hand, or given on the customer's page, whose links are kept here. */

const ANSWERS_BY_HAND = "sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand";
const QUOTE_CUSTOMER_LINK =
	"sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link";

frappe.ui.form.on("Quote", {
	refresh(frm) {
		const answering = frm.doc.__onload?.answering;
		if (!answering) {
			return;
		}
		const may_write = frm.perm[0].write;
		if (answering.is_answerable && may_write) {
			const group = __("Answer of the Customer");
			frm.add_custom_button(__("Accepted by the Customer"), () => accept(frm), group);
			frm.add_custom_button(__("Declined by the Customer"), () => decline(frm), group);
		}
		const { quote, opportunity } = sales_opportunity.statuses;
		if (quote.shown.includes(frm.doc.status)) {
			frm.add_custom_button(__("Customer's Page"), () => show_links(frm), __("Actions"));
		}
		if (frm.doc.status === quote.accepted && answering.opportunity_status === opportunity.open && may_write) {
			offer_closing(frm, answering.answer);
		}
	},
});

function offer_closing(frm, answer) {
	const name = answer?.person_name && frappe.utils.escape_html(answer.person_name);
	const text = name
		? __("{0} has accepted this quote. The opportunity is still open.", [name])
		: __("This quote was accepted. The opportunity is still open.");
	frm.dashboard.set_headline_alert(text, "green");
	frm.add_custom_button(__("Close as Won"), () => close_as_won(frm)).addClass("btn-primary");
}

function close_as_won(frm) {
	sales_opportunity.quotes.clear_opportunity(frm);
	sales_opportunity.closing_dialogs.close_as_won(frm, frm.doc.opportunity, frm.doc.name);
}

async function accept(frm) {
	const is_accepted = await ask_for_answer(
		frm,
		`${ANSWERS_BY_HAND}.accept_by_hand`,
		__("Accepted by the Customer"),
		[
			...who_and_when(frm),
			{
				fieldname: "note",
				fieldtype: "Small Text",
				label: __("Note", null, "Activity"),
				description: __("Such as: order no. 4711 by e-mail"),
			},
		],
	);
	if (is_accepted) {
		close_as_won(frm);
	}
}

function decline(frm) {
	ask_for_answer(frm, `${ANSWERS_BY_HAND}.decline_by_hand`, __("Declined by the Customer"), [
		...who_and_when(frm),
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
	]);
}

function who_and_when(frm) {
	return [
		{
			fieldname: "answered_on",
			fieldtype: "Date",
			label: __("Answered On"),
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "column", fieldtype: "Column Break" },
		{
			fieldname: "person_name",
			fieldtype: "Data",
			label: __("Name of the Person"),
			default: frm.doc.contact_name,
			length: 140,
		},
		{ fieldname: "section", fieldtype: "Section Break" },
	];
}

/** Ask for the answer and resolve to whether there is one: then the server has noted it and the form shows it. */
async function ask_for_answer(frm, method, title, fields) {
	const note = async (values) => {
		await frappe.xcall(method, { quote: frm.doc.name, ...values });
		return true;
	};
	const is_noted = await sales_opportunity.dialog.ask(title, fields, note, __("Note the Answer"));
	if (is_noted) {
		sales_opportunity.quotes.clear_opportunity(frm);
		await frm.reload_doc();
	}
	return is_noted;
}

/** Show which links to the customer's page work, make another one, or let none work any more. */
async function show_links(frm) {
	const may_write = frm.perm[0].write;
	const dialog = new frappe.ui.Dialog({
		title: __("Customer's Page"),
		fields: [{ fieldname: "links", fieldtype: "HTML" }],
		primary_action_label: may_write ? __("Make a Link") : __("Close"),
		async primary_action() {
			if (!may_write) {
				dialog.hide();
				return;
			}
			const url = await frappe.xcall(`${QUOTE_CUSTOMER_LINK}.make_link`, { quote: frm.doc.name });
			await draw_links(frm, dialog, url);
		},
		secondary_action_label: may_write ? __("Revoke All Links") : undefined,
		secondary_action() {
			frappe.confirm(__("No link to this quote's page will work any more. Go on?"), async () => {
				await frappe.xcall(`${QUOTE_CUSTOMER_LINK}.revoke_links`, { quote: frm.doc.name });
				await draw_links(frm, dialog);
			});
		},
	});
	await draw_links(frm, dialog);
	sales_opportunity.dialog.labelled(dialog).show();
}

async function draw_links(frm, dialog, new_url) {
	const links = await frappe.xcall(`${QUOTE_CUSTOMER_LINK}.open_links`, { quote: frm.doc.name });
	const wrapper = dialog.get_field("links").$wrapper;
	wrapper.html(`
		<p class="text-muted">${__(
			"Whoever has such a link can read this quote and answer it, without logging in. Give it to the customer only.",
		)}</p>
		${new_url ? new_link_html(new_url) : ""}
		${links.length ? table_html(links) : `<p>${__("No link works at present.")}</p>`}`);
	wrapper.find(".so-copy-link").on("click", () => frappe.utils.copy_to_clipboard(new_url));
	dialog.get_secondary_btn().toggle(Boolean(links.length) && frm.perm[0].write);
}

function new_link_html(url) {
	return `<div class="alert alert-success">
		<div class="mb-2">${__("The new link. It is shown this once only.")}</div>
		<div class="d-flex">
			<input class="form-control so-new-link" readonly value="${frappe.utils.escape_html(url)}">
			<button class="btn btn-default btn-sm ml-2 text-nowrap so-copy-link">${__("Copy Link")}</button>
		</div>
	</div>`;
}

function table_html(links) {
	const rows = links.map(
		(link) => `<tr>
			<td>${frappe.datetime.str_to_user(link.creation)}</td>
			<td>${frappe.utils.escape_html(link.recipient || "")}</td>
			<td>${frappe.datetime.str_to_user(link.expires_on)}</td>
			<td>${link.last_opened ? frappe.datetime.str_to_user(link.last_opened) : __("not yet")}</td>
		</tr>`,
	);
	const heads = [__("Made On"), __("Recipient"), __("Works Until"), __("Last Opened On")];
	return `<table class="table table-bordered mb-0">
		<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
		<tbody>${rows.join("")}</tbody>
	</table>`;
}
