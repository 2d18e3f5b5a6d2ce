/** Taking over what another app has of opportunities and quotes: asked for in the settings, watched, and read. */

frappe.provide("sales_opportunity.takeover");

(() => {
	const JOB = "sales_opportunity.erpnext.takeover.job";
	const PAUSE = 2000;

	/** Ask which class the deals of ERPNext's documents get, and begin. */
	const ask_for_documents = () =>
		ask(
			__("Take Over from ERPNext"),
			__(
				"Opportunities and Quotations of ERPNext become deals and quotes, with their numbers, dates, files and comments. Nothing changes in ERPNext, and what was taken over once is not taken over again.",
			),
			[
				{
					fieldname: "class_id",
					fieldtype: "Link",
					options: "Class ID",
					label: __("Class of the Deals"),
					reqd: 1,
					get_query: () => ({ filters: { enabled: 1 } }),
				},
			],
			"start_documents",
		);

	/** Let open deals go on with ERPNext's customers and items. */
	const ask_for_masters = () =>
		ask(
			__("Go On with Customers and Items"),
			__(
				"Open deals with Business Partners and Sales Items go on with ERPNext's customers and items: those of the same VAT ID, name or item code, else new ones. Partners and items without an open deal become customers and items, too, unless they are disabled. What was issued and closed stays as it is.",
			),
			[],
			"start_masters",
		);

	/** Ask, begin, and show how far it is until there is something to read. */
	async function ask(title, explanation, asked, action) {
		const fields = [
			{ fieldname: "explanation", fieldtype: "HTML", options: `<p>${explanation}</p>` },
			...asked,
			{
				fieldname: "dry_run",
				fieldtype: "Check",
				label: __("Only show what would be done"),
				default: 1,
			},
		];
		const begun = await sales_opportunity.dialog.ask(
			title,
			fields,
			async ({ dry_run, ...values }) => {
				const answers = Object.fromEntries(asked.map(({ fieldname }) => [fieldname, values[fieldname]]));
				await frappe.xcall(`${JOB}.${action}`, { ...answers, dry_run: Boolean(dry_run) });
				return true;
			},
			__("Begin"),
		);
		if (begun) {
			watch();
		}
	}

	/** Show the state of the takeover until it is over, or the dialog is closed. */
	function watch() {
		const dialog = new frappe.ui.Dialog({ title: __("Take Over from ERPNext"), size: "large" });
		dialog.show();
		let timer;
		dialog.onhide = () => clearTimeout(timer);
		const look = async () => {
			const found = await frappe.xcall(`${JOB}.state`);
			dialog.$body.html(`<div class="so-takeover">${body(found)}</div>`);
			if (dialog.display && ["Waiting", "Working"].includes(found.state)) {
				timer = setTimeout(look, PAUSE);
			}
		};
		look();
	}

	function body(found) {
		const { state, done, total, result } = found;
		if (state === "Finished") {
			return result_html(result);
		}
		if (state === "Working") {
			const share = Math.round((100 * done) / total);
			return `<p>${done} / ${total}</p>
				<div class="progress"><div class="progress-bar" style="width: ${share}%"></div></div>`;
		}
		if (state === "Failed") {
			return failure_html(found);
		}
		return `<p>${state ? __("Waiting for a free worker …") : __("Nothing was taken over yet.")}</p>`;
	}

	/** What has ended it, at which document, what is kept, and where to read more. */
	function failure_html({ dry_run, reason, at }) {
		const { escape_html } = frappe.utils;
		const log = `<a href="/app/error-log">${__("Error Log")}</a>`;
		return [
			reason
				? __("It has ended with an error: {0}", [escape_html(reason)])
				: __("It was interrupted from outside, as by a restart of the server."),
			at && __("It was at {0} {1}.", [__(at[0]), document_link(...at)]),
			dry_run
				? __("Nothing was stored.")
				: __("What was taken over before that stays; begin again, and it goes on."),
			reason && __("More of it is in the {0}.", [log]),
		]
			.filter(Boolean)
			.map((text) => `<p>${text}</p>`)
			.join("");
	}

	const document_link = (doctype, name) =>
		`<a href="${frappe.utils.get_form_link(doctype, name)}">${frappe.utils.escape_html(name)}</a>`;

	function result_html({ dry_run, taken, sums, masters, differing, refused }) {
		const heading = masters ? masters_heading(dry_run, taken) : documents_heading(dry_run, taken);
		const rows = masters ? masters_html(masters) : sums_html(sums);
		return [
			`<p><b>${heading}</b></p>`,
			taken || masters?.length ? rows : "",
			differing?.length ? differing_html(differing) : "",
			refused.length ? refused_html(refused) : "",
		].join("");
	}

	const documents_heading = (dry_run, taken) =>
		dry_run
			? __("Deals that would be made: {0}. Nothing was stored.", [taken])
			: __("Deals that were made: {0}.", [taken]);

	const masters_heading = (dry_run, taken) =>
		dry_run
			? __("Deals that would go on with customers and items: {0}. Nothing was stored.", [taken])
			: __("Deals that go on with customers and items: {0}.", [taken]);

	function masters_html(masters) {
		const ways = {
			"VAT ID": __("Same VAT ID"),
			Name: __("Same name"),
			"Item Code": __("Same item code"),
			Made: __("New"),
			"Taken Over": __("Taken over before"),
		};
		const rows = masters.map(({ doctype, name, target, way, left_out }) => [
			[__(doctype)],
			[document_link(doctype, name)],
			[frappe.utils.escape_html(target)],
			[ways[way]],
			[left_out.map((label) => __(label, null, doctype)).join(", ")],
		]);
		return table(["", __("Here"), __("In ERPNext"), "", __("Not in ERPNext")], rows);
	}

	function sums_html(sums) {
		const rows = sums.map((row) => [
			row.document === "Quote" ? __("Quote") : __("Sales Opportunity"),
			__(row.status, null, row.document === "Quote" ? "Quote" : "Sales Opportunity"),
			row.number,
			format_currency(row.before, row.currency),
			format_currency(row.after, row.currency),
		]);
		return table(
			["", __("Status"), __("How Many"), __("Net in ERPNext"), __("Net here")],
			rows.map((row) => row.map((cell, index) => [cell, index > 1])),
		);
	}

	function differing_html(differing) {
		const rows = differing.map(({ doctype, name, currency, before, after }) => [
			[document_link(doctype, name)],
			...[before, after, after - before].map((amount) => [format_currency(amount, currency), true]),
		]);
		return `<p><b>${__("Drafts with another total, since they are taxed as new quotes are: {0}", [
			differing.length,
		])}</b></p>${table([__("Document"), __("Total in ERPNext"), __("Total here"), __("Difference")], rows)}`;
	}

	function refused_html(refused) {
		const rows = refused.map(({ doctype, name, reason }) => [
			[document_link(doctype, name)],
			[frappe.utils.escape_html(reason)],
		]);
		return `<p><b>${__("What stays behind: {0}", [refused.length])}</b></p>${table(
			[__("Document"), __("Reason")],
			rows,
		)}`;
	}

	function table(labels, rows) {
		const cell = ([content, is_number]) =>
			`<td class="${is_number ? "text-right text-nowrap" : ""}">${content}</td>`;
		return `<div class="table-responsive"><table class="table table-bordered">
			<thead><tr>${labels.map((label) => `<th>${label}</th>`).join("")}</tr></thead>
			<tbody>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</tbody>
		</table></div>`;
	}

	frappe.ui.form.on("Sales Opportunity Settings", {
		refresh(frm) {
			if (frm.doc.__onload?.can_take_over) {
				const group = "ERPNext";
				frm.add_custom_button(__("Take Over from ERPNext"), ask_for_documents, group);
				frm.add_custom_button(__("Go On with Customers and Items"), ask_for_masters, group);
				frm.add_custom_button(__("Last Takeover"), watch, group);
			}
		},
	});
})();
