/** The customer's page of a quote: what its buttons and forms do. */

"use strict";

const PAGE = "sales_opportunity.portal.quote_page";
const token = document.body.dataset.token;
const answer = document.getElementById("answer");

/** Call a function of the server. No cookies are sent: the token alone says who asks, and for which quote. */
async function call(method, values) {
	const variant = document.body.dataset.variant;
	const response = await fetch(`/api/method/${PAGE}.${method}`, {
		method: "POST",
		credentials: "omit",
		headers: { "Content-Type": "application/json", Accept: "application/json" },
		body: JSON.stringify({ token, variant, ...values }),
	});
	const body = await response.json().catch(() => ({}));
	if (!response.ok) {
		throw new Error(reason_of(body));
	}
	return body.message;
}

/** Return what to tell of an error. */
const message_of = (error) => (error instanceof TypeError ? reason_of({}) : error.message);

/** Return what the server says, as plain text. */
function reason_of(body) {
	try {
		const message = JSON.parse(JSON.parse(body._server_messages)[0]).message;
		return new DOMParser().parseFromString(message, "text/html").body.textContent;
	} catch {
		return document.getElementById("failed").innerHTML;
	}
}

/** Say that the page is open once it can be seen: browsers also load pages ahead, and in tabs behind. */
function report_opening() {
	if (document.visibilityState === "visible") {
		call("opened").catch(() => {});
	} else {
		document.addEventListener("visibilitychange", report_opening, { once: true });
	}
}

/** A field to sign in. The strokes are kept as parts of its width and height, so that it may change its size. */
class SignaturePad {
	constructor(canvas, on_change) {
		this.canvas = canvas;
		this.strokes = [];
		this.on_change = on_change;
		canvas.addEventListener("pointerdown", (event) => this.begin(event));
		canvas.addEventListener("pointermove", (event) => this.go_on(event));
		for (const end of ["pointerup", "pointercancel"]) {
			canvas.addEventListener(end, () => (this.stroke = null));
		}
		new ResizeObserver(() => this.draw()).observe(canvas);
	}

	begin(event) {
		event.preventDefault();
		this.canvas.setPointerCapture(event.pointerId);
		this.stroke = [this.point(event)];
		this.strokes.push(this.stroke);
		this.draw();
	}

	go_on(event) {
		if (!this.stroke) {
			return;
		}
		const events = event.getCoalescedEvents?.() ?? [];
		this.stroke.push(...(events.length ? events : [event]).map((each) => this.point(each)));
		this.draw();
	}

	point(event) {
		const box = this.canvas.getBoundingClientRect();
		return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
	}

	clear() {
		this.strokes = [];
		this.draw();
	}

	draw() {
		const { clientWidth: width, clientHeight: height } = this.canvas;
		const ratio = window.devicePixelRatio || 1;
		this.canvas.width = width * ratio;
		this.canvas.height = height * ratio;
		this.draw_on(this.canvas.getContext("2d"), width * ratio, height * ratio, 2.2 * ratio);
		this.on_change(!this.strokes.length);
	}

	/** Draw each stroke as one smooth line: curves that bend at the points and meet halfway between them. */
	draw_on(context, width, height, thickness) {
		context.lineWidth = thickness;
		context.lineCap = context.lineJoin = "round";
		context.strokeStyle = "#10151c";
		for (const stroke of this.strokes) {
			const points = stroke.map(([x, y]) => [x * width, y * height]);
			context.beginPath();
			context.moveTo(...points[0]);
			points.forEach(([x, y], i) => {
				const [next_x, next_y] = points[i + 1] || [x, y];
				context.quadraticCurveTo(x, y, (x + next_x) / 2, (y + next_y) / 2);
			});
			context.stroke();
		}
	}

	/** Return the drawing as the data URL of a PNG of a size that does not depend on the screen. */
	picture() {
		const picture = document.createElement("canvas");
		picture.width = 640;
		picture.height = Math.round((640 * this.canvas.clientHeight) / this.canvas.clientWidth);
		this.draw_on(picture.getContext("2d"), picture.width, picture.height, 2.6);
		return picture.toDataURL("image/png");
	}
}

/** What the customer chooses: the server says what it comes to, and only the latest answer is shown. */
class Choice {
	constructor(lines) {
		this.lines = lines;
		this.picks = [...lines.querySelectorAll("[data-line]")];
		this.quantities = [...lines.querySelectorAll("[data-quantity]")];
		this.latest = Promise.resolve(true);
		this.is_used = this.picks.length + this.quantities.length > 0;
		if (!this.is_used) {
			return;
		}
		document.querySelector(".choosing").hidden = false;
		for (const field of [...this.picks, ...this.quantities]) {
			field.hidden = false;
		}
		for (const field of this.quantities) {
			field.parentElement.querySelector(".offered-quantity").hidden = true;
			field.parentElement.querySelector(".unit").hidden = false;
		}
		this.release();
		lines.addEventListener("change", (event) => this.change(event.target));
	}

	change(field) {
		if (field.type === "checkbox" && field.checked && field.dataset.group) {
			for (const other of this.picks) {
				other.checked = other === field || (other.checked && other.dataset.group !== field.dataset.group);
			}
		}
		this.release();
		this.latest = this.show(field);
	}

	/** A quantity is entered of what is taken only. */
	release() {
		for (const field of this.quantities) {
			const pick = this.lines.querySelector(`[data-line="${field.dataset.quantity}"]`);
			field.disabled = Boolean(pick && !pick.checked);
		}
	}

