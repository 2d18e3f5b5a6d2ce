/** Columns of a list: names of their own where a field's is too long, and a mark by which styles find them. */

frappe.provide("sales_opportunity.list_columns");

/** Show the columns under `labels`, by field name, in this list alone; cells and heads get `data-column`. */
sales_opportunity.list_columns.setup = function (listview, labels) {
	const renamed = ({ df, ...column }) => ({
		...column,
		df: df && { ...df, label: labels[df.fieldname] || df.label },
	});
	const name_of = ({ type, df }) => (type === "Field" && df ? df.fieldname : type);
	const marked = (html, columns) => {
		const template = document.createElement("template");
		template.innerHTML = html || "";
		template.content.querySelectorAll(".list-row-col").forEach((cell, at) => {
			if (columns[at]) {
				cell.dataset.column = name_of(columns[at]);
			}
		});
		return template.innerHTML;
	};
	const { setup_columns, get_column_html, get_header_html } = listview;
	Object.assign(listview, {
		setup_columns(...args) {
			setup_columns.apply(listview, args);
			listview.columns = listview.columns.map(renamed);
		},
		get_column_html(column, ...args) {
			return marked(get_column_html.call(listview, column, ...args), [column]);
		},
		get_header_html(...args) {
			return marked(get_header_html.apply(listview, args), listview.columns);
		},
	});
	listview.setup_columns();
	listview.render_header(true);
};
