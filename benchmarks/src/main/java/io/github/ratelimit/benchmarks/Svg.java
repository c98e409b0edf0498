package io.github.ratelimit.benchmarks;

import java.util.Locale;

/**
 * A picture that is being drawn. It has a background of its own, so that it can be read
 * on any page.
 */
final class Svg {

	private final StringBuilder text = new StringBuilder();

	Svg(int width, int height, String title, String description) {
		add("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" \
				font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#24292f">""", width, height);
		add("<title>%s</title>", title);
		add("<desc>%s</desc>", description);
		add("<rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#f6f8fa\"/>", width, height);
	}

	private void add(String format, Object... arguments) {
		this.text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
	}

	void rectangle(double x, double y, double width, double height, String colour) {
		add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, width, height, colour);
	}

	void line(double x1, double y1, double x2, double y2, String colour, String dashes) {
		add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-dasharray=\"%s\"/>", x1, y1, x2,
				y2, colour, dashes);
	}

	void path(String points, String colour) {
		add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", points, colour);
	}

	void text(double x, double y, String anchor, String what) {
		add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, what);
	}

	void heading(double x, double y, String what) {
		add("<text x=\"%.1f\" y=\"%.1f\" font-size=\"16\" font-weight=\"bold\">%s</text>", x, y, what);
	}

	@Override
	public String toString() {
		return this.text + "</svg>\n";
	}

}
