/** Items and partners from files. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";
	const SECONDS_BETWEEN_LOOKS = 2;
	const MOST_LOOKS = 60 / SECONDS_BETWEEN_LOOKS;

	function draw(set_up, content) {
		const titles = { "Sales Item": __("Items"), "Business Partner": __("Business Partners") };
		const offered = Object.values(frappe.boot.sales_opportunity_masters).flat();
		content.html(
			Object.entries(titles)
				.filter(([doctype]) => offered.includes(doctype))
				.map(
					([doctype, title]) => `<section class="so-setup-file" data-doctype="${doctype}">
						<h4>${title}</h4>
						<p class="text-muted">${__(
							"Download the template, fill it in with a spreadsheet program, save it as CSV and upload it.",
						)}</p>
						<p>
							<a class="btn btn-sm btn-default" aria-label="${__("Download Template")}: ${title}" href="/api/method/${SET_UP_SALES}.download_template?doctype=${encodeURIComponent(
								doctype,
							)}">${__("Download Template")}</a>
							<button class="btn btn-sm btn-default" aria-label="${__("Upload CSV")}: ${title}">${__("Upload CSV")}</button>
						</p>
						<div class="so-setup-result" role="status"></div>
					</section>`,
				)
				.join(""),
		);
		content.find("button").on("click", (event) => {
			const section = $(event.currentTarget).closest(".so-setup-file");
			new frappe.ui.FileUploader({
				allow_multiple: false,
				restrictions: { allowed_file_types: [".csv"] },
				on_success: (file) => import_file(set_up, section, file.file_url),
			});
		});
	}

	async function import_file(set_up, section, file_url) {
		const result = section.find(".so-setup-result");
		const checked = await frappe.xcall(`${SET_UP_SALES}.check_file`, {
			doctype: section.data("doctype"),
			file_url,
		});
		if (checked.problems.length) {
			result.html(
				`<p>${__("Nothing was imported. Correct these rows and upload the file again:")}</p>${problems(
					checked.problems,
				)}`,
			);
			return;
		}
		result.text(__("Importing {0} rows …", [checked.rows]));
		try {
			await frappe.xcall(`${SET_UP_SALES}.import_checked_file`, { job: checked.job });
		} catch {
			result.text(__("Nothing was imported."));
			return;
		}
		follow_import(set_up, result, checked.job);
	}

	/** Ask how far the import is as long as somebody looks; `looks` is how often that was asked already. */
	async function follow_import(set_up, result, job, looks = 0) {
		if (!document.contains(result[0]) || !set_up.body.is(":visible")) {
			return;
		}
		const state = await frappe.xcall(`${SET_UP_SALES}.import_result`, { job });
		if (state.status === "Pending") {
			if (looks === MOST_LOOKS && !state.done) {
				result.text(
					__("Nothing was imported for a minute: background jobs do not seem to run. Ask a System Manager."),
				);
			}
			setTimeout(() => follow_import(set_up, result, job, looks + 1), SECONDS_BETWEEN_LOOKS * 1000);
			return;
		}
		set_up.refresh(state.steps);
		const done = `<p>${__("{0} rows imported.", [state.done])}</p>`;
		result.html(done + (state.problems.length ? problems(state.problems) : ""));
	}

	function problems(rows) {
		return `<ul class="so-setup-problems">${rows
			.map(
				(one) =>
					`<li>${one.row ? `<b>${__("Row {0}", [one.row])}:</b> ` : ""}${frappe.utils.escape_html(one.message)}</li>`,
			)
			.join("")}</ul>`;
	}

	sales_opportunity.set_up_sales.data = { title: () => __("Items and Partners"), draw };
})();