	/** Return what is taken: by number of the line its quantity, or null for that which is offered. */
	values() {
		const taken = this.picks.filter((pick) => pick.checked).map((pick) => [pick.dataset.line, null]);
		const counted = this.quantities
			.filter((field) => !field.disabled)
			.map((field) => [field.dataset.quantity, field.value]);
		return Object.fromEntries([...taken, ...counted]);
	}

	/** Show what the choice comes to, and return whether it is possible. What was consented to is consented to anew. */
	async show(changed) {
		const turn = (this.turn = {});
		const consent = document.querySelector("[name=consent]");
		consent.checked = false;
		this.tell(changed, "");
		const wrong = this.quantities.find((field) => !field.disabled && !field.checkValidity());
		if (wrong) {
			this.tell(wrong, wrong.dataset.wrong);
			return false;
		}
		try {
			const { gross, amounts, totals, consent: text } = await call("choose", { choice: this.values() });
			if (turn === this.turn) {
				document.querySelectorAll(".gross").forEach((place) => (place.textContent = gross));
				for (const place of this.lines.querySelectorAll("[data-amount]")) {
					place.textContent = amounts[place.dataset.amount];
					place.classList.toggle("left-out", place.textContent.startsWith("("));
				}
				const page = new DOMParser().parseFromString(totals, "text/html");
				document.querySelector(".sums").replaceChildren(...page.body.childNodes);
				document.querySelector(".consent-text").textContent = text;
			}
			return true;
		} catch (error) {
			if (turn === this.turn) {
				this.tell(changed, message_of(error));
			}
			return false;
		}
	}

	/** Say next to a field what is wrong with it. */
	tell(field, text) {
		const error = document.querySelector(".choice-error");
		field.closest("[role=cell]").append(error);
		error.textContent = text;
		error.hidden = !text;
	}
}

function set_up_signature(form) {
	const pad = new SignaturePad(form.querySelector("canvas"), (is_blank) => {
		form.querySelector(".hint").hidden = !is_blank;
		form.querySelector(".clear").hidden = is_blank;
	});
	const typed = form.querySelector(".typed");
	const is_drawn = () => form.elements.signature_type.value === "Drawn";
	form.querySelector(".clear").addEventListener("click", () => pad.clear());
	form.addEventListener("input", () => {
		form.querySelector(".pad").hidden = !is_drawn();
		typed.hidden = is_drawn();
		typed.textContent = form.elements.person_name.value.trim();
	});
	return {
		problem: () => {
			if (is_drawn() && !pad.strokes.length) {
				return form.dataset.unsigned;
			}
			return form.elements.consent.checked ? "" : form.dataset.unconsented;
		},
		values: () => ({
			signature_type: form.elements.signature_type.value,
			signature: is_drawn() ? pad.picture() : "",
			consent: form.elements.consent.checked,
		}),
	};
}

function set_up_form(form, choice) {
	const signature = form.dataset.method === "accept" ? set_up_signature(form) : null;
	const button = form.querySelector("[type=submit]");
	const show_error = (text) => {
		const error = form.querySelector(".error");
		error.textContent = text;
		error.hidden = !text;
	};
	const show_busy = (is_busy) => form.querySelector(".busy")?.toggleAttribute("hidden", !is_busy);
	form.addEventListener("input", () => show_error(""));
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const texts = [...form.querySelectorAll("[name=person_name], [name=message]")];
		const empty = texts.find((field) => !field.value.trim());
		const is_chosen = Boolean(signature && choice.is_used);
		if (is_chosen && !(await choice.latest)) {
			document.querySelector(".choice-error").scrollIntoView({ block: "center" });
			return;
		}
		const problem = empty ? form.dataset.missing : signature?.problem();
		show_error(problem || "");
		if (problem) {
			empty?.focus();
			return;
		}
		button.disabled = true;
		show_busy(is_chosen);
		try {
			const values = Object.fromEntries(texts.map((field) => [field.name, field.value]));
			const chosen = is_chosen ? { choice: choice.values() } : {};
			await call(form.dataset.method, { ...values, ...signature?.values(), ...chosen });
			show_result(form);
		} catch (error) {
			show_error(message_of(error));
		} finally {
			button.disabled = false;
			show_busy(false);
		}
	});
}

/** A question leaves the page as it is; after an answer it is read anew, from its top. */
function show_result(form) {
	if (form.dataset.method === "ask") {
		form.elements.message.value = "";
		form.querySelector(".sent").hidden = false;
		return;
	}
	history.scrollRestoration = "manual";
	history.replaceState(null, "", location.pathname);
	location.reload();
}

function set_up_tabs(tabs) {
	for (const tab of tabs) {
		tab.addEventListener("click", () => {
			for (const other of tabs) {
				other.setAttribute("aria-selected", other === tab);
				document.getElementById(other.getAttribute("aria-controls")).hidden = other !== tab;
			}
		});
	}
}

/** The way to the answer is offered at the bottom of a phone until the answer is in sight. */
function set_up_dock(dock) {
	new IntersectionObserver(([entry]) => dock.classList.toggle("away", entry.isIntersecting)).observe(answer);
}

if (answer) {
	const choice = new Choice(document.querySelector(".lines"));
	answer.querySelectorAll("form").forEach((form) => set_up_form(form, choice));
	set_up_tabs([...answer.querySelectorAll("[role=tab]")]);
	const dock = document.querySelector(".dock");
	if (dock) {
		set_up_dock(dock);
	}
}
if (!("preview" in document.body.dataset)) {
	report_opening();
}
