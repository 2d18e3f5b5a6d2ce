/** The search of the whole desk by title: in the bar while typing, and in the dialog that it opens. */

(() => {
	const { search } = frappe;
	if (!search?.AwesomeBar || !search.utils?.get_global_results) {
		return;
	}
	const SEARCH = "sales_opportunity.desk.search";
	const LEAST = 2;
	const IN_THE_BAR = 3;
	const { escape_html } = frappe.utils;
	const may_search = () =>
		frappe.model.can_read("Business Partner") || frappe.model.can_read("Sales Opportunity");

	/** What was found last for what stands in the bar: the bar asks again when the answer is there. */
	let last = { text: null, found: [] };

	const { build_options } = search.AwesomeBar.prototype;
	search.AwesomeBar.prototype.build_options = function (text) {
		const options = build_options.call(this, text);
		const typed = this.awesomplete.input.value.trim().replace(/\s\s+/g, " ");
		if (text !== typed || text.length < LEAST || text.startsWith("#") || !may_search()) {
			return options;
		}
		if (last.text === text) {
			return [...last.found, ...options];
		}
		last = { text, found: [] };
		frappe.xcall(`${SEARCH}.find`, { text, limit: IN_THE_BAR }).then((rows) => {
			if (last.text === text && rows.length) {
				last.found = rows.map(option);
				$(this.awesomplete.input).trigger("input");
			}
		});
		return options;
	};

	function option({ doctype, name, title, detail }) {
		return {
			type: doctype,
			label: `${escape_html(title)} <span class="text-muted">${escape_html(__(doctype))}</span>`,
			value: `${title} · ${name}`,
			description: escape_html(detail),
			route: ["Form", doctype, name],
			index: 110,
		};
	}

	const { get_global_results } = search.utils;
	search.utils.get_global_results = async function (text, start, limit, doctype) {
		const sets = await get_global_results.call(this, text, start, limit, doctype);
		if (!may_search()) {
			return sets;
		}
		const names = sets.flatMap((set) => set.results.map((result) => `${set.title}/${result.value}`));
		const rows = await frappe.xcall(`${SEARCH}.find`, { text, start, limit, doctype: doctype || "" });
		for (const row of rows) {
			const set = sets.find((other) => other.title === row.doctype);
			const result = {
				label: escape_html(row.title),
				value: row.name,
				description: escape_html(row.detail),
				route: ["Form", row.doctype, row.name],
				...(row.image && { image: row.image }),
			};
			if (!set) {
				sets.push({ title: row.doctype, results: [result], fetch_type: "Global" });
			} else if (names.includes(`${row.doctype}/${row.name}`)) {
				Object.assign(
					set.results.find((known) => known.value === row.name),
					result,
				);
			} else {
				set.results.push(result);
			}
		}
		return sets;
	};
})();
