frappe.provide("sales_opportunity.bars");

/** Width in pixels of a letter below the bars, and of the narrowest place for a label. */
sales_opportunity.bars.LETTER = 5;
sales_opportunity.bars.NARROWEST = 32;

/** What parts the lines of a label. */
sales_opportunity.bars.BREAK = String.fromCharCode(10);

/** Let the labels below the bars of a report's chart be read whole, and show that bars can be clicked. */
sales_opportunity.bars.prepare = function ({ chart, chart_options, $chart }) {
	$chart.toggleClass("so-bars", Boolean(chart_options && chart_options.targets));
	if (!chart_options || !chart || !chart.setupComponents || chart.so_prepared) {
		return;
	}
	const set_up = chart.setupComponents;
	chart.so_prepared = true;
	chart.setupComponents = function () {
		set_up.call(this);
		const axis = this.components.get("xAxis");
		if (axis) {
			const { getData, makeElements } = axis;
			axis.getData = () =>
				Object.assign(getData(), {
					calcLabels: sales_opportunity.bars.labels(chart_options.data.labels, this.width),
				});
			axis.makeElements = (data) => makeElements.call(axis, data).map(sales_opportunity.bars.break_lines);
			axis.refresh();
		}
	};
	chart.draw();
};

/** Labels in up to two lines; of very many, each second, third … one. */
sales_opportunity.bars.labels = function (labels, width) {
	const every = Math.ceil((sales_opportunity.bars.NARROWEST * labels.length) / width);
	const letters = Math.floor((width / labels.length) * every / sales_opportunity.bars.LETTER) - 1;
	return labels.map((label, index) => (index % every ? "" : sales_opportunity.bars.lines(`${label}`, letters)));
};

/** A label in lines of so many letters. */
sales_opportunity.bars.lines = function (label, letters) {
	const lines = [""];
	for (const word of label.split(" ")) {
		const longer = `${lines[lines.length - 1]} ${word}`.trim();
		if (longer.length <= letters || !lines[lines.length - 1] || lines.length === 2) {
			lines[lines.length - 1] = longer;
		} else {
			lines.push(word);
		}
	}
	const fitting = (line) => (line.length > letters + 2 ? `${line.slice(0, Math.max(letters, 1))}…` : line);
	return lines.map(fitting).join(sales_opportunity.bars.BREAK);
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
		const target = targets && targets[number] && targets[number][currentTarget.getAttribute("data-point-index")];
		if (target) {
			sales_opportunity.analysis.open(target);
		}
	});
