/** The columns of the board: what they hold, what they add up to, how they look. */

frappe.provide("sales_opportunity.pipeline");

sales_opportunity.pipeline.Columns = class Columns {
	/** `board` has `data`, `filters`, `may_move` and `more(column)`; `element` is where the columns go. */
	constructor(board, element) {
		Object.assign(this, { board, element });
		// Whoever scrolls to the end of a column sees its button, which then loads more by itself.
		this.sight = new IntersectionObserver((entries) =>
			entries.filter((entry) => entry.isIntersecting).forEach((entry) => entry.target.click()),
		);
	}

	get list() {
		return this.board.data.columns;
	}

	/** Take what the server sent; a column's first `loaded` cards are the server's first ones, others came by moving. */
	take() {
		this.list.forEach((column) => (column.loaded = column.cards.length));
	}

	find(key) {
		return this.list.find((column) => column.key === key);
	}

	/** Return the card and the column that has it. */
	locate(name) {
		for (const column of this.list) {
			const card = column.cards.find((other) => other.name === name);
			if (card) {
				return { card, column };
			}
		}
		return {};
	}

	/** Take a card out of its column and its figures. */
	remove(card, column) {
		const place = column.cards.findIndex((other) => other.name === card.name);
		if (place >= 0) {
			column.cards.splice(place, 1);
			column.loaded -= place < column.loaded ? 1 : 0;
		}
		this.add_figures(column, card, -1);
	}

	/** Put a card where the server would list it, and add it to the column's figures. */
	insert(card, column) {
		const is_before = (other) => sales_opportunity.pipeline.compare(other, card) < 0;
		const place = column.cards.slice(0, column.loaded).filter(is_before).length;
		const is_listed = place < column.loaded || column.loaded >= column.count;
		column.cards.splice(is_listed ? place : column.cards.length, 0, card);
		column.loaded += is_listed ? 1 : 0;
		this.add_figures(column, card, 1);
	}

	add_figures(column, card, sign) {
		const is_ours = card.company_currency === this.board.data.currency;
		column.count += sign;
		// null is a sum that the user may not read
		const add = (sum, amount) => (sum === null || amount === undefined ? null : sum + sign * amount);
		if (is_ours && card.is_counted) {
			column.amount = add(column.amount, card.base_amount);
			column.weighted = add(column.weighted, card.base_weighted_amount);
		}
		column.in_other_currencies += is_ours ? 0 : sign;
		column.frames += card.is_counted ? 0 : sign;
	}

	/** Add the next cards that the server sent. */
	append(column, cards) {
		const came_by_moving = column.cards
			.slice(column.loaded)
			.filter((card) => !cards.some((other) => other.name === card.name));
		const listed = column.cards.slice(0, column.loaded);
		const fresh = cards.filter((card) => !listed.some((other) => other.name === card.name));
		column.cards = [...listed, ...fresh, ...came_by_moving];
		column.loaded = listed.length + fresh.length;
	}

	/** Draw all columns; those that were there stay scrolled as they were. */
	draw() {
		const { scrollLeft } = this.element;
		const lists = () => [...this.element.querySelectorAll(".so-pipeline-cards")];
		const heights = Object.fromEntries(lists().map((list) => [list.dataset.column, list.scrollTop]));
		this.element.innerHTML = this.list.map((column) => this.column_html(column)).join("");
		this.list.forEach((column) => this.draw_column(column));
		this.element.scrollLeft = scrollLeft;
		lists().forEach((list) => (list.scrollTop = heights[list.dataset.column] || 0));
	}

	draw_column(column) {
		const section = this.section(column.key);
		const focused =
			section.contains(document.activeElement) && document.activeElement.closest(".so-pipeline-card");
		section.querySelector(".so-pipeline-figures").innerHTML = this.figures_html(column);
		const more = () => section.querySelectorAll(".so-pipeline-more");
		more().forEach((button) => this.sight.unobserve(button));
		section.querySelector(".so-pipeline-cards").innerHTML = this.cards_html(column) + this.more_html(column);
		more().forEach((button) => this.sight.observe(button));
		if (focused) {
			this.link_of(focused.dataset.name)?.focus({ preventScroll: true });
		}
	}

	section(key) {
		return [...this.element.children].find((section) => section.dataset.column === key);
	}

	link_of(name) {
		return this.element.querySelector(`.so-pipeline-card[data-name="${CSS.escape(name)}"] .so-pipeline-link`);
	}

	column_html(column) {
		const { escape } = sales_opportunity.pipeline;
		const place = this.list.indexOf(column);
		const add = __("New opportunity in {0}", [column.label]);
		const probability =
			column.probability === undefined ? "" : `${format_number(column.probability, null, 0)} %`;
		const hint = column.is_forecast ? "" : __("Does not count in forecasts");
		return `<section class="so-pipeline-column" data-column="${escape(column.key)}" data-color="${escape(column.color)}"
				aria-labelledby="so-pipeline-column-${place}">
			<header>
				<div class="so-pipeline-column-head">
					<h2 id="so-pipeline-column-${place}" title="${escape(hint)}">${escape(column.label)}</h2>
					<span class="so-pipeline-probability">${probability}</span>
					${
						this.board.data.may_create && column.takes_cards
							? `<button type="button" class="so-pipeline-add" aria-label="${escape(add)}" title="${escape(add)}">
								<span class="so-pipeline-glyph" aria-hidden="true">+</span>
							</button>`
							: ""
					}
				</div>
				<div class="so-pipeline-figures"></div>
			</header>
			<ul class="so-pipeline-cards" data-column="${escape(column.key)}"></ul>
		</section>`;
	}

	figures_html(column) {
		const { money } = sales_opportunity.pipeline;
		const { currency } = this.board.data;
		const whole = (amount) => money(Math.round(amount), currency);
		const exact = (amount) => sales_opportunity.pipeline.escape(format_currency(amount, currency));
		const deals = column.count === 1 ? __("1 deal") : __("{0} deals", [format_number(column.count, null, 0)]);
		const others = [
			column.in_other_currencies &&
				__("{0} kept in another company currency are not in the sums.", [column.in_other_currencies]),
			column.frames && __("Frame contracts that are not in the sums: {0}", [column.frames]),
		]
			.filter(Boolean)
			.map((text) => `<div class="so-pipeline-others">${text}</div>`)
			.join("");
		const amount =
			column.amount === null
				? ""
				: `<strong title="${exact(column.amount)}">${whole(column.amount)}</strong> <span class="text-muted">·</span>`;
		const weighted =
			column.weighted === null
				? ""
				: `<div class="text-muted" title="${exact(column.weighted)}">${__("{0} weighted", [whole(column.weighted)])}</div>`;
		return `<div>${amount} <span class="text-muted">${deals}</span></div>${weighted}${others}`;
	}

	more_html(column) {
		const left = column.count - column.cards.length;
		return left > 0 && column.cards.length
			? `<li><button type="button" class="so-pipeline-more btn btn-default btn-xs">${__("Show more ({0})", [left])}</button></li>`
			: "";
	}

	cards_html(column) {
		if (!column.cards.length) {
			return `<li class="so-pipeline-none">${__("No deals here")}</li>`;
		}
		return column.cards.map((card) => sales_opportunity.pipeline.card_html(card, this.board)).join("");
	}
};

/** The order of the cards in a column: the earliest close date first, then the most valuable. */
sales_opportunity.pipeline.compare = function (one, other) {
	const day = (card) => card.expected_close_date || "9999-12-31";
	return (
		day(one).localeCompare(day(other)) ||
		other.base_amount - one.base_amount ||
		(one.name < other.name ? -1 : one.name > other.name ? 1 : 0)
	);
};
