/** Above a list: its views, one click each, and what is selected and all that it shows are worth. */

frappe.provide("sales_opportunity.list_views");

(() => {
	const LIST_SUMS = "sales_opportunity.desk.list_sums";

	/**
	 * Draw the bar when the list is loaded. `views` are objects of `label` and `filters`, those rows of field, operator
	 * and value; `start` is the label of the view with which the list begins unless something else was asked for.
	 */
	sales_opportunity.list_views.setup = function (listview, views, start, sum_labels) {
		const bar = new ListBar(listview, views, sum_labels);
		const first = views.find((view) => view.label === start);
		if (first && !Object.keys(frappe.route_options || {}).length) {
			frappe.route_options = Object.fromEntries(first.filters.map(([field, ...rest]) => [field, rest]));
		}
		listview.sales_opportunity_bar = bar;
	};

	/** Bring the bar up to date after the list has changed. */
	sales_opportunity.list_views.refresh = function (listview) {
		return listview.sales_opportunity_bar?.refresh();
	};

	class ListBar {
		constructor(listview, views, sum_labels) {
			Object.assign(this, { listview, views, sum_labels });
			this.$bar = $(`<div class="so-list-bar">
				<div class="so-list-views" role="group" aria-label="${__("Views", null, "List")}"></div>
				<div class="so-list-sums text-muted" aria-live="polite"></div>
			</div>`).prependTo(listview.$frappe_list);
			for (const view of views) {
				view.$button = $('<button class="btn btn-xs btn-default"></button>')
					.text(view.label)
					.on("click", () => this.show(view))
					.appendTo(this.$bar.find(".so-list-views"));
			}
			const on_row_checked = listview.on_row_checked.bind(listview);
			listview.on_row_checked = () => {
				on_row_checked();
				this.refresh_sums();
			};
		}

		async show(view) {
			const { filter_area, doctype } = this.listview;
			await filter_area.clear(false);
			await filter_area.add(view.filters.map((filter) => [doctype, ...filter]));
			if (!view.filters.length) {
				this.listview.refresh();
			}
		}

		async refresh() {
			const shown = normal(this.listview.get_filters_for_args().map((filter) => filter.slice(1)));
			for (const view of this.views) {
				view.$button
					.attr("aria-pressed", normal(view.filters) === shown)
					.toggleClass("active", normal(view.filters) === shown);
			}
			await this.refresh_sums();
		}

		/** Add up on the server; an answer that comes too late for what is shown by now is dropped. */
		async refresh_sums() {
			const { doctype } = this.listview;
			const checked = this.listview.get_checked_items(true);
			const filters = checked.length
				? [[doctype, "name", "in", checked]]
				: this.listview.get_filters_for_args().map((filter) => filter.slice(0, 4));
			const asked = (this.asked = JSON.stringify(filters));
			const { count, currency, sums, in_other_currencies, frames } = await frappe.xcall(
				`${LIST_SUMS}.list_sums`,
				{ doctype, filters },
			);
			if (asked !== this.asked) {
				return;
			}
			// null is a sum that the user may not read
			const money = sums
				.map(
					(sum, at) =>
						sum !== null && `${this.sum_labels[at]}: ${strip_html(format_currency(sum, currency))}`,
				)
				.filter(Boolean);
			if (in_other_currencies) {
				money.push(__("{0} kept in another company currency are not in the sums.", [in_other_currencies]));
			}
			if (frames) {
				money.push(__("Frame contracts that are not in the sums: {0}", [frames]));
			}
			const counted = checked.length ? __("{0} selected", [count]) : __("{0} in All", [count]);
			this.$bar.find(".so-list-sums").text([counted, ...money].join(" · "));
		}
	}

	/** One text for filters that mean the same. */
	function normal(filters) {
		return JSON.stringify(
			filters
				.map(([field, operator, value]) => [field, String(operator).toLowerCase(), String(value)])
				.sort(),
		);
	}
})();
