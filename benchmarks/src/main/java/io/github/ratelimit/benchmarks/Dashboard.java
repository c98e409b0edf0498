package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the dashboard for Grafana, from the names of the meters.
 */
public final class Dashboard {

	private Dashboard() {
	}

	/**
	 * Write the dashboard.
	 * @param args the file to write, by default
	 * {@code deploy/grafana/dashboards/ratelimiter.json}
	 * @throws IOException if it cannot be written
	 */
	public static void main(String[] args) throws IOException {
		Path file = Path.of((args.length > 0) ? args[0] : "deploy/grafana/dashboards/ratelimiter.json");
		Files.createDirectories(file.toAbsolutePath().getParent());
		Files.writeString(file, text());
	}

	/**
	 * Return the dashboard.
	 * @return the text of its file
	 */
	static String text() {
		return new DashboardJson(DashboardPanels.all()).text();
	}

}
