/** Moving deals: where a card may go, the change at once, and what the server makes of it. */

frappe.provide("sales_opportunity.pipeline");

(() => {
	const PIPELINE = "sales_opportunity.sales_opportunity.page.pipeline.pipeline";

	sales_opportunity.pipeline.Moves = class Moves {
		/** `board` has `columns`, `data`, `filters`, `dragging`, `keyboard`, `draw_figures()` and `announce(text)`. */
		constructor(board) {
			this.board = board;
		}

		/** Return the columns into which a card may go, and then Won and Lost, each with `key`, `label` and `outcome`. */
		targets(card, from) {
			const columns = this.board.data.columns.filter(
				(column) => column.key !== from.key && this.may_enter(card, column),
			);
			return [...columns, ...this.outcomes(card)];
		}

		may_enter(card, column) {
			const stages = this.board.data.classes[card.class_id]?.stages;
			return column.takes_cards && (this.is_by_date || !stages || column.key in stages);
		}

		/** Return Won and Lost as far as the card's class has a stage for them. */
		outcomes(card) {
			const { classes, stages } = this.board.data;
			const own = classes[card.class_id]?.stages;
			return sales_opportunity.statuses.opportunity.closed.flatMap((outcome) => {
				const stage = stages.find(
					({ name, stage_type, enabled }) => stage_type === outcome && enabled && (!own || name in own),
				);
				return stage ? [{ key: stage.name, label: __(outcome, null, "Sales Opportunity"), outcome }] : [];
			});
		}

		get is_by_date() {
			return this.board.filters.view === "months";
		}

		/** Move the card; resolves to whether it stays where it was put. */
		async move(card, target) {
			const from = this.board.columns.locate(card.name).column;
			const to = target.outcome ? null : target;
			const moved = to ? { ...card, ...this.expected(card, to) } : card;
			this.shift(card, from, moved, to);
			let answer = null;
			try {
				answer = await this.ask_server(card, target);
			} catch (refusal) {
				if (refusal instanceof Error) {
					throw refusal;
				}
			} finally {
				if (!answer) {
					this.shift(moved, to, card, from);
				}
			}
			await this.settle(card);
			this.tell(card, answer ? target : from, answer);
			return Boolean(answer);
		}

		/** Say where the card lies now. */
		tell(card, place, has_moved) {
			const words = [this.name_of(card), place.label];
			this.board.announce(has_moved ? __("{0} moved to {1}.", words) : __("{0} is back in {1}.", words));
			if (place.outcome) {
				frappe.show_alert({
					message: `${place.label}: ${sales_opportunity.pipeline.escape(this.name_of(card))}`,
					indicator: sales_opportunity.statuses.colours["Sales Opportunity"][place.outcome],
				});
			}
		}

		name_of(card) {
			return card.title || card.party_name || card.name;
		}

		ask_server(card, target) {
			if (this.is_by_date && !target.outcome) {
				return frappe
					.xcall(`${PIPELINE}.move_close_date`, {
						opportunity: card.name,
						column: target.key,
					})
					.then((day) => ({ day }));
			}
			return sales_opportunity.stage_change.change(card.name, target.key);
		}

		/** Return what a card will have in a column: the stage with its probability and value, or the close date. */
		expected(card, column) {
			if (this.is_by_date) {
				return { expected_close_date: sales_opportunity.pipeline.postponed(card, column) };
			}
			const probability = this.board.data.classes[card.class_id]?.stages[column.key] ?? column.probability;
			return {
				stage: column.key,
				probability,
				base_weighted_amount: (card.base_amount * probability) / 100,
			};
		}

		/** Take the card out of one column and put what has become of it into another; either may be none. */
		shift(card, from, moved, to) {
			const { columns } = this.board;
			if (from) {
				columns.remove(card, from);
				columns.draw_column(from);
			}
			if (to) {
				columns.insert(moved, to);
				columns.draw_column(to);
			}
			this.board.draw_figures();
		}

		/** Show what the server has made of the card and of all figures, once nothing is being dragged. */
		async settle(card) {
			const { columns, filters, dragging, keyboard } = this.board;
			const { list } = columns;
			const found = await frappe.xcall(`${PIPELINE}.get_card`, {
				opportunity: card.name,
				view: filters.view,
				filters: this.board.asked_filters(),
			});
			await dragging.is_over;
			if (list !== columns.list) {
				return; // the board was loaded anew meanwhile
			}
			const { card: shown, column: present } = columns.locate(card.name);
			if (shown) {
				columns.remove(shown, present);
			}
			const column = found.card && columns.find(found.column);
			if (column) {
				columns.insert(found.card, column);
			}
			for (const each of list) {
				Object.assign(
					each,
					{ count: 0, amount: 0, weighted: 0, in_other_currencies: 0, frames: 0 },
					found.figures[each.key],
				);
				columns.draw_column(each);
			}
			this.board.draw_figures();
			keyboard.held && keyboard.show_held();
		}
	};

	/** Return the close date that a card gets in a month: the same day, or the last there is, and never before today. */
	sales_opportunity.pipeline.postponed = function ({ expected_close_date }, { key, first, last }) {
		if (key === "none") {
			return null;
		}
		const end = Number(last.slice(8));
		const day = Math.min(expected_close_date ? Number(expected_close_date.slice(8)) : end, end);
		const date = `${last.slice(0, 8)}${String(day).padStart(2, "0")}`;
		return date < first ? first : date;
	};
})();
