/* Tells when a page has come to rest: nothing is asked of the server, and nothing has been put off for a moment.

It notes the page's requests and its timers. What is put off for longer than a moment is there for people who wait, such as
messages that go away; and what puts itself off again and again, such as a clock, is not waited for either. */
(() => {
	const MOMENT = 1000;
	const LONG = 3 * MOMENT;
	const AT_ONCE = 10;
	const QUIET_FRAMES = 3;
	const LIVE_UPDATES = "/socket.io/";
	const { setTimeout, fetch } = window;
	const waiting = new Set();
	let put_off = 0;
	let quiet = 0;

	const wait_for = (one) => {
		waiting.add(one);
		quiet = 0;
	};

	window.setTimeout = (act, delay = 0, ...values) => {
		if (typeof act !== "function" || delay > MOMENT) {
			return setTimeout(act, delay, ...values);
		}
		const is_waited_for = put_off < LONG;
		const until_then = put_off + Math.max(Number(delay) || 0, AT_ONCE);
		const timer = setTimeout(() => {
			waiting.delete(timer);
			put_off = until_then;
			try {
				act.apply(window, values);
			} finally {
				put_off = 0;
			}
		}, delay);
		if (is_waited_for) wait_for(timer);
		return timer;
	};
	for (const name of ["clearTimeout", "clearInterval"]) {
		const clear = window[name];
		window[name] = (timer) => {
			waiting.delete(timer);
			clear(timer);
		};
	}

	const { open, send } = XMLHttpRequest.prototype;
	XMLHttpRequest.prototype.open = function (method, url, ...more) {
		this.address = String(url);
		return open.call(this, method, url, ...more);
	};
	XMLHttpRequest.prototype.send = function (...values) {
		if (!this.address.includes(LIVE_UPDATES)) {
			wait_for(this);
			this.addEventListener("loadend", () => waiting.delete(this));
		}
		return send.apply(this, values);
	};
	window.fetch = (...values) => {
		const request = fetch(...values);
		wait_for(request);
		return request.finally(() => waiting.delete(request));
	};

	/** Asked once a frame: whether nothing has been waited for in the last ones. No promise, which would always be taken for true. */
	window.is_at_rest = () => {
		quiet = waiting.size ? 0 : quiet + 1;
		const is_quiet = quiet >= QUIET_FRAMES;
		if (is_quiet) quiet = 0;
		return is_quiet;
	};
	window.what_is_waited_for = () => [...waiting].map((one) => one.responseURL || one.address || String(one));
})();
