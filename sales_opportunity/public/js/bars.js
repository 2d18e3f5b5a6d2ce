/** Bars of charts: labels that are read whole, and the rows that a click on a bar opens. */

frappe.provide("sales_opportunity.bars");

/** Width in pixels of a letter below the bars, and of the narrowest place for a label. */
sales_opportunity.bars.LETTER = 5;
sales_opportunity.bars.NARROWEST = 32;

/** As many lines are put below a bar; whatever needs more is written slanting. */
sales_opportunity.bars.MOST_LINES = 3;
sales_opportunity.bars.SLANT = 40;

/** Pixels between the left edge of the chart and its first bar. */
sales_opportunity.bars.MARGIN = 50;

/** What parts the lines of a label. */
sales_opportunity.bars.BREAK = String.fromCharCode(10);

/** Let the labels below the bars of a report's chart be read whole, and show that bars can be clicked. */
sales_opportunity.bars.prepare = function ({ chart, chart_options, $chart }) {
	$chart.toggleClass("so-bars", Boolean(chart_options && chart_options.targets));
	if (!chart_options || !chart || !chart.setupComponents || chart.so_prepared) {
		return;
	}
	const { setupComponents: set_up, makeChartArea: make_area, baseHeight: height } = chart;
	const { bottom } = chart.measures.paddings;
	let plan = {};
	chart.so_prepared = true;
	chart.makeChartArea = function () {
		plan = sales_opportunity.bars.plan(chart_options.data.labels, this.width);
		this.measures.paddings.bottom = bottom + plan.room;
		this.baseHeight = height + plan.room;
		make_area.call(this);
	};
	chart.setupComponents = function () {
		set_up.call(this);
		const axis = this.components.get("xAxis");
		if (axis) {
			const { getData, makeElements } = axis;
			axis.getData = () => Object.assign(getData(), { calcLabels: plan.labels });
			axis.makeElements = (data) =>
				makeElements
					.call(axis, data)
					.map((mark) =>
						plan.angle
							? sales_opportunity.bars.slant(mark, plan.angle)
							: sales_opportunity.bars.break_lines(mark),
					);
			axis.refresh();
		}
	};
	chart.draw();
};

/**
 * How labels are written so that each is whole: in a few lines, or at an angle (in degrees; upright if they would leave
 * the chart) with more room (in pixels) below the bars; of very many, each second, third … one.
 */
sales_opportunity.bars.plan = function (labels, width) {
	const { NARROWEST, LETTER, MOST_LINES, SLANT, MARGIN, BREAK, lines } = sales_opportunity.bars;
	const every = Math.ceil((NARROWEST * labels.length) / width);
	const letters = Math.floor(((width / labels.length) * every) / LETTER) - 1;
	const shown = labels.map((label, index) => (index % every ? "" : `${label}`));
	const broken = shown.map((label) => lines(label, letters));
	const is_slanting = broken.some(
		(parts) => parts.length > MOST_LINES || parts.some((part) => part.length > letters + 2),
	);
	if (!is_slanting) {
		return { angle: 0, labels: broken.map((parts) => parts.join(BREAK)), room: 0 };
	}
	const longest = LETTER * Math.max(...shown.map((label) => label.length));
	const radians = (SLANT * Math.PI) / 180;
	const is_inside = longest * Math.cos(radians) < MARGIN + width / labels.length / 2;
	return {
		angle: is_inside ? SLANT : 90,
		labels: shown,
		room: Math.ceil(is_inside ? longest * Math.sin(radians) : longest),
	};
};

/** A label in lines of so many letters; a longer word stays whole. */
sales_opportunity.bars.lines = function (label, letters) {
	const lines = [""];
	for (const word of label.split(" ")) {
		const longer = `${lines[lines.length - 1]} ${word}`.trim();
		if (longer.length <= letters || !lines[lines.length - 1]) {
			lines[lines.length - 1] = longer;
		} else {
			lines.push(word);
		}
	}
	return lines;
};

/** Let an axis label end below its bar and rise towards it. */
sales_opportunity.bars.slant = function (mark, angle) {
	const text = mark.querySelector("text");
	text.setAttribute("text-anchor", "end");
	text.setAttribute("transform", `rotate(-${angle} 0 ${text.getAttribute("y")})`);
	return mark;
};

/** Put the lines of an axis label below each other: SVG has no line breaks. */
sales_opportunity.bars.break_lines = function (mark) {
	const text = mark.querySelector("text");
	const lines = text.textContent.split(sales_opportunity.bars.BREAK);
	text.textContent = "";
	lines.forEach((line, index) => {
		const part = document.createElementNS("http://www.w3.org/2000/svg", "tspan");
		part.textContent = line;
		part.setAttribute("x", 0);
		part.setAttribute("dy", index ? "1.1em" : text.getAttribute("dy"));
		text.append(part);
	});
	text.removeAttribute("dy");
	return mark;
};

$(document)
	.off("click.so-bar")
	.on("click.so-bar", ".chart-wrapper .dataset-bars [data-point-index]", ({ currentTarget }) => {
		const { targets } = frappe.query_report.chart_options;
		const bars = [...currentTarget.closest(".dataset-bars").classList];
		const number = bars.find((name) => /^dataset-[0-9]+$/.test(name)).split("-")[1];
		const target =
			targets && targets[number] && targets[number][currentTarget.getAttribute("data-point-index")];
		if (target) {
			sales_opportunity.analysis.open(target);
		}
	});
