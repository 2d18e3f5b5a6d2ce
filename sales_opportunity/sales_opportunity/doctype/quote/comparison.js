/** Two quotes of an opportunity side by side: which one to compare with, and what differs. */

frappe.provide("sales_opportunity.comparison");

const COMPARISON = "sales_opportunity.sales_opportunity.doctype.quote.comparison";

sales_opportunity.comparison.show = async function (frm) {
	const others = await sales_opportunity.quotes.of_opportunity(
		frm.doc.opportunity,
		{ name: ["!=", frm.doc.name] },
		{ order_by: "creation desc", limit: 100 },
	);
	if (!others.length) {
		frappe.msgprint(__("There is no other quote of this opportunity yet."));
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Compare {0}", [frm.doc.name]),
		size: "extra-large",
		fields: [
			{
				fieldname: "other",
				fieldtype: "Select",
				label: __("Compare With"),
				options: others.map((quote) =>
					sales_opportunity.quotes.option(quote, __(quote.status, null, "Quote")),
				),
				default: frm.doc.supersedes || others[0].name,
				onchange: () => draw_differences(dialog, frm.doc.name),
			},
			{ fieldname: "differences", fieldtype: "HTML" },
		],
	});
	sales_opportunity.dialog.labelled(dialog).show();
	draw_differences(dialog, frm.doc.name);
};

async function draw_differences(dialog, quote) {
	const other = dialog.get_value("other");
	if (!other) {
		return;
	}
	const found = await frappe.xcall(`${COMPARISON}.compare`, { quote, other });
	dialog.fields_dict.differences.$wrapper.html(differences_html(found));
}

const escape = (text) => frappe.utils.escape_html(text || "");

function differences_html(found) {
	const parts = [
		section(__("Lines"), found.lines.map(line_rows).join("")),
		section(__("Totals"), found.totals.map(change_row).join("")),
		section(__("Conditions and Texts"), found.fields.map(change_row).join("")),
	].filter(Boolean);
	if (!parts.length) {
		return `<p class="text-muted">${__("The two quotes do not differ.")}</p>`;
	}
	const head = `<thead><tr>
		<th style="width: 26%"></th>
		<th style="width: 37%">${escape(found.before)}</th>
		<th style="width: 37%">${escape(found.after)}</th>
	</tr></thead>`;
	return `<table class="table table-bordered so-quote-differences">${head}${parts.join("")}</table>`;
}

function section(title, rows) {
	return rows && `<tbody><tr><th colspan="3" class="so-section">${title}</th></tr>${rows}</tbody>`;
}

function line_rows(line) {
	const kinds = {
		added: [__("Added"), "green"],
		removed: [__("Removed"), "red"],
		changed: [__("Changed", null, "Quote"), "orange"],
	};
	const [label, color] = kinds[line.kind];
	const name = `<span class="indicator-pill ${color}">${label}</span>
		<b class="ml-1">${escape(line.position)} ${escape(line.name)}</b>`;
	if (line.kind === "changed") {
		return `<tr><td colspan="3">${name}</td></tr>${line.changes.map(change_row).join("")}`;
	}
	const value = `${escape(line.quantity)}${line.amount ? ` · ${escape(line.amount)}` : ""}`;
	const cells = line.kind === "added" ? ["", value] : [value, ""];
	return `<tr><td>${name}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function change_row(change) {
	return `<tr>
		<td class="text-muted">${escape(change.label)}</td>
		<td style="white-space: pre-line">${escape(change.before)}</td>
		<td style="white-space: pre-line"><b>${escape(change.after)}</b></td>
	</tr>`;
}
