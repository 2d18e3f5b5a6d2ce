/** The menu of a card: move it without dragging, on the phone and everywhere. */

frappe.provide("sales_opportunity.pipeline");

sales_opportunity.pipeline.Menu = class Menu {
	/** `board` has `element`, `columns`, `moves` and `keyboard`. */
	constructor(board) {
		this.board = board;
		this.element = document.createElement("ul");
		this.element.className = "so-pipeline-menu";
		this.element.setAttribute("role", "menu");
		this.element.hidden = true;
		board.element.append(this.element);
		board.element.addEventListener("click", (event) => this.on_click(event));
		this.element.addEventListener("keydown", (event) => this.on_key(event));
		this.element.addEventListener("focusout", (event) => {
			if (!this.element.contains(event.relatedTarget)) this.close();
		});
		board.columns.element.addEventListener("scroll", () => this.close(), true);
	}

	on_click(event) {
		const button = event.target.closest(".so-pipeline-menu-button");
		const item = event.target.closest(".so-pipeline-menu [role=menuitem]");
		if (button) {
			this.open(button);
		} else if (item) {
			this.choose(this.targets[Number(item.dataset.place)]);
		}
	}

	open(button) {
		const { escape } = sales_opportunity.pipeline;
		const colours = sales_opportunity.statuses.colours["Sales Opportunity"];
		const { card, column } = this.board.columns.locate(button.closest(".so-pipeline-card").dataset.name);
		Object.assign(this, { button, card, targets: this.board.moves.targets(card, column) });
		this.element.innerHTML =
			`<li role="presentation" class="so-pipeline-menu-head">${__("Move to")}</li>` +
			this.targets
				.map(
					({ label, color, outcome }, place) =>
						`<li role="presentation"><button type="button" role="menuitem" tabindex="-1" data-place="${place}"
							data-color="${outcome ? colours[outcome] : escape(color)}">${escape(label)}</button></li>`,
				)
				.join("");
		this.element.setAttribute("aria-label", __("Move {0}", [this.board.moves.name_of(card)]));
		this.element.hidden = false;
		button.setAttribute("aria-expanded", "true");
		this.place_beside(button);
		this.items[0]?.focus({ preventScroll: true });
	}

	place_beside(button) {
		const { bottom, right, top } = button.getBoundingClientRect();
		const { offsetWidth: width, offsetHeight: height } = this.element;
		const left = Math.min(Math.max(right - width, 8), window.innerWidth - width - 8);
		const is_below = bottom + height + 8 < window.innerHeight;
		this.element.style.left = `${left}px`;
		this.element.style.top = `${is_below ? bottom + 4 : Math.max(top - height - 4, 8)}px`;
	}

	get items() {
		return [...this.element.querySelectorAll("[role=menuitem]")];
	}

	on_key(event) {
		const { items } = this;
		const at = items.indexOf(document.activeElement);
		const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
		if (next !== undefined) {
			event.preventDefault();
			items[(next + items.length) % items.length].focus();
		} else if (event.key === "Escape") {
			event.preventDefault();
			event.stopPropagation();
			const { button } = this;
			this.close();
			button.focus();
		}
	}

	close() {
		if (!this.element.hidden) {
			this.element.hidden = true;
			this.button.setAttribute("aria-expanded", "false");
		}
	}

	async choose(target) {
		const { card } = this;
		this.close();
		await this.board.moves.move(card, target);
		this.board.keyboard.focus(card.name);
	}
};
