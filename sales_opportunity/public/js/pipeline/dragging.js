/** Moving cards by mouse and touch: the framework's own Sortable, with zones to close a deal. */

frappe.provide("sales_opportunity.pipeline");

sales_opportunity.pipeline.Dragging = class Dragging {
	/** `board` has `element`, `columns`, `moves`, `may_move` and `show_zones(card)`, `hide_zones()`. */
	constructor(board) {
		this.board = board;
		this.lists = [];
		board.element.addEventListener("click", (event) => this.swallow_click(event), true);
	}

	/** Let the cards of all columns be dragged; called again whenever the columns are drawn anew. */
	start() {
		this.lists.forEach((list) => list.destroy());
		const drops = this.board.may_move
			? this.board.element.querySelectorAll(".so-pipeline-cards, .so-pipeline-zone")
			: [];
		this.lists = [...drops].map((element) => this.sortable(element));
	}

	sortable(element) {
		const is_zone = element.classList.contains("so-pipeline-zone");
		return Sortable.create(element, {
			group: { name: "pipeline", pull: !is_zone, put: (to, _from, item) => this.takes(to.el, item) },
			sort: false,
			draggable: ".so-pipeline-card",
			filter: ".so-pipeline-menu-button",
			preventOnFilter: false,
			forceFallback: true,
			fallbackOnBody: true,
			fallbackTolerance: 5,
			fallbackClass: "so-pipeline-flying",
			ghostClass: "so-pipeline-gap",
			chosenClass: "so-pipeline-chosen",
			delay: 200,
			delayOnTouchOnly: true,
			touchStartThreshold: 6,
			scrollSensitivity: 90,
			scrollSpeed: 18,
			animation: 120,
			onStart: (event) => this.on_start(event),
			onEnd: (event) => this.on_end(event),
		});
	}

	takes(element, item) {
		const { card, column } = this.board.columns.locate(item.dataset.name);
		return Boolean(card && this.target(element, card, column));
	}

	/** Return where a card would go if it were dropped on a list or a zone. */
	target(element, card, column) {
		const { column: key, outcome } = element.dataset;
		return this.board.moves
			.targets(card, column)
			.find((target) => (outcome ? target.outcome === outcome : !target.outcome && target.key === key));
	}

	on_start({ item }) {
		const { card, column } = this.board.columns.locate(item.dataset.name);
		this.is_over = new Promise((resolve) => (this.end = resolve));
		this.board.show_zones(card, column);
	}

	on_end({ item, from, to, originalEvent }) {
		this.ended_at = Date.now();
		const dropped_on = this.below(originalEvent) || to;
		this.board.hide_zones();
		const { card, column } = this.board.columns.locate(item.dataset.name);
		const target = dropped_on !== from && card && this.target(dropped_on, card, column);
		if (to !== from) {
			item.remove();
			column && this.board.columns.draw_column(column);
		}
		this.end();
		if (target) {
			this.board.moves.move(card, target);
		}
	}

	/** Return the zone or the list of the column below the pointer: Sortable looks now and then only, and a hand may be quicker. */
	below(event) {
		const { clientX, clientY } = event.changedTouches?.[0] || event;
		const place = document
			.elementFromPoint(clientX, clientY)
			?.closest(".so-pipeline-zone, .so-pipeline-column");
		return place?.querySelector(".so-pipeline-cards") || place;
	}

	/** The click that ends a drag opens nothing. */
	swallow_click(event) {
		if (this.ended_at && Date.now() - this.ended_at < 50 && event.target.closest(".so-pipeline-card")) {
			event.preventDefault();
			event.stopPropagation();
		}
	}
};
