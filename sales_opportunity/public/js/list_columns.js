/** Columns of a list: names of their own where a field's is too long, and a mark by which styles find them. */

frappe.provide("sales_opportunity.list_columns");

/** Show the columns under `labels`, by field name, in this list alone; cells and heads get `data-column`. */
sales_opportunity.list_columns.setup = function (listview, labels) {
	const renamed = ({ df, ...column }) => ({ ...column, df: df && { ...df, label: labels[df.fieldname] || df.label } });
	const name_of = ({ type, df }) => (type === "Field" && df ? df.fieldname : type);
	const { setup_columns, get_column_html, get_header_html } = listview;
	Object.assign(listview, {
		setup_columns(...args) {
			setup_columns.apply(listview, args);
			listview.columns = listview.columns.map(renamed);
		},
		get_column_html(column, ...args) {
			const [cell] = $(get_column_html.call(listview, column, ...args).trim());
			cell.dataset.column = name_of(column);
			return cell.outerHTML;
		},
		get_header_html(...args) {
			const [head] = $(get_header_html.apply(listview, args).trim());
			head.querySelectorAll(".list-row-col").forEach((cell, at) => {
				cell.dataset.column = name_of(listview.columns[at]);
			});
			return head.outerHTML;
		},
	});
	listview.setup_columns();
	listview.render_header(true);
};
