/** The board by the keyboard alone: arrows go from card to card; Space takes a card up, arrows carry it, Space drops it. */

frappe.provide("sales_opportunity.pipeline");

sales_opportunity.pipeline.Keyboard = class Keyboard {
	/** `board` has `element`, `columns`, `moves`, `may_move`, `announce(text)`, `show_zones(card)`, `hide_zones()`. */
	constructor(board) {
		this.board = board;
		this.held = null;
		board.element.addEventListener("keydown", (event) => this.on_key(event));
		board.element.addEventListener("focusout", (event) => this.on_leave(event));
	}

	on_key(event) {
		const link = event.target.closest(".so-pipeline-link");
		if (!link || event.ctrlKey || event.metaKey || event.altKey) {
			return;
		}
		const action = this.held ? this.held_action(event.key) : this.free_action(event.key, link);
		if (action) {
			event.preventDefault();
			event.stopPropagation();
			action();
		}
	}

	free_action(key, link) {
		const name = link.closest(".so-pipeline-card").dataset.name;
		return {
			" ": this.board.may_move && (() => this.pick_up(name)),
			ArrowUp: () => this.focus_beside(name, -1),
			ArrowDown: () => this.focus_beside(name, 1),
			ArrowLeft: () => this.focus_column(name, -1),
			ArrowRight: () => this.focus_column(name, 1),
		}[key];
	}

	held_action(key) {
		return {
			" ": () => this.drop(),
			Enter: () => this.drop(),
			Escape: () => this.put_back(),
			ArrowLeft: () => this.carry(-1),
			ArrowRight: () => this.carry(1),
			ArrowUp: () => {},
			ArrowDown: () => {},
		}[key];
	}

	pick_up(name) {
		const { card, column } = this.board.columns.locate(name);
		const targets = this.board.moves.targets(card, column);
		const columns = this.board.columns.list.filter((other) => other === column || targets.includes(other));
		const places = [...columns, ...targets.filter((target) => target.outcome)];
		this.held = { card, column, places, at: places.indexOf(column) };
		this.board.show_zones(card, column);
		this.show_held();
		this.say(
			__("{0} is taken up in {1}. Arrows left and right carry it, Space drops it, Escape puts it back.", [
				this.board.moves.name_of(card),
				column.label,
			]),
		);
	}

	carry(step) {
		const { places, at } = this.held;
		this.held.at = Math.min(Math.max(at + step, 0), places.length - 1);
		this.show_held();
		this.say(__("{0}, {1} of {2}", [places[this.held.at].label, this.held.at + 1, places.length]));
	}

	/** Show the card in the column over which it is held, or mark the zone. */
	show_held() {
		const { card, places, at } = this.held;
		const place = places[at];
		const item = this.board.columns.link_of(card.name).closest(".so-pipeline-card");
		this.is_carrying = true;
		if (!place.outcome) {
			const list = this.board.columns.section(place.key).querySelector(".so-pipeline-cards");
			if (item.parentElement !== list) {
				list.prepend(item);
			}
			list.parentElement.scrollIntoView({ block: "nearest", inline: "nearest" });
		}
		item.classList.add("so-pipeline-held");
		item.querySelector(".so-pipeline-link").focus();
		this.is_carrying = false;
		this.board.mark_zone(place.outcome);
	}

	async drop() {
		const { card, column, places, at } = this.held;
		this.release();
		if (places[at] === column) {
			this.say(__("{0} is back in {1}.", [this.board.moves.name_of(card), column.label]));
		} else {
			await this.board.moves.move(card, places[at]);
		}
		this.focus(card.name);
	}

	put_back() {
		const { card, column } = this.held;
		this.release();
		this.say(__("{0} is back in {1}.", [this.board.moves.name_of(card), column.label]));
		this.focus(card.name);
	}

	/** Hold nothing any more, and show all cards where they are. */
	release() {
		this.held = null;
		this.board.hide_zones();
		this.board.columns.list.forEach((column) => this.board.columns.draw_column(column));
	}

	on_leave(event) {
		if (
			this.held &&
			!this.is_carrying &&
			event.target.isConnected &&
			!event.relatedTarget?.closest(".so-pipeline-held")
		) {
			const { card, column } = this.held;
			this.release();
			this.say(__("{0} is back in {1}.", [this.board.moves.name_of(card), column.label]));
		}
	}

	focus(name) {
		(this.board.columns.link_of(name) || this.board.element.querySelector(".so-pipeline-link"))?.focus();
	}

	focus_beside(name, step) {
		const { card, column } = this.board.columns.locate(name);
		const other = column.cards[column.cards.indexOf(card) + step];
		other && this.focus(other.name);
	}

	/** Go to the card at the same height of the next column that has any. */
	focus_column(name, step) {
		const { card, column } = this.board.columns.locate(name);
		const { list } = this.board.columns;
		let place = list.indexOf(column) + step;
		while (list[place] && !list[place].cards.length) {
			place += step;
		}
		const cards = list[place]?.cards;
		cards && this.focus(cards[Math.min(column.cards.indexOf(card), cards.length - 1)].name);
	}

	say(text) {
		this.board.announce(text);
	}
};
